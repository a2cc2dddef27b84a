"""Addresses of money."""

from django.urls import path

from payments import payout_views, views, webhooks

app_name = "payments"
urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/<uuid:account_id>/", views.statement, name="statement"),
    path(
        "accounts/held/<uuid:organisation_id>/<str:currency>/<slug:side>/",
        views.held_statement,
        name="held_statement",
    ),
    path("accounts/bank/<uuid:organisation_id>/", payout_views.bank_account, name="bank_account"),
    path("accounts/payouts/<uuid:organisation_id>/", payout_views.request_payout, name="request_payout"),
    path("accounts/payouts/<uuid:payout_id>/cancel/", payout_views.cancel_payout, name="cancel_payout"),
    path("payments/webhooks/<slug:name>", webhooks.receive, name="webhook"),
]
