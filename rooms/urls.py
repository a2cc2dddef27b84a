"""Addresses of rooms."""

from django.urls import path

from rooms import views

app_name = "rooms"
urlpatterns = [
    path("rooms/open/", views.open_room, name="open"),
    path("rooms/<uuid:room_id>/", views.show_room, name="room"),
]
