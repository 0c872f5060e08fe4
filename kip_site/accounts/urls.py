from django.urls import path

from .invitations import views as invitations
from .organisation import views as organisation
from .people import views as people
from .sign_in import providers

urlpatterns = [
    path("account/", people.account, name="account"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/invitations/<int:pk>/send/", invitations.send_again, name="invitation_send"),
    path("organisation/invitations/<int:pk>/withdraw/", invitations.withdraw, name="invitation_withdraw"),
    path("organisation/<slug:slug>/invite/", invitations.invite, name="organisation_invite"),
    path("organisation/<slug:slug>/leave/", organisation.leave, name="organisation_leave"),
    path("organisation/<slug:slug>/people/<int:pk>/", organisation.person, name="organisation_person"),
    path("organisation/<slug:slug>/people/<int:pk>/remove/", organisation.remove, name="organisation_remove"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    # These replace allauth's own addresses, which come later in the URLconf.
    path("accounts/3rdparty/", providers.connections, name="socialaccount_connections"),
    path("accounts/oidc/<str:provider_id>/login/", providers.leave, name="openid_connect_login"),
    path("accounts/oidc/<str:provider_id>/login/callback/", providers.come_back, name="openid_connect_callback"),
]
