"""What REST takes and answers about orders. Bodies with unknown fields are refused."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from negotiation_hub.kernel import limits
from orders.dispute_schemas import GoodsDisputeOut
from orders.return_schemas import GoodsReturnOut
from orders.service_schemas import AppointmentOut, DisputeOut, WorkProofOut


class In(Schema):
    model_config = ConfigDict(extra="forbid")


class DetailsIn(In):
    contact_name: str
    street: str
    city: str
    country: Annotated[str, Field(description="ISO 3166-1 alpha-2, such as ES")]
    postal_code: str = ""
    phone: str = ""
    tax_id: str = ""
    reference: str = ""
    notes: str = ""
    company: Annotated[str, Field(description="as it is written on the label")] = ""
    email: Annotated[str, Field(description="where news of the delivery go")] = ""
    delivery_window: Annotated[str, Field(description="when somebody is there")] = ""
    delivery_instructions: str = ""
    pick_up: Annotated[
        str, Field(description="the seller's place where it is fetched; empty: it is sent")
    ] = ""
    invoice_name: Annotated[str, Field(description="this and the next four only where it goes elsewhere")] = (
        ""
    )
    invoice_street: str = ""
    invoice_postal_code: str = ""
    invoice_city: str = ""
    invoice_country: str = ""
    expected_on: date | None = None
    payment_plan: Literal["card"] = "card"


class KnownDetailsIn(DetailsIn):
    """What sales staff know; the buyer completes it."""

    contact_name: str = ""
    street: str = ""
    city: str = ""
    country: Annotated[str, Field(description="ISO 3166-1 alpha-2, such as ES; empty when not known")] = ""


class TogetherIn(In):
    orders: Annotated[list[UUID], Field(min_length=1, max_length=limits.PLACED_TOGETHER_MAX)]
    details: Annotated[DetailsIn, Field(description="for all of them")]


class ConfirmIn(In):
    token: Annotated[str, Field(description="the last part of the link in the buyer's mail", max_length=2000)]
    details: Annotated[
        DetailsIn | None, Field(description="needed when the sales staff left something open")
    ] = None


class ChangesIn(In):
    reason: Annotated[str, Field(description="what should be different, in 1 to 500 characters")]


class AmountIn(In):
    minor: int
    currency: str


class RefundIn(In):
    amount: Annotated[AmountIn | None, Field(description="all that was charged when null")] = None


class LateIn(In):
    choice: Literal["reinstate", "return"]


class ItemIn(In):
    line: UUID
    quantity: Annotated[str, Field(description="decimal text in the line's unit, such as 2.5", max_length=20)]


class ShipmentIn(In):
    order: UUID
    carrier: str
    tracking: str = ""
    id: Annotated[UUID | None, Field(description="yours: with the same id it is the same parcel")] = None
    items: Annotated[
        list[ItemIn] | None,
        Field(description="what is in it; null: all that is left, or with `complete` false nothing named"),
    ] = None
    complete: Annotated[bool, Field(description="false when more follows; `items` say it better")] = True
    expected_on: Annotated[date | None, Field(description="the carrier's estimate")] = None
    handed_over: Annotated[bool, Field(description="false: packed only, and may be canceled")] = True


class TrackingIn(In):
    event: Literal[
        "pick_up",
        "move",
        "bring",
        "lay_out",
        "delay",
        "fail",
        "hold",
        "lose_sight",
        "deliver",
        "send_back",
        "come_back",
        "cancel",
    ]
    expected_on: Annotated[date | None, Field(description="the carrier's new estimate")] = None


class PartyOut(Schema):
    id: UUID
    name: str


class LineOut(Schema):
    id: UUID
    kind: Annotated[str, Field(description="goods, information or service")]
    listing_id: UUID | None
    title: str
    quantity: str
    unit: str
    unit_price: int
    total: int
    due: Annotated[date | None, Field(description="when it is to be there, where that was agreed")]
    offer_version: Annotated[int, Field(description="of the offer in the room that it comes from")]
    offer_line: Annotated[int, Field(description="of that offer's package, counted from 0")]
    left: Annotated[str | None, Field(description="of goods: what is in no parcel yet")]
    agreed_on: Annotated[date | None, Field(description="of goods: `due`, else the offer's delivery date")]
    days_late: Annotated[int, Field(description="of goods: whole days after `agreed_on`, or that it will be")]


class ItemOut(Schema):
    line: UUID
    quantity: str


class ProofOut(Schema):
    id: UUID
    at: datetime
    url: Annotated[str, Field(description="the picture, for both sides, signed in")]


class ShipmentOut(Schema):
    id: UUID
    order: UUID
    carrier: str
    tracking: str
    tracking_url: Annotated[str | None, Field(description="the carrier's own page, where it is known")]
    status: str
    complete: Annotated[bool, Field(description="nothing was left when it was packed")]
    items: list[ItemOut]
    proofs: Annotated[list[ProofOut], Field(description="pictures of the delivery")]
    expected_on: date | None
    days_late: Annotated[int, Field(description="after the earliest agreed day of what is in it")]
    shipped_at: datetime
    delivered_at: datetime | None


class DownloadOut(Schema):
    """A released file."""

    id: UUID
    order: UUID
    line: UUID
    name: str
    media_type: str
    size_bytes: int
    granted_at: datetime
    expires_at: datetime
    downloads: Annotated[int, Field(description="how often it was fetched")]
    downloads_max: int
    revoked_at: datetime | None


class LicenceKeyOut(Schema):
    """A licence key that a line was given."""

    line: UUID
    key: Annotated[str | None, Field(description="null for the seller's people, and once it was taken back")]
    ending: Annotated[str, Field(description="its last four characters; empty for a short one")]
    given_at: datetime | None
    revoked_at: datetime | None


class DownloadsOut(Schema):
    downloads: list[DownloadOut]
    licence_keys: list[LicenceKeyOut]


class FetchOut(Schema):
    """Where the bytes are, for some hours, without signing in."""

    url: str
    expires_at: datetime


class MilestoneOut(Schema):
    """A piece of work of a service line."""

    id: UUID
    order: UUID
    line: UUID
    position: int
    title: str
    status: Annotated[str, Field(description="open, reported or received")]
    reported_at: datetime | None
    reported_by: UUID | None
    received_at: datetime | None
    received_by: UUID | None
    proofs: list[WorkProofOut]
    disputes: list[DisputeOut]


class ReceiptOut(Schema):
    id: UUID
    by: UUID | None
    received_at: datetime
    released_at: datetime | None
    released_amount: int | None
    released_fee: int | None


class ReceivedOut(Schema):
    line: UUID
    quantity: str


class PartReceiptIn(Schema):
    id: Annotated[UUID | None, Field(description="yours, so that a repetition changes nothing")] = None
    items: Annotated[list[ReceivedOut], Field(min_length=1, max_length=200)]


class PartReceiptOut(Schema):
    id: UUID
    received_at: datetime
    items: list[ReceivedOut]
    milestone: Annotated[UUID | None, Field(description="of work, where it is about one")]
    dispute: Annotated[UUID | None, Field(description="of goods, whose rest after a sum it is; no items")]
    share: Annotated[int, Field(description="of the gross, in minor units")]
    released_at: datetime | None
    released_amount: int | None
    released_fee: int | None


class LateOut(Schema):
    id: UUID
    payment: UUID
    amount: int
    currency: str


class PenaltyOut(Schema):
    clause: Annotated[str, Field(description="as it was agreed, such as `0.5 % per day, at most 5 %`")]
    amount: Annotated[int, Field(description="minor units; no money moves by itself")]
    currency: str
    days: Annotated[int, Field(description="of the latest line")]
    final: Annotated[bool, Field(description="whether all that is late is there")]


class CancellationOut(Schema):
    clause: Annotated[str, Field(description="as it was agreed, such as `free until 2026-12-03, then 20 %`")]
    free_until: Annotated[date | None, Field(description="the last day, UTC; null: none is known")]
    cost: Annotated[int | None, Field(description="what it takes of what was paid now; null: ask the seller")]
    afterwards: Annotated[
        int | None, Field(description="of the gross, once it is not free; null: not any more")
    ]
    currency: str


class CancelIn(In):
    cost: Annotated[int | None, Field(description="minor units: that you know what it costs you", ge=0)] = (
        None
    )


class OrderOut(Schema):
    id: UUID
    number: str
    status: str
    authorize_status: str
    charge_status: str
    gross: int
    currency: str
    due_at: datetime
    room: UUID
    agreement: UUID
    title: str
    buyer: PartyOut
    seller: PartyOut
    placed_at: datetime | None


class LineChangeOut(Schema):
    before: Annotated[dict[str, Any] | None, Field(description="the line as it was; null: it is new")]
    after: Annotated[dict[str, Any] | None, Field(description="as it is; null: it is no more")]


class ChangeOut(Schema):
    """An amendment that both sides accepted."""

    id: UUID
    number: str
    agreement: UUID
    amends: Annotated[UUID, Field(description="the agreement before it")]
    by: Annotated[UUID, Field(description="who accepted it")]
    at: datetime
    gross_before: int
    gross_after: int
    lines: list[LineChangeOut]


class OrderDetailOut(OrderOut):
    changes: Annotated[list[ChangeOut], Field(description="what both sides have changed, the oldest first")]
    net: int
    tax: int
    tax_basis: str
    tax_rate_bp: int
    terms_hash: str
    lines: list[LineOut]
    source: Annotated[str, Field(description="where in its room the offer stands that its lines come from")]
    issues: list[dict[str, Any]]
    details: KnownDetailsIn | None
    shipments: list[ShipmentOut]
    downloads: list[DownloadOut]
    milestones: list[MilestoneOut]
    appointments: list[AppointmentOut]
    receipt: ReceiptOut | None
    part_receipts: list[PartReceiptOut]
    returns: list[GoodsReturnOut]
    disputes: Annotated[list[GoodsDisputeOut], Field(description="of goods")]
    silence_at: Annotated[datetime | None, Field(description="when silence about it counts as its receipt")]
    late_payment: LateOut | None
    penalty: Annotated[PenaltyOut | None, Field(description="what late delivery costs, where agreed")]
    cancellation: Annotated[
        CancellationOut | None, Field(description="what the agreed terms say about canceling it now")
    ]
    turn: str
    actions: Annotated[list[str], Field(description="what you may do now")]


class OrdersOut(Schema):
    orders: list[OrderOut]
    next: UUID | None


class ShipmentsOut(Schema):
    shipments: list[ShipmentOut]


class DocumentOut(Schema):
    id: UUID
    order: UUID
    kind: Annotated[
        str,
        Field(
            description="agreement, order, order_agreement, confirmation, order_change, delivery_note, "
            "invoice, credit_note"
        ),
    ]
    number: str
    format: Annotated[str, Field(description="pdf, facturx (a PDF with the invoice as XML in it) or ubl")]
    language: Annotated[str, Field(description="empty for structured data")]
    name: str
    media_type: str
    size_bytes: int
    href: str


class DocumentsOut(Schema):
    documents: list[DocumentOut]
