"""Addresses of groups, topics and private threads."""

from django.urls import path

from threads import views

app_name = "threads"
urlpatterns = [
    path("groups/", views.groups, name="groups"),
    path("groups/<str:name>/", views.group, name="group"),
    path("groups/<str:name>/feed.atom", views.feed, name="feed"),
    path("groups/<str:name>/new/", views.start_topic, name="start_topic"),
    path("groups/<str:name>/follow/", views.follow_group, name="follow_group"),
    path("groups/<str:name>/<uuid:thread>/", views.topic, {"slug": ""}, name="topic_by_id"),
    path("groups/<str:name>/<uuid:thread>/<slug:slug>/", views.topic, name="topic"),
    path("threads/", views.mine, name="mine"),
    path("threads/<uuid:thread>/", views.private, name="thread"),
    path("threads/<uuid:thread>/post/", views.post, name="post"),
    path("threads/<uuid:thread>/follow/", views.follow, name="follow"),
    path("threads/<uuid:thread>/resolve/", views.resolve, name="resolve"),
    path("threads/<uuid:thread>/reopen/", views.reopen, name="reopen"),
    path("threads/<uuid:thread>/room/", views.take_to_room, name="take_to_room"),
    path("threads/<uuid:thread>/read/", views.mark_read, name="mark_read"),
    path("threads/leave/<str:token>/", views.leave, name="leave"),
    path("threads/ask/<uuid:listing>/", views.ask, name="ask"),
]
