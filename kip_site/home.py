"""The first page after signing in: for each role, the one next thing."""

from django.shortcuts import render


def home(request):
    return render(request, "home.html")
