"""VAT numbers of buyers."""

from negotiation_hub.kernel.vat import may_be

__all__ = ["may_be"]
