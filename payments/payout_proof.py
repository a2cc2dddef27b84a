"""Whether a payout is what was requested: its row against the ledger, whose rows carry MACs.

Asked before money is sent, and by `verify` (payments/audit.py) of everything that ever was.
"""

from negotiation_hub.kernel import crypto
from payments import chart, ledger
from payments.machine import PayoutStatus
from payments.models import Cause, Payout, Transfer
from payments.payouts import cause_of


def is_genuine(payout: Payout) -> bool:
    """Whether the ledger booked this payout: amount, organisation and bank account, all under its MACs."""
    cause = Cause.objects.filter(pk=cause_of(payout.pk, PayoutStatus.REQUESTED)).first()
    if cause is None or (cause.kind, cause.reference) != ("payout_requested", payout.reference):
        return False
    lines = cause.lines()
    genuine = crypto.check_mac(ledger.CAUSE_MAC, ledger.cause_content(cause, lines), bytes(cause.mac))
    return genuine and len(lines) == 1 and _booked(payout, cause, lines[0])


def is_payable(payout: Payout) -> bool:
    """Whether it may go to the bank: genuine, and the ledger does not know an end of it."""
    ends = (PayoutStatus.PAID, PayoutStatus.FAILED, PayoutStatus.CANCELED)
    ended = Cause.objects.filter(pk__in=[cause_of(payout.pk, end) for end in ends]).exists()
    return is_genuine(payout) and not ended


def _booked(payout: Payout, cause: Cause, line: Transfer) -> bool:
    wanted = (
        chart.wallet(payout.organisation_id, payout.currency),
        chart.payout_transit(payout.organisation_id, payout.currency),
        payout.money,
    )
    if (line.debit.key, line.credit.key, line.money) != wanted:
        return False
    return crypto.check_mac(ledger.TRANSFER_MAC, ledger.transfer_content(line, cause), bytes(line.mac))
