"""`expand[]`: puts the object in the place of its id, as deep as the provider allows."""

from typing import Final

from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json, Tx

_DEEPEST: Final = 4
_EXPANDABLE: Final = frozenset(
    ["balance_transaction", "charge", "destination", "latest_charge", "payment_intent", "source", "transfer"]
)


def expand(tx: Tx, answer: Json, paths: list[str]) -> Json:
    """The answer with the named fields expanded. Raises ApiError for a field that has nothing to expand."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            raise ApiError("You cannot expand more than 4 levels of a property.", param="expand")
        if answer.get("object") == "list":
            if steps[0] != "data" or not steps[1:]:
                raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
            for thing in answer["data"]:
                _into(tx, thing, steps[1:], path)
        else:
            _into(tx, answer, steps, path)
    return answer


def _into(tx: Tx, thing: Json, steps: list[str], path: str) -> None:
    name = steps[0]
    if name not in thing or name not in _EXPANDABLE:
        raise ApiError(
            f"This property cannot be expanded ({path}). You may want to try expanding its parent instead.",
            param="expand",
        )
    value = thing[name]
    if isinstance(value, str):
        value = thing[name] = tx.find(value) or value
    if isinstance(value, dict) and len(steps) > 1:
        _into(tx, value, steps[1:], path)
