from django.urls import path

from .invitations import views as invitations
from .organisation import views as organisation
from .people import views as people
from .sign_in import providers
from .sign_in import views as sign_in

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
    path("accounts/reauthenticate/code/", sign_in.confirm_by_code, name="account_reauthenticate_by_code"),
    path("accounts/password/remove/", sign_in.no_password, name="account_remove_password"),
    # These replace allauth's own addresses, which come later in the URLconf.
    path("accounts/login/", sign_in.login, name="account_login"),
    path("accounts/login/code/", sign_in.request_code, name="account_request_login_code"),
    path("accounts/login/code/confirm/", sign_in.confirm_code, name="account_confirm_login_code"),
    path("accounts/confirm-email/<str:key>/", sign_in.confirm_email, name="account_confirm_email"),
    path("accounts/password/set/", sign_in.set_password, name="account_set_password"),
    path("accounts/2fa/webauthn/login/", sign_in.login_by_passkey, name="mfa_login_webauthn"),
    path("accounts/2fa/webauthn/reauthenticate/", sign_in.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("accounts/3rdparty/", providers.connections, name="socialaccount_connections"),
    path("accounts/oidc/<str:provider_id>/login/", providers.leave, name="openid_connect_login"),
    path("accounts/oidc/<str:provider_id>/login/callback/", providers.come_back, name="openid_connect_callback"),
]
