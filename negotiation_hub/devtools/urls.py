"""Pages for the people who run it, under /-/."""

from django.urls import path

from negotiation_hub.devtools import payout_views, views

app_name = "devtools"
urlpatterns = [
    path("mail/", views.mail, name="mail"),
    path("mail/order/<uuid:listing_id>/", views.order_by_mail, name="order_by_mail"),
    path("mail/<uuid:mail_id>/", views.one_mail, name="one_mail"),
    path("mail/<uuid:mail_id>/reply/", views.reply_to_mail, name="reply_to_mail"),
    path("streams/", views.streams, name="streams"),
    path("jobs/", views.jobs, name="jobs"),
    path("payouts/", payout_views.payouts, name="payouts"),
    path("payouts/make/", payout_views.make, name="payout_make"),
    path("payouts/<uuid:batch_id>/", payout_views.batch, name="payout_batch"),
    path("payouts/<uuid:batch_id>/file.xml", payout_views.download, name="payout_file"),
    path("payouts/<uuid:batch_id>/confirm/", payout_views.confirm, name="payout_confirm"),
    path("payouts/<uuid:batch_id>/returned/", payout_views.returned, name="payout_returned"),
]
