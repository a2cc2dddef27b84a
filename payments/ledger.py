"""The ledger: the only writer of accounts, causes and transfers.

A cause is a set of transfers written at once under an id that its author makes: the same id with the same
legs is the first cause again, with other legs it is refused. Accounts are locked in the order of their ids,
so that no two causes wait for each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import IntegrityError
from django.utils.translation import gettext_noop

from negotiation_hub.kernel import canonical, clock, commit, crypto, limits
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from payments.chart import RULES, AccountKey, Bound
from payments.models import Account, Cause, Phase, Transfer

TRANSFER_MAC: Final = "ledger.transfer"
CAUSE_MAC: Final = "ledger.cause"
ACCOUNT_MAC: Final = "ledger.account"
_NAMES: Final = UUID(
    "5f0f1c1e-6a4e-5c86-9b0c-3d5c0f7f3a11"
)  # any fixed value; it keeps our derived ids apart from others'


class CauseConflict(Refusal):
    """The id already names another set of transfers."""

    code = "ledger.cause_conflict"
    message = gettext_noop("This booking was made before with other amounts.")


class FundsInsufficient(Refusal):
    """An account would go below its bound."""

    code = "ledger.funds_insufficient"
    message = gettext_noop("There is not enough money in the account.")


class HoldEnded(Refusal):
    """The hold was already posted, voided or has expired."""

    code = "ledger.hold_ended"
    message = gettext_noop("These funds are no longer held.")


@dataclass(frozen=True, slots=True)
class Leg:
    """One transfer to be: `debit` gives, `credit` receives. `pending` names the hold that this leg ends."""

    debit: AccountKey
    credit: AccountKey
    amount: Money
    phase: Phase = Phase.POSTED
    pending: UUID | None = None
    expires_at: datetime | None = None


@dataclass(slots=True)
class _Change:
    """What a cause adds to the sums of one account."""

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0
    entries: int = 0


@dataclass(slots=True)
class _Changes:
    by_account: dict[UUID, _Change] = field(default_factory=dict)

    def add(self, row: Transfer, hold: Transfer | None) -> None:
        moved = row.amount if row.phase in {Phase.POSTED, Phase.POST} else 0
        # A hold that ends frees all that it reserved, also when it is posted in part.
        reserved = row.amount if row.phase == Phase.PENDING else -hold.amount if hold else 0
        debit = self.by_account.setdefault(row.debit_id, _Change())
        credit = self.by_account.setdefault(row.credit_id, _Change())
        debit.debits_posted += moved
        debit.debits_pending += reserved
        credit.credits_posted += moved
        credit.credits_pending += reserved
        debit.entries += 1
        credit.entries += 1


def cause_id(*names: object) -> UUID:
    """The id of a cause, derived from what it is about, so that whoever retries makes the same one."""
    return uuid5(_NAMES, "/".join(str(name) for name in names))


def post(
    *,
    cause_id: UUID,
    kind: str,
    reference: str,
    legs: Sequence[Leg],
    now: datetime,
    order_id: UUID | None = None,
) -> Cause:
    """Writes a cause with its transfers; joins the caller's transaction. `order_id` says which order it is
    about.

    Raises CauseConflict, FundsInsufficient, HoldEnded.
    """
    _check_legs(legs)
    try:
        with commit.transact():
            accounts = lock_accounts([key for leg in legs for key in (leg.debit, leg.credit)])
            first = Cause.objects.filter(pk=cause_id).first()
            if first is not None:
                return _same(first, kind, legs)
            cause = Cause(id=cause_id, kind=kind, reference=reference, order_id=order_id, size=len(legs))
            cause.at_us = clock.to_us(now)
            return _write(cause, legs, accounts, now)
    except IntegrityError:
        # Someone wrote this id with legs on other accounts while we waited for ours.
        first = Cause.objects.filter(pk=cause_id).first()
        if first is None:
            raise
        return _same(first, kind, legs)


def lock_accounts(keys: Iterable[AccountKey]) -> dict[AccountKey, Account]:
    """The accounts of these keys, opened when they are new, locked in the order of their ids."""
    commit.require_transaction()
    wanted = {key.code: key for key in keys}
    rows = _lock(wanted)
    if len(rows) < len(wanted):
        missing = sorted(wanted.keys() - {row.code for row in rows})
        Account.objects.bulk_create([_new_account(wanted[code]) for code in missing], ignore_conflicts=True)
        rows = _lock(wanted)
    return {wanted[row.code]: row for row in rows}


def settle(hold: Transfer, amount: Money | None = None) -> Leg:
    """The leg that posts a hold, in whole or in part; the rest is freed. Load the hold with its accounts."""
    return Leg(hold.debit.key, hold.credit.key, amount or hold.money, Phase.POST, hold.pk)


def void(hold: Transfer) -> Leg:
    """The leg that ends a hold without moving money."""
    return Leg(hold.debit.key, hold.credit.key, hold.money, Phase.VOID, hold.pk)


def expire(hold: Transfer) -> Leg:
    """The leg that ends a hold because its time is over."""
    return Leg(hold.debit.key, hold.credit.key, hold.money, Phase.EXPIRE, hold.pk)


def hold_status(hold: Transfer, now: datetime) -> str:
    """`pending`, `posted`, `voided` or `expired`; from the row that ends the hold, or from the clock."""
    ending = Transfer.objects.filter(pending=hold).values_list("phase", flat=True).first()
    if ending is not None:
        return {Phase.POST: "posted", Phase.VOID: "voided", Phase.EXPIRE: "expired"}[Phase(ending)]
    return "expired" if hold.expires_at is not None and hold.expires_at <= now else "pending"


def expire_holds(now: datetime, limit: int = 200) -> int:
    """Ends holds whose time is over, each in a transaction of its own. Returns how many."""
    over = Transfer.objects.filter(phase=Phase.PENDING, expires_at__lte=now, ending__isnull=True)
    done = 0
    for hold in over.select_related("debit", "credit").order_by("expires_at")[:limit]:
        try:
            post(
                cause_id=cause_id("expire", hold.pk),
                kind="hold_expired",
                reference=f"hold:{hold.pk}",
                legs=[expire(hold)],
                now=now,
            )
        except HoldEnded:
            continue  # it was posted or voided in the meantime
        done += 1
    return done


def _check_legs(legs: Sequence[Leg]) -> None:
    if not legs:
        raise ValueError("a cause has at least one leg")
    for leg in legs:
        if not 0 < leg.amount.minor <= limits.AMOUNT_MINOR_MAX:
            raise ValueError(f"a leg moves a positive amount, not {leg.amount.minor}")
        if leg.debit == leg.credit or {leg.debit.currency, leg.credit.currency} != {leg.amount.currency}:
            raise ValueError("a leg moves one currency between two accounts")
        if (leg.pending is None) != (leg.phase in {Phase.POSTED, Phase.PENDING}):
            raise ValueError("exactly the legs that end a hold name one")


def _lock(wanted: dict[str, AccountKey]) -> list[Account]:
    return list(Account.objects.select_for_update(no_key=True).filter(code__in=wanted).order_by("id"))


def _new_account(key: AccountKey) -> Account:
    row = Account(
        code=key.code,
        kind=key.kind.value,
        subject=key.subject,
        currency=key.currency,
        bound=RULES[key.kind].bound.value,
    )
    row.seal = crypto.mac(ACCOUNT_MAC, account_content(row))
    return row


def _write(cause: Cause, legs: Sequence[Leg], accounts: dict[AccountKey, Account], now: datetime) -> Cause:
    holds = _holds(legs, now)
    rows, changes = [], _Changes()
    for position, leg in enumerate(legs):
        row = Transfer(
            id=transfer_id(cause.pk, position),
            cause=cause,
            position=position,
            debit=accounts[leg.debit],
            credit=accounts[leg.credit],
            amount=leg.amount.minor,
            currency=leg.amount.currency,
            phase=leg.phase,
            pending_id=leg.pending,
            expires_at=leg.expires_at,
            at_us=cause.at_us,
        )
        changes.add(row, holds.get(leg.pending) if leg.pending else None)
        row.debit_entry = row.debit.entries + changes.by_account[row.debit_id].entries
        row.credit_entry = row.credit.entries + changes.by_account[row.credit_id].entries
        row.mac = crypto.mac(TRANSFER_MAC, transfer_content(row, cause))
        rows.append(row)
    cause.mac = crypto.mac(CAUSE_MAC, cause_content(cause, rows))
    _apply(sorted(accounts.values(), key=lambda account: account.pk), changes)
    # Transfers first: a trigger refuses a cause whose count is wrong, and another a transfer that comes
    # after its cause.
    Transfer.objects.bulk_create(rows)
    cause.save(force_insert=True)
    return cause


def _holds(legs: Sequence[Leg], now: datetime) -> dict[UUID, Transfer]:
    """The holds that these legs end. Their accounts are locked, so nobody else ends them meanwhile."""
    named = [leg.pending for leg in legs if leg.pending]
    if not named:
        return {}
    holds = Transfer.objects.select_related("debit", "credit").in_bulk(named)
    if len(holds) != len(named) or Transfer.objects.filter(pending__in=named).exists():
        raise HoldEnded
    for leg in legs:
        if leg.pending is None:
            continue
        hold = holds[leg.pending]
        if (hold.phase, hold.debit.key, hold.credit.key) != (Phase.PENDING, leg.debit, leg.credit):
            raise ValueError("a leg ends a hold between the same accounts")
        if leg.amount.minor > hold.amount:
            raise FundsInsufficient(gettext_noop("More than what is held cannot be taken."))
        over = hold.expires_at is not None and hold.expires_at <= now
        if leg.phase == Phase.POST and over:
            raise HoldEnded
        if leg.phase == Phase.EXPIRE and not over:
            raise ValueError("a hold expires when its time is over")
    return holds


def _apply(accounts: Sequence[Account], changes: _Changes) -> None:
    for account in accounts:
        change = changes.by_account[account.pk]
        entries = account.entries
        account.debits_posted += change.debits_posted
        account.credits_posted += change.credits_posted
        account.debits_pending += change.debits_pending
        account.credits_pending += change.credits_pending
        account.entries += change.entries
        _check_bound(account)
        account.seal = crypto.mac(ACCOUNT_MAC, account_content(account))
        changed = Account.objects.filter(pk=account.pk, entries=entries).update(
            debits_posted=account.debits_posted,
            credits_posted=account.credits_posted,
            debits_pending=account.debits_pending,
            credits_pending=account.credits_pending,
            entries=account.entries,
            seal=account.seal,
        )
        if changed != 1:
            raise RuntimeError(f"{account.code} changed under its lock")


def _check_bound(account: Account) -> None:
    covered = {
        Bound.CREDIT: account.credits_posted - account.debits_posted - account.debits_pending,
        Bound.DEBIT: account.debits_posted - account.credits_posted - account.credits_pending,
        Bound.NONE: 0,
    }
    if covered[Bound(account.bound)] < 0:
        raise FundsInsufficient


def _same(first: Cause, kind: str, legs: Sequence[Leg]) -> Cause:
    """The first cause, when it is this one. Raises CauseConflict."""
    written = [
        Leg(row.debit.key, row.credit.key, row.money, Phase(row.phase), row.pending_id, row.expires_at)
        for row in first.lines()
    ]
    if first.kind != kind or written != list(legs):
        raise CauseConflict
    return first


def transfer_id(cause: UUID, position: int) -> UUID:
    """The id of a transfer: known before it is written, and still when it was deleted."""
    return uuid5(cause, str(position))


def transfer_content(row: Transfer, cause: Cause) -> bytes:
    """What the MAC of a transfer covers: all of it, and what caused it."""
    return canonical.dumps(
        [
            str(row.pk),
            str(cause.pk),
            cause.kind,
            cause.reference,
            str(cause.order_id or ""),
            row.position,
            str(row.debit_id),
            str(row.credit_id),
            row.debit_entry,
            row.credit_entry,
            row.amount,
            row.currency,
            str(row.phase),
            str(row.pending_id or ""),
            clock.text(row.expires_at) if row.expires_at else "",
            row.at_us,
        ]
    ).encode()


def cause_content(cause: Cause, rows: Sequence[Transfer]) -> bytes:
    """What the MAC of a cause covers: itself, the number of its transfers and the MAC of each."""
    head = [str(cause.pk), cause.kind, cause.reference, str(cause.order_id or ""), cause.size, cause.at_us]
    return canonical.dumps([*head, [bytes(row.mac).hex() for row in rows]]).encode()


def account_content(row: Account) -> bytes:
    """What the seal of an account covers: who it belongs to, and its sums."""
    who = [str(row.pk), row.code, row.kind, str(row.subject), row.currency, row.bound]
    sums = [row.debits_posted, row.credits_posted, row.debits_pending, row.credits_pending, row.entries]
    return canonical.dumps([*who, *sums]).encode()
