"""The parameters of every endpoint. A test holds each name against the SDK's own types."""

from typing import Final

from payments.sandbox.forms import Field, required

Fields = dict[str, Field]

_TEXT: Final = Field("string")
_INTEGER: Final = Field("integer")
_BOOLEAN: Final = Field("boolean")
_ID: Final = Field("string", length=100)
_URL: Final = Field("url")
_METADATA: Final = Field("metadata")
_AMOUNT: Final = Field("integer", least=1)
_CURRENCY: Final = Field("currency")
_EXPAND: Final = Field("list", item=Field("string", length=100))
_CARD_ONLY: Final = Field("list", item=Field("string", choices=("card",)))
_CAPTURE: Final = Field("string", choices=("automatic", "automatic_async", "manual"))
_CREATED: Final = Field("object", fields={"gt": _INTEGER, "gte": _INTEGER, "lt": _INTEGER, "lte": _INTEGER})
_PAGE: Final[Fields] = {
    "limit": _INTEGER, "starting_after": _ID, "ending_before": _ID, "expand": _EXPAND,
}  # fmt: skip
_RETRIEVE: Final[Fields] = {"expand": _EXPAND}
_UPDATE: Final[Fields] = {"metadata": _METADATA, "expand": _EXPAND}
_REASONS: Final = ("duplicate", "fraudulent", "requested_by_customer")

_LINE_ITEM: Final = Field(
    "object",
    fields={
        "price_data": Field(
            "object",
            required=True,
            fields={
                "currency": required(_CURRENCY),
                "unit_amount": Field("integer", required=True, least=0),
                "product_data": Field(
                    "object",
                    required=True,
                    fields={"name": Field("string", required=True, length=250), "description": _TEXT},
                ),
            },
        ),
        "quantity": Field("integer", least=1),
    },
)

