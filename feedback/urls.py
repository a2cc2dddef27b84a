"""Addresses of feedback."""

from django.urls import path

from feedback import views

app_name = "feedback"
urlpatterns = [
    path("feedback/", views.mine, name="mine"),
    path("feedback/questions/", views.questions, name="questions"),
    path("feedback/results/", views.results, name="results"),
    path("feedback/results/<slug:slug>/", views.results_of, name="results_of"),
    path("feedback/results/<slug:slug>/export.csv", views.export, name="export"),
    path("feedback/stop/<str:token>/", views.stop, name="stop"),
    path("feedback/<str:token>/", views.answer, name="answer"),
]
