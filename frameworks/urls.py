from django.urls import path

from .browsing import views as browsing
from .editor.scale import views as scale
from .editor.views import draft, element, merge
from .publishing import views as publishing
from .publishing.jobs import views as jobs

app_name = "frameworks"
urlpatterns = [
    path("", browsing.index, name="index"),
    path("manage/", publishing.manage, name="manage"),
    path("manage/upload/", publishing.upload, name="upload"),
    path("manage/jobs/<int:pk>/", jobs.job, name="job"),
    path("manage/drafts/<int:pk>/", publishing.draft, name="draft"),
    path("manage/drafts/<int:pk>/publish/", publishing.publish, name="publish"),
    path("manage/drafts/<int:pk>/discard/", publishing.discard, name="discard"),
    path("manage/revisions/<int:pk>/take-back/", publishing.take_back, name="take_back"),
    path("manage/begin/<str:framework>/", draft.begin, name="begin_draft"),
    path("manage/drafts/<int:pk>/edit/", draft.edit, name="edit"),
    path("manage/drafts/<int:pk>/edit/undo/", draft.undo, name="edit_undo"),
    path("manage/drafts/<int:pk>/edit/revision/", draft.describe, name="edit_revision"),
    path("manage/drafts/<int:pk>/edit/add/<str:kind>/", draft.add, name="edit_add"),
    path("manage/drafts/<int:pk>/edit/add/<str:kind>/<str:competence>/", draft.add, name="edit_add_to"),
    path("manage/drafts/<int:pk>/edit/competences/<str:key>/", draft.competence, name="edit_competence"),
    path("manage/drafts/<int:pk>/edit/elements/<str:key>/", element.element, name="edit_element"),
    path("manage/drafts/<int:pk>/edit/merge/", merge.merge, name="edit_merge"),
    path("manage/drafts/<int:pk>/edit/merge/choose/", merge.choose, name="edit_choose"),
    path("manage/drafts/<int:pk>/edit/levels/", scale.scale, name="edit_scale"),
    path("manage/drafts/<int:pk>/edit/levels/add/", scale.add_level, name="edit_add_level"),
    path("manage/drafts/<int:pk>/edit/levels/of/<str:key>/", scale.level, name="edit_level"),
    path("<str:framework>/", browsing.framework, name="framework"),
    path("<str:framework>/revisions/", browsing.revisions, name="revisions"),
    path("<str:framework>/revisions/<str:version>/", browsing.revision, name="revision"),
    path("<str:framework>/revisions/<str:version>/download/", browsing.download, name="download"),
    path("<str:framework>/revisions/<str:version>/download/<str:ending>/", browsing.export, name="export"),
    path("<str:framework>/revisions/<str:version>/<str:competence>/", browsing.competence, name="competence"),
]
