"""The data behind the demo's listing of groundwater levels: made up, but moving as such levels do."""

from datetime import date, timedelta
from typing import Final

_FIRST_DAY: Final = date(2025, 1, 1)
_DAYS: Final = 120
# Borehole, depth of its water on the first day in mm below ground, mm that a wet month brings back.
_BOREHOLES: Final = (("ZGZ-014", 12_420, 610), ("ZGZ-027", 8_935, 380), ("TUD-003", 21_780, 940))
_MONTH_DAYS: Final = 30
_GAP: Final = range(57, 61)  # the days on which a sensor was changed
_NOISE_MM: Final = 37


def groundwater_sample() -> bytes:
    """Daily levels of three boreholes as CSV, 360 rows, the same each time. Whole millimetres, no float."""
    lines = ["borehole,day,depth_mm,quality"]
    for number, (name, depth_mm, rise_mm) in enumerate(_BOREHOLES):
        for day in range(_DAYS):
            when = (_FIRST_DAY + timedelta(days=day)).isoformat()
            gone = number == 1 and day in _GAP
            level = "" if gone else str(depth_mm - _risen_mm(day, rise_mm) + _noise_mm(number, day))
            lines.append(f"{name},{when},{level},{'gap' if gone else 'checked'}")
    return ("\n".join(lines) + "\n").encode()


def _risen_mm(day: int, rise_mm: int) -> int:
    """How much the water rose: in the second month by its rain, in the others it falls again, slowly."""
    month, into = divmod(day, _MONTH_DAYS)
    if month == 0:
        return -into * rise_mm // 120
    if month == 1:
        return -_MONTH_DAYS * rise_mm // 120 + into * rise_mm // _MONTH_DAYS
    since = day - 2 * _MONTH_DAYS
    return rise_mm * 3 // 4 - since * rise_mm // 150


def _noise_mm(number: int, day: int) -> int:
    # Air pressure and pumping nearby: a fixed sequence that looks like chance.
    return (day * day * 31 + day * 17 + number * 101) % _NOISE_MM - _NOISE_MM // 2
