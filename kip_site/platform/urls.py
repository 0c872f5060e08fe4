"""Included at platform/."""

from django.urls import path

from . import views

urlpatterns = [
    path("mail/", views.mails, name="mail"),
    path("mail/send-again/", views.send_all_again, name="mail_send_all"),
    path("mail/<int:pk>/", views.mail, name="mail_detail"),
    path("mail/<int:pk>/send-again/", views.send_again, name="mail_send"),
    path("jobs/", views.jobs, name="jobs"),
]
