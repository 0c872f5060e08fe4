from django.urls import path

from .confirmations import views as confirmations
from .profile.views import history, people, profile
from .rating.views import evidence, rate, review, start
from .sharing import views as sharing
from .targets.views import choice, reviews
from .updates import views as updates

app_name = "assessments"
urlpatterns = [
    # Rating oneself, from the first answer to submitting.
    path("", start.index, name="index"),
    path("begin/", start.begin, name="begin"),
    path("<int:pk>/", start.contents, name="contents"),
    path("<int:pk>/discard/", start.discard, name="discard"),
    path("<int:pk>/rate/<path:code>/", rate.rate, name="rate"),
    path("<int:pk>/ratings/<int:statement>/", rate.save, name="save"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("<int:pk>/review/", review.review, name="review"),
    path("<int:pk>/submit/", review.submit, name="submit"),
    path("<int:pk>/sharing/", sharing.sharing, name="sharing"),
    path("sharing/asked/<int:pk>/", sharing.grant_request, name="grant_request"),
    # The framework has changed: an earlier assessment is continued on the revision in force.
    path("<int:pk>/changed/", updates.changed, name="changed"),
    path("<int:pk>/take-over/", updates.take_over, name="take_over"),
    path("<int:pk>/set-aside/", updates.set_aside, name="set_aside"),
    path("<int:pk>/update/", updates.update, name="update"),
    # What target profiles require after a revision; for platform admins.
    path("manage/reviews/", reviews.target_reviews, name="target_reviews"),
    path("manage/reviews/<int:pk>/", reviews.decide, name="decide_target"),
    path("manage/targets/<int:pk>/take-suggested/", reviews.take_suggested, name="take_suggested"),
    # Profiles: one's own, and those that others share.
    path("profile/", profile.latest_profile, name="latest_profile"),
    path("history/", history.history, name="history"),
    path("people/", people.people, name="people"),
    path("<int:pk>/profile/", profile.profile, name="profile"),
    path("<int:pk>/confirmations/", confirmations.confirmations, name="confirmations"),
    path("<int:pk>/profile.pdf", profile.profile_pdf, name="profile_pdf"),
    path("<int:pk>/target/", choice.target, name="target"),
]
