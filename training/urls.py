from django.urls import path

from .assignments.views import board, plan, progress
from .catalogue import views as catalogue
from .links import views as links

app_name = "training"
urlpatterns = [
    path("", catalogue.index, name="index"),
    path("modules/<slug:key>/", catalogue.module, name="module"),
    path("modules/<slug:key>/<int:position>/", catalogue.material, name="material"),
    path("modules/<slug:key>/<int:position>/file/", catalogue.material_file, name="material_file"),
    path("plan/", plan.own_plan, name="plan"),
    path("plan/add/", plan.add, name="add"),
    path("assignments/", board.board, name="board"),
    path("assignments/new/", board.assign, name="assign"),
    path("assignments/<int:pk>/", board.assignment, name="assignment"),
    path("assignments/<int:pk>/start/", progress.start, name="start"),
    path("assignments/<int:pk>/steps/<int:position>/", progress.step, name="step"),
    path("assignments/<int:pk>/complete/", progress.complete, name="complete"),
    path("assignments/<int:pk>/confirm/", progress.approve, name="confirm"),
    path("assignments/<int:pk>/withdraw/", progress.withdraw, name="withdraw"),
    path("assignments/<int:pk>/show/", progress.show, name="show"),
    path("manage/links/", links.links, name="links"),
    path("manage/links/<int:pk>/", links.link, name="link"),
    path("manage/links/<int:pk>/drop/", links.drop, name="drop_link"),
    path("manage/revisions/<int:pk>/take-suggested/", links.take_suggested, name="take_suggested"),
]
