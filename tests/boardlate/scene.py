"""A full board: strokes, shapes, arrows and texts as Excalidraw 0.18 writes them, by a seed. Pure."""

import math
from random import Random
from typing import Any, Final

ELEMENTS: Final = 500
STROKE_POINTS: Final = 60
WIDTH, HEIGHT = 620, 460  # pixels: all of it is in the window at once, so that all of it has to be drawn
_SIDE: Final = 90  # of one element, at most
_EVERY: Final = (
    "freedraw",
    "rectangle",
    "arrow",
    "text",
    "freedraw",
    "ellipse",
    "freedraw",
    "diamond",
    "text",
    "line",
)
_WORDS: Final = ("Pump NB-40", "12,5 bar", "delivery in week 42", "who pays the freight?", "agreed", "DN 80")
_COLOURS: Final = ("#1e1e1e", "#e03131", "#2f9e44", "#1971c2", "#f08c00")

Element = dict[str, Any]


def scene(count: int = ELEMENTS, seed: int = 1) -> dict[str, Any]:
    """A file of Excalidraw with so many elements."""
    chance = Random(seed)
    elements = [_element(number, chance) for number in range(count)]
    return {
        "type": "excalidraw",
        "version": 2,
        "source": "",
        "elements": elements,
        "appState": {},
        "files": {},
    }


def _element(number: int, chance: Random) -> Element:
    kind = _EVERY[number % len(_EVERY)]
    width, height = chance.uniform(20, _SIDE), chance.uniform(20, _SIDE)
    element: Element = {
        "id": f"late-{number}",
        "type": kind,
        "x": chance.uniform(0, WIDTH - _SIDE),
        "y": chance.uniform(0, HEIGHT - _SIDE),
        "width": width,
        "height": height,
        "angle": 0,
        "strokeColor": chance.choice(_COLOURS),
        "backgroundColor": "transparent",
        "fillStyle": "solid",
        "strokeWidth": 2,
        "strokeStyle": "solid",
        "roughness": 1,
        "opacity": 100,
        "groupIds": [],
        "frameId": None,
        "roundness": None,
        "seed": chance.randrange(1, 2**31),
        "version": chance.randrange(1, 200),
        "versionNonce": chance.randrange(2**31),
        "isDeleted": False,
        "boundElements": None,
        "updated": 1_764_260_000_000,
        "link": None,
        "locked": False,
    }
    return {**element, **_own(kind, width, height, chance)}


def _own(kind: str, width: float, height: float, chance: Random) -> Element:
    """What only this kind has."""
    match kind:
        case "freedraw":
            return _stroke(width, height, chance)
        case "arrow" | "line":
            head = "arrow" if kind == "arrow" else None
            return {
                "points": [[0, 0], [width, height]],
                "lastCommittedPoint": None,
                "startBinding": None,
                "endBinding": None,
                "startArrowhead": None,
                "endArrowhead": head,
                **({"elbowed": False} if kind == "arrow" else {"polygon": False}),
            }
        case "text":
            said = chance.choice(_WORDS)
            return {
                "text": said,
                "originalText": said,
                "height": 20,
                "fontSize": 16,
                "fontFamily": 5,
                "textAlign": "left",
                "verticalAlign": "top",
                "containerId": None,
                "autoResize": True,
                "lineHeight": 1.25,
            }
        case _:
            return {}


def _stroke(width: float, height: float, chance: Random) -> Element:
    # A curve that swings as a hand does, within its box.
    swings, phase = chance.uniform(0.5, 2.5), chance.uniform(0, math.tau)
    ups = [math.sin(phase + swings * math.tau * step / (STROKE_POINTS - 1)) for step in range(STROKE_POINTS)]
    low, high = min(ups), max(ups)
    points = [
        [step / (STROKE_POINTS - 1) * width, (up - ups[0]) / (high - low) * height / 2]
        for step, up in enumerate(ups)
    ]
    return {
        "points": points,
        "pressures": [round(chance.uniform(0.2, 0.8), 3) for _ in points],
        "simulatePressure": False,
        "lastCommittedPoint": None,
    }
