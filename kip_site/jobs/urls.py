"""Included at jobs/."""

from django.urls import path

from . import views

urlpatterns = [path("<int:pk>/", views.job, name="job")]
