"""Addresses of the desk."""

from django.urls import path

from desk import report_views, review_views, transcript_views, views

app_name = "desk"
urlpatterns = [
    path("deals/", views.deals, name="deals"),
    path("deals/<uuid:room_id>/", views.deal, name="deal"),
    path("reports/", report_views.report, name="report"),
    path("reports/figures.csv", report_views.report_csv, name="report_csv"),
    path("reports/<slug:side>/<slug:key>/", report_views.rows, name="rows"),
    path("reports/<slug:side>/<slug:key>.csv", report_views.rows_csv, name="rows_csv"),
    path("moderation/", review_views.live, name="live"),
    path("moderation/queue/", review_views.review_queue, name="queue"),
    path("moderation/queue/<uuid:item_id>/", review_views.review_item, name="review_item"),
    path("moderation/queue/<uuid:item_id>/claim/", review_views.claim, name="review_claim"),
    path("moderation/queue/<uuid:item_id>/release/", review_views.release, name="review_release"),
    path("moderation/queue/<uuid:item_id>/decide/", review_views.decide, name="review_decide"),
    path("verify/", transcript_views.verify, name="verify"),
    path(".well-known/negotiation-hub-keys.json", transcript_views.keys, name="keys"),
]
