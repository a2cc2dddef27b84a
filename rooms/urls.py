"""Addresses of rooms."""

from django.urls import path

from rooms import views
from rooms.search import views as search

app_name = "rooms"
urlpatterns = [
    path("rooms/open/", views.open_room, name="open"),
    path("rooms/search/", search.search_rooms, name="search"),
    path("rooms/<uuid:room_id>/", views.show_room, name="room"),
]
