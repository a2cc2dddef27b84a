"""What is drawn on the board of the demo's talk: a well, a tank, and the way between them."""

from typing import Any, Final

from whiteboard.wire import BoardElement

_GREY, _BLUE, _ORANGE = "#1e1e1e", "#1971c2", "#e8590c"
_HAND: Final = 5  # Excalidraw's number of the font that looks written


def sketch() -> list[BoardElement]:
    """The elements, as the board's editor writes them."""
    drawn = [
        _shape("rectangle", 120, 220, 60, 260),
        _shape("ellipse", 128, 420, 44, 44, strokeColor=_BLUE, backgroundColor="#a5d8ff"),
        _line("line", 20, 220, [(0, 0), (620, 0)]),
        _line("arrow", 150, 420, [(0, 0), (0, -210), (380, -210)], strokeColor=_BLUE, endArrowhead="arrow"),
        _shape("rectangle", 530, 130, 110, 90, strokeColor=_BLUE),
        _shape("rectangle", 250, 120, 70, 70, strokeColor=_ORANGE, backgroundColor="#ffd8a8"),
        _shape("rectangle", 340, 120, 70, 70, strokeColor=_ORANGE, backgroundColor="#ffd8a8"),
        _text("96 m", 200, 340),
        _text("tank, 60 m away", 500, 90, strokeColor=_BLUE),
        _text("modules, no shade here", 236, 84, strokeColor=_ORANGE),
        _text("well, 140 mm", 70, 490),
    ]
    return [BoardElement.model_validate(one | _place(number)) for number, one in enumerate(drawn)]


def _place(number: int) -> dict[str, Any]:
    """What tells the elements apart, and their order."""
    return {
        "id": f"demo-well-{number}",
        "index": f"a{number:x}",
        "seed": 1000 + number,
        "versionNonce": number,
    }


def _element(kind: str, x: int, y: int, width: int, height: int, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "version": 1,
        "isDeleted": False,
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "angle": 0,
        "strokeColor": _GREY,
        "backgroundColor": "transparent",
        "fillStyle": "solid",
        "strokeWidth": 2,
        "strokeStyle": "solid",
        "roughness": 1,
        "opacity": 100,
        "groupIds": [],
        "frameId": None,
        "roundness": None,
        "boundElements": None,
        "updated": 1,
        "link": None,
        "locked": False,
        **more,
    }


def _shape(kind: str, x: int, y: int, width: int, height: int, **more: Any) -> dict[str, Any]:
    return _element(kind, x, y, width, height, **more)


def _line(kind: str, x: int, y: int, points: list[tuple[int, int]], **more: Any) -> dict[str, Any]:
    width = max(px for px, _ in points) - min(px for px, _ in points)
    height = max(py for _, py in points) - min(py for _, py in points)
    ends = {"startBinding": None, "endBinding": None, "startArrowhead": None, "endArrowhead": None}
    corners = {"points": [list(point) for point in points], "lastCommittedPoint": None, "elbowed": False}
    return _element(kind, x, y, width, height, **{**ends, **corners, **more})


def _text(text: str, x: int, y: int, **more: Any) -> dict[str, Any]:
    written = {
        "text": text,
        "originalText": text,
        "fontSize": 20,
        "fontFamily": _HAND,
        "textAlign": "left",
        "verticalAlign": "top",
        "containerId": None,
        "lineHeight": 1.25,
        "autoResize": True,
    }
    return _element("text", x, y, 10 * len(text), 25, **{**written, **more})
