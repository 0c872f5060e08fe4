from django.urls import path

from .browsing import views
from .editor.scale import views as edit_scale
from .editor.views import draft, element, merge
from .publishing import job_views
from .publishing import views as manage

app_name = "frameworks"
urlpatterns = [
    path("", views.index, name="index"),
    path("manage/", manage.manage, name="manage"),
    path("manage/upload/", manage.upload, name="upload"),
    path("manage/jobs/<int:pk>/", job_views.job, name="job"),
    path("manage/drafts/<int:pk>/", manage.draft, name="draft"),
    path("manage/drafts/<int:pk>/publish/", manage.publish, name="publish"),
    path("manage/drafts/<int:pk>/discard/", manage.discard, name="discard"),
    path("manage/revisions/<int:pk>/take-back/", manage.take_back, name="take_back"),
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
    path("manage/drafts/<int:pk>/edit/levels/", edit_scale.scale, name="edit_scale"),
    path("manage/drafts/<int:pk>/edit/levels/add/", edit_scale.add_level, name="edit_add_level"),
    path("manage/drafts/<int:pk>/edit/levels/of/<str:key>/", edit_scale.level, name="edit_level"),
    path("<str:framework>/", views.framework, name="framework"),
    path("<str:framework>/revisions/", views.revisions, name="revisions"),
    path("<str:framework>/revisions/<str:version>/", views.revision, name="revision"),
    path("<str:framework>/revisions/<str:version>/download/", views.download, name="download"),
    path("<str:framework>/revisions/<str:version>/download/<str:ending>/", views.export, name="export"),
    path("<str:framework>/revisions/<str:version>/<str:competence>/", views.competence, name="competence"),
]
