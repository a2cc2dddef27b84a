"""Addresses of money."""

from django.urls import path

from payments import views, webhooks

app_name = "payments"
urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/<uuid:account_id>/", views.statement, name="statement"),
    path("payments/webhooks/<slug:name>", webhooks.receive, name="webhook"),
]