ENDPOINTS: Final[dict[str, Fields]] = {
    "payment_intents.create": {
        "amount": required(_AMOUNT), "currency": required(_CURRENCY), "capture_method": _CAPTURE,
        "confirm": _BOOLEAN,
        "description": Field("string", length=1000), "metadata": _METADATA, "payment_method": _ID,
        "allowed_payment_method_types": _CARD_ONLY, "receipt_email": _TEXT, "return_url": _URL,
        "transfer_group": _TEXT,
        "statement_descriptor": Field("string", length=22), "expand": _EXPAND,
        "automatic_payment_methods": Field(
            "object",
            fields={
                "enabled": required(_BOOLEAN),
                "allow_redirects": Field("string", choices=("always", "never")),
            },
        ),
    },
    "payment_intents.retrieve": _RETRIEVE,
    "payment_intents.update": {
        **_UPDATE, "description": Field("string", length=1000), "transfer_group": _TEXT,
    },
    "payment_intents.list": {**_PAGE, "created": _CREATED},
    "payment_intents.confirm": {
        "payment_method": _ID, "return_url": _URL, "capture_method": _CAPTURE, "receipt_email": _TEXT,
        "expand": _EXPAND,
    },
    "payment_intents.capture": {
        "amount_to_capture": _AMOUNT, "metadata": _METADATA,
        "statement_descriptor": Field("string", length=22),
        "expand": _EXPAND,
    },
    "payment_intents.cancel": {
        "cancellation_reason": Field("string", choices=("abandoned", *_REASONS)), "expand": _EXPAND,
    },
    "checkout.sessions.create": {
        "mode": Field("string", required=True, choices=("payment",)),
        "line_items": Field("list", required=True, item=_LINE_ITEM), "success_url": required(_URL),
        "cancel_url": _URL, "client_reference_id": Field("string", length=200), "customer_email": _TEXT,
        "expires_at": _INTEGER, "locale": Field("string", choices=("auto", "en", "es")),
        "metadata": _METADATA, "allowed_payment_method_types": _CARD_ONLY, "expand": _EXPAND,
        "submit_type": Field("string", choices=("auto", "book", "pay")),
        "payment_intent_data": Field(
            "object",
            fields={
                "capture_method": _CAPTURE, "description": Field("string", length=1000),
                "metadata": _METADATA, "transfer_group": _TEXT, "receipt_email": _TEXT,
                "statement_descriptor": Field("string", length=22),
            },
        ),
    },
    "checkout.sessions.retrieve": _RETRIEVE,
    "checkout.sessions.list": {
        **_PAGE, "created": _CREATED, "payment_intent": _ID,
        "status": Field("string", choices=("complete", "expired", "open")),
    },
    "checkout.sessions.expire": _RETRIEVE,
    "checkout.sessions.line_items": _PAGE,
    "charges.retrieve": _RETRIEVE,
    "charges.list": {**_PAGE, "created": _CREATED, "payment_intent": _ID},
    "refunds.create": {
        "amount": _AMOUNT, "charge": _ID, "payment_intent": _ID, "metadata": _METADATA, "expand": _EXPAND,
        "reason": Field("string", choices=_REASONS),
    },
    "refunds.retrieve": _RETRIEVE,
    "refunds.update": _UPDATE,
    "refunds.list": {**_PAGE, "created": _CREATED, "charge": _ID, "payment_intent": _ID},
    "transfers.create": {
        "amount": _AMOUNT, "currency": required(_CURRENCY), "destination": required(_ID),
        "description": _TEXT,
        "metadata": _METADATA, "source_transaction": _ID, "transfer_group": _TEXT, "expand": _EXPAND,
    },
    "transfers.retrieve": _RETRIEVE,
    "transfers.update": {**_UPDATE, "description": _TEXT},
    "transfers.list": {**_PAGE, "created": _CREATED, "destination": _ID, "transfer_group": _TEXT},
    "transfers.reversals.create": {
        "amount": _AMOUNT, "description": _TEXT, "metadata": _METADATA, "expand": _EXPAND,
    },
    "transfers.reversals.retrieve": _RETRIEVE,
    "transfers.reversals.list": _PAGE,
    "payouts.create": {
        "amount": required(_AMOUNT), "currency": required(_CURRENCY), "description": _TEXT,
        "destination": _ID,
        "metadata": _METADATA, "method": Field("string", choices=("instant", "standard")),
        "statement_descriptor": Field("string", length=22), "expand": _EXPAND,
    },
    "payouts.retrieve": _RETRIEVE,
    "payouts.update": _UPDATE,
    "payouts.cancel": _RETRIEVE,
    "payouts.list": {**_PAGE, "created": _CREATED, "status": _TEXT, "destination": _ID},
    "disputes.retrieve": _RETRIEVE,
    "disputes.update": {
        **_UPDATE, "submit": _BOOLEAN,
        "evidence": Field("object", fields={"uncategorized_text": Field("string", length=20_000)}),
    },
    "disputes.close": _RETRIEVE,
    "disputes.list": {**_PAGE, "created": _CREATED, "charge": _ID, "payment_intent": _ID},
    "events.retrieve": _RETRIEVE,
    "events.list": {**_PAGE, "created": _CREATED, "type": _TEXT},
    "balance.retrieve": _RETRIEVE,
    "balance_transactions.retrieve": _RETRIEVE,
    "balance_transactions.list": {
        **_PAGE, "created": _CREATED, "source": _ID, "type": _TEXT, "currency": _TEXT,
    },
    "accounts.create": {
        "type": Field("string", choices=("custom", "express", "standard")),
        "country": Field("string", length=2), "email": _TEXT, "metadata": _METADATA,
        "default_currency": _CURRENCY, "expand": _EXPAND,
        "business_type": Field(
            "string", choices=("company", "government_entity", "individual", "non_profit")
        ),
    },
    "accounts.retrieve": _RETRIEVE,
    "accounts.list": {**_PAGE, "created": _CREATED},
}  # fmt: skip
