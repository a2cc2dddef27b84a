"""Returns for tests: calls for what both sides do about pieces that are sent back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from negotiation_hub.people.models import User
from orders import services
from orders.models import GoodsReturn, Shipment
from tests.orders.deal import Deal
from tests.orders.parcels import Packing


@dataclass
class Returning:
    """Five pumps of 100 EUR and 2.5 kg of resin at 45 EUR, of which Ben sends something back."""

    packing: Packing

    @property
    def deal(self) -> Deal:
        return self.packing.deal

    def ask(
        self, *quantities: str, reason: str = "damaged", actor: User | None = None, **fields: Any
    ) -> GoodsReturn:
        row = services.request_return(
            order_id=self.deal.order_id,
            actor=actor or self.deal.ben,
            items=self.packing.items(*quantities),
            reason=reason,
            now=self.deal.now,
            **fields,
        )
        self.deal.work()
        return row

    def approve(self, row: GoodsReturn, outcome: str = "refund", actor: User | None = None) -> GoodsReturn:
        return self._do(services.approve_return, row, actor or self.deal.sol, outcome=outcome)

    def refuse(self, row: GoodsReturn, reason: str = "It was scratched on arrival") -> GoodsReturn:
        return self._do(services.refuse_return, row, self.deal.sol, reason=reason)

    def cancel(self, row: GoodsReturn) -> GoodsReturn:
        return self._do(services.cancel_return, row, self.deal.ben)

    def send(self, row: GoodsReturn, carrier: str = "DHL", tracking: str = "BACK1") -> GoodsReturn:
        return self._do(services.send_back, row, self.deal.ben, carrier=carrier, tracking=tracking)

    def receive(self, row: GoodsReturn, *, sellable: bool = True) -> GoodsReturn:
        return self._do(services.receive_return, row, self.deal.max, sellable=sellable)

    def replace(self, row: GoodsReturn) -> Shipment:
        parcel = services.send_replacement(
            return_id=row.pk, actor=self.deal.max, carrier="Correos", tracking="NEW1", now=self.deal.now
        )
        self.deal.work()
        return parcel

    def back(self, *quantities: str, outcome: str = "refund", sellable: bool = True) -> GoodsReturn:
        """All of it: asked, agreed, sent, received."""
        row = self.approve(self.ask(*quantities), outcome)
        self.send(row)
        return self.receive(row, sellable=sellable)

    def confirm(self, *quantities: str) -> None:
        """The buyer has so much of each line."""
        services.receive_part(
            order_id=self.deal.order_id,
            actor=self.deal.ben,
            items=self.packing.items(*quantities),
            now=self.deal.now,
        )
        self.deal.work()

    def _do(self, step: Any, row: GoodsReturn, actor: User, **fields: Any) -> GoodsReturn:
        done: GoodsReturn = step(return_id=row.pk, actor=actor, now=self.deal.now, **fields)
        self.deal.work()
        return done

    def url(self, name: str, row: GoodsReturn | UUID) -> str:
        return self.packing.url(f"return_{name}", row.pk if isinstance(row, GoodsReturn) else row)
