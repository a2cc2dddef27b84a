"""What was agreed and what has happened never changes; an order's row moves only in its progress."""

from django.db import migrations

from negotiation_hub.kernel.guards import immutable


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_tables")]

    operations = [
        immutable("orders_amendment", may_reseal=["before", "after"]),
        immutable("orders_appointmentchange", may_clear=["reason"], may_reseal=["reason"]),
        immutable(
            "orders_appointmentproposal",
            may_change=["outcome", "answered_at", "answered_by"],
            may_reseal=["place", "who", "note"],
        ),
        immutable(
            "orders_booking",
            may_change=["carrier", "status", "round", "attempts", "problem", "number", "courier", "label_id", "booked_at"],
        ),
        immutable("orders_carrierevent", may_change=["shipment_id", "applied"], may_reseal=["sealed"]),
        immutable("orders_deliveryproof"),
        immutable("orders_document"),
        immutable("orders_download"),
        immutable("orders_downloadgrant", may_change=["expires_at", "downloads_max", "revoked_at"]),
        immutable(
            "orders_goodsreturn",
            may_change=["status", "outcome", "carrier", "tracking", "closed_at", "sellable", "share", "refunded_at", "refunded_amount"],
            may_reseal=["note"],
        ),
        immutable("orders_latepayment", may_change=["choice", "decided_by", "decided_at"]),
        immutable("orders_licencedemand", may_change=["told_at", "ended_at"]),
        immutable(
            "orders_licencekey",
            may_change=["index", "line_id", "given_at", "revoked_at"],
            may_reseal=["sealed"],
        ),
        immutable("orders_milestone"),
        immutable(
            "orders_order",
            may_change=["status", "authorize_status", "charge_status", "due_at", "placed_at", "expected_on", "payment_plan", "revision", "stock_cause"],
            may_reseal=["issues"],
            together=["net", "tax", "gross", "issues", "terms_hash", "offer_version", "package", "annexes"],
            mark="amendment",
        ),
        immutable("orders_orderchange"),
        immutable(
            "orders_orderline",
            may_reseal=["title"],
            together=["title", "quantity", "unit", "unit_price", "total", "offer_version", "offer_line", "pieces", "due", "removed"],
            mark="amendment",
        ),
        immutable("orders_paper", may_reseal=["sealed"]),
        immutable("orders_partreceipt", may_change=["released_at", "released_amount", "released_fee"]),
        immutable("orders_partreceiptitem"),
        immutable("orders_receipt", may_change=["released_at", "released_amount", "released_fee"]),
        immutable("orders_reminder"),
        immutable("orders_reminderstop"),
        immutable("orders_returnchange", may_reseal=["reason"]),
        immutable("orders_returnitem", may_change=["stocked"]),
        immutable(
            "orders_shipment",
            may_change=["carrier", "tracking", "status", "expected_on", "delivered_at"],
        ),
        immutable("orders_shipmentchange"),
        immutable("orders_shipmentitem"),
        immutable("orders_stampedcopy"),
        immutable("orders_workchange", may_clear=["reason"]),
        immutable("orders_workdispute", may_change=["ended_at", "ended_by", "end"], may_reseal=["reason"]),
        immutable(
            "orders_workmilestone",
            may_change=["status", "reported_at", "reported_by", "received_at", "received_by"],
        ),
        immutable("orders_workproof", may_reseal=["name"]),
    ]
