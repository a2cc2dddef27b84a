"""What a side wants of each issue: a frame of its caucus. No Django here: these models are the contract."""

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.wire import Command, Frame, Text
from rooms import scoring
from rooms.wire import Label, Line, Whole

Weight = Annotated[int, Field(ge=1, le=limits.WEIGHT_MAX)]
Wanted = Annotated[Text, Field(max_length=limits.LABEL_CHARS_MAX)] | Whole | bool


class Preference(Frame):
    """What a side wants of one issue: where it would walk away, what it aims for, and how much that weighs.

    `total` is a seller's net and a buyer's gross, `unit_price` and `quantity` are of the line with that
    title, the others of the issue with that name.
    """

    kind: Literal["total", "unit_price", "quantity", "number", "date", "choice"]
    name: Label | None = None
    reservation: Wanted
    target: Wanted
    weight: Weight

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.name is None) != (self.kind == scoring.NAMELESS):
            raise ValueError("every kind but the total has a name")
        for value in (self.reservation, self.target):
            if not _of_kind(self.kind, value):
                raise ValueError("a value is not one of its kind")
        return self


def _of_kind(kind: str, value: object) -> bool:
    if kind in {"total", "unit_price"}:
        return type(value) is int and 0 < value <= limits.AMOUNT_MINOR_MAX
    if kind == "number":
        return type(value) is int
    if kind == "choice":
        return isinstance(value, str | bool) and scoring.measure(kind, value) != ""
    if kind == "quantity":
        return isinstance(value, str) and _is_quantity(value)
    return isinstance(value, str) and scoring.measure(kind, value) is not None


def _is_quantity(text: str) -> bool:
    try:
        Line(title="-", quantity=text, unit="C62", unit_price=1)
    except ValueError:
        return False
    return True


def _once(issues: list[Preference]) -> list[Preference]:
    # Number, date and choice are ways to read one and the same issue.
    of_line = {"total", "unit_price", "quantity"}
    keys = [(one.kind if one.kind in of_line else "issue", scoring.plain(one.name or "")) for one in issues]
    if len(set(keys)) != len(keys):
        raise ValueError("each issue has one preference")
    return issues


class PreferencesSet(Command):
    """What a side wants, all of it anew. `replaces` is the revision that was read, 0 where there is none.

    `alternative` is what the best alternative to an agreement would earn, in basis points. In a caucus.
    """

    t: Literal["preferences.set"]
    replaces: Annotated[int, Field(ge=0, le=2**31 - 1)]
    issues: Annotated[list[Preference], Field(max_length=limits.PREFERENCES_MAX), AfterValidator(_once)]
    alternative: Annotated[int, Field(ge=0, le=scoring.FULL)] | None = None
    notes: Annotated[Text, Field(max_length=limits.NOTES_CHARS_MAX)] = ""


FRAMES: Final = (PreferencesSet,)
