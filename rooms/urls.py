"""Addresses of rooms."""

from django.urls import path

from rooms import amending_views, buying_views, calling_off_views, request_views, views
from rooms.guests import invite_views as invite
from rooms.guests import views as guests
from rooms.mailed import views as mailed
from rooms.search import views as search

app_name = "rooms"
urlpatterns = [
    path("rooms/open/", views.open_room, name="open"),
    path("rooms/buy/<uuid:listing_id>/", buying_views.buy, name="buy"),
    path("rooms/buy/<uuid:listing_id>/mail/", mailed.show_form, name="mail_form"),
    path("rooms/mail/<str:token>/", mailed.mail_order, name="mail_order"),
    path("rooms/call-off/<uuid:frame_id>/", calling_off_views.call_off, name="call_off"),
    path("rooms/search/", search.search_rooms, name="search"),
    path("requests/", request_views.request_list, name="requests"),
    path("requests/new/", request_views.create, name="create_request"),
    path("requests/<uuid:request_id>/", request_views.show, name="request"),
    path("requests/<uuid:request_id>/edit/", request_views.edit, name="edit_request"),
    path("requests/<uuid:request_id>/sellers/", request_views.sellers, name="request_sellers"),
    path("requests/<uuid:request_id>/send/", request_views.send, name="send_request"),
    path("requests/<uuid:request_id>/again/", request_views.again, name="ask_again"),
    path("requests/<uuid:request_id>/close/", request_views.close, name="close_request"),
    path("rooms/amend/<uuid:order_id>/", amending_views.propose, name="amend"),
    path("rooms/amend/<uuid:order_id>/answer/", amending_views.answer, name="answer_amendment"),
    path("rooms/<uuid:room_id>/", views.show_room, name="room"),
    path("guests/", invite.guest_links, name="guest_links"),
    path("guests/<uuid:link>/revoke/", invite.revoke, name="guest_revoke"),
    path("guests/in/<str:token>/", guests.door, name="guest_door"),
    path("guests/enter/", guests.enter, name="guest_enter"),
    path("guests/code/mail/", guests.mail_code, name="guest_mail_code"),
    path("guests/code/", guests.enter_code, name="guest_enter_code"),
    path("guests/account/", guests.account, name="guest_account"),
]
