"""Disputes of goods for tests: calls for what both sides do about pieces that are not as agreed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from negotiation_hub.people.models import User
from orders import services
from orders.models import GoodsDispute
from tests.orders.deal import Deal
from tests.orders.parcels import Packing


@dataclass
class Disputing:
    """Five pumps of 100 EUR and 2.5 kg of resin at 45 EUR, with which something is wrong."""

    packing: Packing

    @property
    def deal(self) -> Deal:
        return self.packing.deal

    def dispute(
        self,
        *quantities: str,
        reason: str = "damaged",
        words: str = "Two flanges are cracked",
        actor: User | None = None,
        **fields: Any,
    ) -> GoodsDispute:
        row = services.dispute_goods(
            order_id=self.deal.order_id,
            actor=actor or self.deal.ben,
            items=self.packing.items(*quantities),
            reason=reason,
            words=words,
            now=self.deal.now,
            **fields,
        )
        self.deal.work()
        return row

    def propose(
        self, row: GoodsDispute, outcome: str = "refund", actor: User | None = None, **fields: Any
    ) -> GoodsDispute:
        fields = {"amount": 5_000 if outcome == "refund" else None, **fields}
        if outcome == "rejection":
            fields = {"reason": "They left us whole", **fields}
        return self._do(services.propose_outcome, row, actor or self.deal.sol, outcome=outcome, **fields)

    def standing(self, row: GoodsDispute) -> UUID:
        """The proposal that waits for the buyer."""
        row.refresh_from_db()
        assert row.proposal is not None
        return row.proposal

    def agree(self, row: GoodsDispute, proposal: UUID | None = None) -> GoodsDispute:
        row.refresh_from_db()
        return self._do(
            services.agree_outcome, row, self.deal.ben, proposal=proposal or row.proposal or uuid4()
        )

    def decline(self, row: GoodsDispute, reason: str = "") -> GoodsDispute:
        row.refresh_from_db()
        return self._do(
            services.decline_outcome, row, self.deal.ben, proposal=row.proposal or uuid4(), reason=reason
        )

    def receive(self, row: GoodsDispute) -> GoodsDispute:
        return self._do(services.receive_disputed, row, self.deal.ben)

    def withdraw(self, row: GoodsDispute) -> GoodsDispute:
        return self._do(services.withdraw_goods_dispute, row, self.deal.ben)

    def confirm(self, *quantities: str) -> None:
        """The buyer has so much of each line."""
        services.receive_part(
            order_id=self.deal.order_id,
            actor=self.deal.ben,
            items=self.packing.items(*quantities),
            now=self.deal.now,
        )
        self.deal.work()

    def _do(self, step: Any, row: GoodsDispute, actor: User, **fields: Any) -> GoodsDispute:
        done: GoodsDispute = step(dispute_id=row.pk, actor=actor, now=self.deal.now, **fields)
        self.deal.work()
        return done

    def url(self, name: str, row: GoodsDispute | UUID) -> str:
        return self.packing.url(f"dispute_{name}", row.pk if isinstance(row, GoodsDispute) else row)
