"""All URLs of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from assessments.profile.views.verification import verify

from . import about
from .health import healthz, readyz
from .home.views import home

# The admin uses the same sign-in page as everybody, with the same limits and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents it

urlpatterns = [
    path("", home, name="home"),
    path("jobs/", include("kip_site.jobs.urls")),
    path("platform/", include("kip_site.platform.urls")),
    path("frameworks/", include("frameworks.urls")),
    path("assessments/", include("assessments.urls")),
    path("training/", include("training.urls")),
    path("verify/", verify, name="verify"),
    path("help/", about.help_page, name="help"),
    path("privacy/", about.privacy, name="privacy"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("", include("kip_site.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

handler400 = "kip_site.unreadable.bad_request"
handler500 = "kip_site.outage.server_error"
