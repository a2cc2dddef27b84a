"""The papers of a deal: the agreement, and what is issued in the course of its order."""

from orders.documents.agreement import AGREEMENT, draw, tax_label
from orders.documents.store import agreement, language_for, response

__all__ = ["AGREEMENT", "agreement", "draw", "language_for", "response", "tax_label"]
