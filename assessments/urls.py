from django.urls import path

from .views import beginning, evidence, history, people, profile, rating, review, sharing, target

app_name = "assessments"
urlpatterns = [
    # Rating oneself, from the first answer to submitting.
    path("", beginning.index, name="index"),
    path("begin/", beginning.begin, name="begin"),
    path("<int:pk>/", beginning.contents, name="contents"),
    path("<int:pk>/discard/", beginning.discard, name="discard"),
    path("<int:pk>/rate/<path:code>/", rating.rate, name="rate"),
    path("<int:pk>/ratings/<int:statement>/", rating.save, name="save"),
    path("<int:pk>/ratings/<int:statement>/evidence/", evidence.evidence_add, name="evidence_add"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/remove/", evidence.evidence_remove, name="evidence_remove"),
    path("<int:pk>/review/", review.review, name="review"),
    path("<int:pk>/submit/", review.submit, name="submit"),
    path("<int:pk>/sharing/", sharing.sharing, name="sharing"),
    # What comes of it: profiles, one's own and those that others share.
    path("profile/", profile.latest_profile, name="latest_profile"),
    path("history/", history.history, name="history"),
    path("people/", people.people, name="people"),
    path("<int:pk>/profile/", profile.profile, name="profile"),
    path("<int:pk>/profile.pdf", profile.profile_pdf, name="profile_pdf"),
    path("<int:pk>/target/", target.target, name="target"),
]
