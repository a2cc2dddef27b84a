"""Mails about work and goods that are disputed."""

from django.utils.translation import gettext as _

from orders import dispute_words, wording
from orders.lifecycle import DisputeEnd
from orders.mails import buyers, sellers, tell
from orders.models import DisputeChange, GoodsDispute, Order, WorkDispute, WorkMilestone


def disputed(order: Order, work: WorkMilestone, made: WorkDispute) -> None:
    """To the seller: what the buyer says, and what can be done."""

    def words() -> tuple[str, list[str]]:
        shown = {"number": order.number, "buyer": order.buyer_name, "work": work.title}
        body = _("%(buyer)s disputes this: %(work)s.") % shown
        rest = _(
            "Until that has an end, silence is no receipt. Please talk in the room: do it anew, propose "
            "another time, or give money back on the order's page."
        )
        return _("Order %(number)s: work disputed") % shown, [body, f"“{made.reason}”", rest]

    tell(sellers(order), order, f"disputed:{made.pk}", words)


def withdrawn(order: Order, work: WorkMilestone, made: WorkDispute) -> None:
    """To the seller."""

    def words() -> tuple[str, list[str]]:
        shown = {"number": order.number, "buyer": order.buyer_name, "work": work.title}
        body = _("%(buyer)s no longer disputes this: %(work)s.") % shown
        return _("Order %(number)s: dispute withdrawn") % shown, [body]

    tell(sellers(order), order, f"dispute-withdrawn:{made.pk}", words)


def goods_disputed(order: Order, row: GoodsDispute) -> None:
    """To the seller: what is wrong, and what can be done. To the buyer: that it is noted."""

    def to_seller() -> tuple[str, list[str]]:
        body = _("%(buyer)s disputes this: %(items)s.") % _facts(order, row)
        why = dispute_words.reasons()[row.reason] + "."
        rest = _(
            "Its share stays held until that has an end. Please propose on the order's page how to end it: "
            "others instead, a sum that goes back, or why nothing is wrong."
        )
        return _("Order %(number)s: goods disputed") % _facts(order, row), [body, why, f"“{row.words}”", rest]

    def to_buyer() -> tuple[str, list[str]]:
        body = _("You dispute this: %(items)s.") % _facts(order, row)
        why = dispute_words.reasons()[row.reason] + "."
        rest = _(
            "Its share stays held until that has an end; silence is no receipt of it. %(seller)s answers on "
            "the order's page."
        ) % _facts(order, row)
        return _("Order %(number)s: your dispute is noted") % _facts(order, row), [
            body, why, f"“{row.words}”", rest,
        ]  # fmt: skip

    tell(sellers(order), order, f"goods-disputed:{row.pk}", to_seller)
    tell(buyers(order), order, f"goods-disputed:{row.pk}", to_buyer)


def outcome_proposed(order: Order, row: GoodsDispute, change: DisputeChange) -> None:
    """To the buyer: what the seller proposes."""

    def words() -> tuple[str, list[str]]:
        body = _("%(seller)s proposes how to end your dispute of this: %(items)s.") % _facts(order, row)
        lines = [body, dispute_words.proposal(order, change)]
        if change.reason:
            lines.append(f"“{change.reason}”")
        lines.append(_("Please take it or not on the order's page."))
        return _("Order %(number)s: an end of your dispute is proposed") % _facts(order, row), lines

    tell(buyers(order), order, f"dispute-proposed:{change.pk}", words)


def outcome_declined(order: Order, row: GoodsDispute, change: DisputeChange) -> None:
    """To the seller."""

    def words() -> tuple[str, list[str]]:
        body = _("%(buyer)s does not take what you proposed about this: %(items)s.") % _facts(order, row)
        lines = [body, f"“{change.reason}”"] if change.reason else [body]
        lines.append(_("Please propose something else, or talk in the room."))
        return _("Order %(number)s: your proposal is declined") % _facts(order, row), lines

    tell(sellers(order), order, f"dispute-declined:{change.pk}", words)


def goods_dispute_ended(order: Order, row: GoodsDispute) -> None:
    """To both sides."""

    def words() -> tuple[str, list[str]]:
        body = _("This is no longer disputed: %(items)s.") % _facts(order, row)
        how = dispute_words.ends()[row.end].capitalize() + "."
        lines = [body, how]
        if row.end == DisputeEnd.REFUND:
            amount = wording.amount(row.refund or 0, order.currency)
            lines.append(_("%(amount)s are given back to the buyer.") % {"amount": amount})
        return _("Order %(number)s: a dispute has ended") % _facts(order, row), lines

    for people in (sellers(order), buyers(order)):
        tell(people, order, f"goods-dispute-ended:{row.pk}", words)


def _facts(order: Order, row: GoodsDispute) -> dict[str, str]:
    return {
        "number": order.number,
        "buyer": order.buyer_name,
        "seller": order.seller_name,
        "items": ", ".join(dispute_words.items(row)),
    }
