"""Addresses of boards."""

from django.urls import path

from whiteboard import views

app_name = "whiteboard"
urlpatterns = [
    path("rooms/<uuid:room_id>/board.png", views.show_picture, name="picture"),
    path("rooms/<uuid:room_id>/board-thumbnail.png", views.show_thumbnail, name="thumbnail"),
]
