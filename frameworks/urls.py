from django.urls import path

from .browsing import views
from .publishing import job_views
from .publishing import views as manage
from .views import edit, edit_element, edit_merge, edit_scale

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
    path("manage/begin/<str:framework>/", edit.begin, name="begin_draft"),
    path("manage/drafts/<int:pk>/edit/", edit.edit, name="edit"),
    path("manage/drafts/<int:pk>/edit/undo/", edit.undo, name="edit_undo"),
    path("manage/drafts/<int:pk>/edit/revision/", edit.describe, name="edit_revision"),
    path("manage/drafts/<int:pk>/edit/add/<str:kind>/", edit.add, name="edit_add"),
    path("manage/drafts/<int:pk>/edit/add/<str:kind>/<str:competence>/", edit.add, name="edit_add_to"),
    path("manage/drafts/<int:pk>/edit/competences/<str:key>/", edit.competence, name="edit_competence"),
    path("manage/drafts/<int:pk>/edit/elements/<str:key>/", edit_element.element, name="edit_element"),
    path("manage/drafts/<int:pk>/edit/merge/", edit_merge.merge, name="edit_merge"),
    path("manage/drafts/<int:pk>/edit/merge/choose/", edit_merge.choose, name="edit_choose"),
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
