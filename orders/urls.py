"""Addresses of orders."""

from django.urls import path

from orders import (
    booking_views,
    carrier_views,
    courier_views,
    delivery_views,
    dispute_views,
    document_views,
    download_views,
    frame_views,
    licence_views,
    picking_views,
    placing_views,
    receiving_views,
    return_views,
    service_views,
    shipping_views,
    together_views,
    views,
)

app_name = "orders"
urlpatterns = [
    path("carriers/<str:name>/events/", carrier_views.events, name="carrier_events"),
    path("orders/", views.orders, name="orders"),
    path("orders/frames/<uuid:frame_id>/", frame_views.frame, name="frame"),
    path("orders/together/", together_views.together, name="together"),
    path("orders/together/placed/", together_views.placed, name="together_placed"),
    path("orders/confirm/<str:token>/", placing_views.confirm, name="confirm"),
    path("orders/confirm/<str:token>/again/", placing_views.confirm_again, name="confirm_again"),
    path("orders/reminders/<str:token>/", placing_views.stop_reminders, name="stop_reminders"),
    path("orders/downloads/<str:token>/", download_views.link, name="link"),
    path("orders/files/<str:token>/", download_views.file, name="file"),
    path("orders/courier/<str:token>/", courier_views.courier, name="courier"),
    path("orders/courier/<str:token>/label.pdf", courier_views.label, name="courier_label"),
    path("orders/picking/<str:token>/", picking_views.picking, name="picking"),
    path("orders/<uuid:order_id>/pick/", picking_views.let_pick, name="let_pick"),
    path("orders/listings/<uuid:listing_id>/keys/", licence_views.keys, name="licence_keys"),
    path("orders/<uuid:order_id>/", views.order, name="order"),
    path("orders/<uuid:order_id>/agreement.pdf", document_views.agreement, name="agreement"),
    path("orders/<uuid:order_id>/papers/<uuid:paper_id>/<slug:format>/", document_views.paper, name="paper"),
    path("orders/<uuid:order_id>/details/", placing_views.details, name="details"),
    path("orders/<uuid:order_id>/details/save/", placing_views.save, name="save"),
    path("orders/<uuid:order_id>/review/", placing_views.review, name="review"),
    path("orders/<uuid:order_id>/placed/", placing_views.placed, name="placed"),
    path("orders/<uuid:order_id>/place/", placing_views.place, name="place"),
    path("orders/<uuid:order_id>/convert/", placing_views.convert, name="convert"),
    path("orders/<uuid:order_id>/pay/", views.pay, name="pay"),
    path("orders/<uuid:order_id>/paid/", views.paid, name="paid"),
    path("orders/<uuid:order_id>/ship/", shipping_views.ship, name="ship"),
    path(
        "orders/<uuid:order_id>/shipments/<uuid:shipment_id>/delivered/",
        shipping_views.delivered,
        name="delivered",
    ),
    path("orders/<uuid:order_id>/shipments/<uuid:shipment_id>/proof/", shipping_views.proof, name="proof"),
    path(
        "orders/<uuid:order_id>/proofs/<uuid:proof_id>/", shipping_views.proof_picture, name="proof_picture"
    ),
    path("orders/<uuid:order_id>/shipments/<uuid:shipment_id>/track/", shipping_views.track, name="track"),
    path("orders/<uuid:order_id>/shipments/<uuid:shipment_id>/book/", booking_views.book, name="book"),
    path("orders/<uuid:order_id>/shipments/<uuid:shipment_id>/carry/", booking_views.by_hand, name="carry"),
    path("orders/<uuid:order_id>/shipments/<uuid:shipment_id>/label.pdf", booking_views.label, name="label"),
    path("orders/<uuid:order_id>/downloads/<uuid:grant_id>/", download_views.download, name="download"),
    path("orders/<uuid:order_id>/release/", download_views.release, name="release"),
    path("orders/<uuid:order_id>/milestones/<uuid:work_id>/report/", delivery_views.report, name="report"),
    path("orders/<uuid:order_id>/milestones/<uuid:work_id>/receive/", delivery_views.receive, name="receive"),
    path("orders/<uuid:order_id>/milestones/<uuid:work_id>/changes/", delivery_views.changes, name="changes"),
    path("orders/listings/<uuid:listing_id>/appointments/", service_views.rule, name="appointment_rule"),
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/times/", service_views.propose, name="propose"),
    path("orders/<uuid:order_id>/times/<uuid:proposal_id>/take/", service_views.take, name="take"),
    path("orders/<uuid:order_id>/times/<uuid:proposal_id>/decline/", service_views.decline, name="decline"),
    path(
        "orders/<uuid:order_id>/appointments/<uuid:appointment_id>/missed/", service_views.miss, name="miss"
    ),
    path(
        "orders/<uuid:order_id>/appointments/<uuid:appointment_id>/appointment.ics",
        service_views.calendar,
        name="calendar",
    ),
    path("orders/<uuid:order_id>/shown/<uuid:proof_id>/", service_views.proof, name="work_proof"),
    path("orders/<uuid:order_id>/milestones/<uuid:work_id>/dispute/", service_views.dispute, name="dispute"),
    path(
        "orders/<uuid:order_id>/milestones/<uuid:work_id>/dispute/withdraw/",
        service_views.withdraw,
        name="withdraw_dispute",
    ),
    path("orders/<uuid:order_id>/confirmation/", delivery_views.resend, name="resend"),
    path("orders/<uuid:order_id>/receipt/", receiving_views.receipt, name="receipt"),
    path("orders/<uuid:order_id>/receipt/part/", receiving_views.receipt_part, name="receipt_part"),
    path("orders/<uuid:order_id>/returns/", return_views.ask, name="ask_return"),
    *(
        path(f"orders/<uuid:order_id>/returns/<uuid:return_id>/{name}/", view, name=f"return_{name}")
        for name, view in (
            ("approve", return_views.approve),
            ("agree_in_part", return_views.agree_in_part),
            ("refuse", return_views.refuse),
            ("sent", return_views.sent),
            ("receive", return_views.receive),
            ("replace", return_views.replace),
            ("cancel", return_views.cancel),
        )
    ),
    path("orders/<uuid:order_id>/disputes/", dispute_views.dispute, name="dispute_goods"),
    *(
        path(f"orders/<uuid:order_id>/disputes/<uuid:dispute_id>/{name}/", view, name=f"dispute_{name}")
        for name, view in (
            ("propose", dispute_views.propose),
            ("decline", dispute_views.decline),
            ("agree", dispute_views.agree),
            ("receive", dispute_views.receive),
            ("withdraw", dispute_views.withdraw),
        )
    ),
    path("orders/<uuid:order_id>/refund/", views.refund, name="refund"),
    path("orders/<uuid:order_id>/return/", return_views.record, name="record_return"),
    path("orders/<uuid:order_id>/late-payment/", views.late_payment, name="late_payment"),
    path("orders/<uuid:order_id>/cancel/", views.cancel, name="cancel"),
]
