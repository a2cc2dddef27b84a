"""Countries, as forms and pages of orders name them."""

from negotiation_hub.kernel.countries import choices, codes, name, suggested

__all__ = ["choices", "codes", "name", "suggested"]
