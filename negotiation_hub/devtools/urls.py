"""Pages for the people who run it, under /-/."""

from django.urls import path

from negotiation_hub.devtools import views

app_name = "devtools"
urlpatterns = [
    path("mail/", views.mail, name="mail"),
    path("mail/<uuid:mail_id>/", views.one_mail, name="one_mail"),
    path("mail/<uuid:mail_id>/reply/", views.reply_to_mail, name="reply_to_mail"),
    path("streams/", views.streams, name="streams"),
    path("jobs/", views.jobs, name="jobs"),
]
