from django.urls import path

from . import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("organisation/", views.organisation, name="organisation"),
    path("help/", views.help_page, name="help"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
