"""Addresses of the story, under /demo/story/."""

from django.urls import path

from negotiation_hub.demo import views

app_name = "story"
urlpatterns = [
    path("", views.steps, name="steps"),
    path("go/", views.go, name="go"),
    path("leave/", views.leave, name="leave"),
]
