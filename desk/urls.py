"""Addresses of the desk."""

from django.urls import path

from desk import report_views, views

app_name = "desk"
urlpatterns = [
    path("deals/", views.deals, name="deals"),
    path("deals/<uuid:room_id>/", views.deal, name="deal"),
    path("reports/", report_views.report, name="report"),
    path("reports/figures.csv", report_views.report_csv, name="report_csv"),
    path("reports/<slug:side>/<slug:key>/", report_views.rows, name="rows"),
    path("reports/<slug:side>/<slug:key>.csv", report_views.rows_csv, name="rows_csv"),
    path("moderation/", views.live, name="live"),
]
