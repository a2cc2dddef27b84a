"""PDFs with a line at the foot of each page that says whose copy it is, and the same in the metadata.

The line is set by typst, which carries its typefaces, so that names of any European language stand in it. It
is put on the pages by pypdf, in a process of its own whose time and memory are bounded (as
`kernel/apart.py`): a PDF is written by strangers.
"""

import io
import json
import resource
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO, Final

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.refusals import Busy, Malformed, gettext_noop

MARK: Final = "/NegotiationHubCopy"  # in the document's information (ISO 32000-1, 14.3.3)
_ROOT: Final = Path(__file__).resolve().parents[2]
_LENGTHS: Final = struct.Struct(">II")
_MARGIN_POINTS: Final = 14.0
_NAME: Final = "/HubCopyLine"
_TEMPLATE: Final = b"""
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"), size: 7pt, fill: rgb("#555555"), hyphenate: false)
#box(fill: white.transparentize(25%), inset: 2pt, sys.inputs.line)
"""
_free: Final = threading.BoundedSemaphore(limits.STAMPED_AT_ONCE)


class PdfUnfit(Malformed):
    """A PDF that is encrypted or broken, or has too many pages."""

    code = "listing_file.unstampable"
    message = gettext_noop(
        "Copies of this PDF cannot be stamped: it is protected by a password, damaged, or too long. Save it "
        "without protection, or offer it without stamps."
    )


class PdfTooLarge(Malformed):
    """More bytes than are stamped."""

    code = "listing_file.stamp_too_large"
    message = gettext_noop("Copies can be stamped of PDFs of at most 50 MiB. Offer it without stamps.")
    status = 413


def stamped(data: bytes, line: str, mark: str) -> bytes:
    """The PDF with `line` on each page and `mark` in its metadata, within STAMP_WITHIN_S.

    Blocks its thread meanwhile, so never call it inside a transaction or on the event loop. Raises PdfUnfit,
    PdfTooLarge, and Busy when too many are being stamped.
    """
    if len(data) > limits.STAMP_BYTES_MAX:
        raise PdfTooLarge
    drawn = _draw(line)
    until = time.monotonic() + limits.STAMP_WITHIN_S
    if not _free.acquire(timeout=limits.STAMP_WITHIN_S):
        raise Busy(retry_after_ms=limits.BUSY_RETRY_MS)
    try:
        head = json.dumps({"mark": mark, "memory": limits.STAMP_MEMORY_BYTES, "cpu": limits.STAMP_WITHIN_S})
        lengths = _LENGTHS.pack(len(head.encode()), len(drawn))
        answer = _ask(lengths + head.encode() + drawn + data, until)
    finally:
        _free.release()
    if not answer.startswith(b"%PDF-"):
        raise PdfUnfit
    return answer


def _draw(line: str) -> bytes:
    import typst

    drawn: bytes = typst.compile(
        _TEMPLATE, format="pdf", sys_inputs={"line": line}, timestamp=0, ignore_system_fonts=True
    )
    return drawn


def _ask(question: bytes, until: float) -> bytes:
    with subprocess.Popen(
        [sys.executable, "-m", "negotiation_hub.kernel.pdf_stamp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT), "PYTHONSAFEPATH": "1", "PYTHONWARNINGS": "ignore"},
    ) as process:
        try:
            answer, _ = process.communicate(question, timeout=max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            raise PdfUnfit from None
        finally:
            process.kill()
    return answer if process.returncode == 0 else b""


# -- in the other process ----------------------------------------------------------------------------------


def stamp(data: bytes, drawn: bytes, mark: str) -> bytes:
    """What the other process does: the PDF with what was drawn on each page. Raises whatever is wrong."""
    from pypdf import PdfReader, PdfWriter

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise ValueError("it is encrypted")
    writer = PdfWriter(clone_from=reader)
    if not 0 < len(writer.pages) <= limits.STAMP_PAGES_MAX:
        raise ValueError("it has no pages, or too many")
    line, width = _form(writer, drawn)
    begin, ends = _content(writer, b"q\n"), dict[bytes, Any]()
    for page in writer.pages:
        end = f"\nQ\nq {_matrix(page, width)} cm {_NAME} Do Q\n".encode()
        ends.setdefault(end, None)
        if ends[end] is None:
            ends[end] = _content(writer, end)
        _put(page, line, begin, ends[end])
    writer.add_metadata({MARK: mark})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _form(writer: Any, drawn: bytes) -> tuple[Any, float]:
    """What was drawn as a form that every page names, and its width."""
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, NameObject, StreamObject

    page = PdfReader(io.BytesIO(drawn)).pages[0]
    form = StreamObject()
    contents = page.get_contents()
    form.set_data(b"" if contents is None else contents.get_data())
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = page.mediabox
    form[NameObject("/Resources")] = DictionaryObject(_inherited(page, "/Resources")).clone(writer)
    return writer._add_object(form), float(page.mediabox.width)  # noqa: SLF001 - it has no other way


def _content(writer: Any, data: bytes) -> Any:
    from pypdf.generic import StreamObject

    stream = StreamObject()
    stream.set_data(data)
    return writer._add_object(stream)  # noqa: SLF001


def _put(page: Any, line: Any, begin: Any, end: Any) -> None:
    """Draws the line above what the page draws, whose own state of graphics it does not see."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    resources = DictionaryObject(_inherited(page, "/Resources") or {})  # of its own: pages may share them
    forms = resources.get("/XObject")
    forms = DictionaryObject(forms.get_object() if forms is not None else {})
    forms[NameObject(_NAME)] = line
    resources[NameObject("/XObject")] = forms
    page[NameObject("/Resources")] = resources
    held = page.get("/Contents")
    found = held.get_object() if held is not None else None
    if found is None:
        old = []
    else:
        old = list(found) if isinstance(found, ArrayObject) else [page.raw_get("/Contents")]
    page[NameObject("/Contents")] = ArrayObject([begin, *old, end])


def _inherited(page: Any, name: str) -> Any:
    node, seen = page, 0
    while node is not None and seen < 100:  # noqa: PLR2004 - deeper than any tree of pages
        if name in node:
            return node[name].get_object()
        node, seen = node.get("/Parent"), seen + 1
        node = node.get_object() if node is not None else None
    return None


def _matrix(page: Any, width: float) -> str:
    """Where the line stands: at the lower left of the page as it is shown, smaller on a narrow page."""
    box, turn = page.cropbox, page.rotation % 360
    x0, y0, x1, y1 = (float(one) for one in (box.left, box.bottom, box.right, box.top))
    across = (y1 - y0) if turn in {90, 270} else (x1 - x0)
    scale = min(1.0, max(across - 2 * _MARGIN_POINTS, across / 2) / width)
    margin = _MARGIN_POINTS
    # Columns of the matrix (ISO 32000-1, 8.3.3), for a page that is shown turned clockwise by so much.
    a, b, c, d, e, f = {
        90: (0.0, scale, -scale, 0.0, x1 - margin, y0 + margin),
        180: (-scale, 0.0, 0.0, -scale, x1 - margin, y1 - margin),
        270: (0.0, -scale, scale, 0.0, x0 + margin, y1 - margin),
    }.get(turn, (scale, 0.0, 0.0, scale, x0 + margin, y0 + margin))
    return " ".join(f"{one:.4f}" for one in (a, b, c, d, e, f))


def _confine(memory_bytes: int, cpu_s: int) -> None:
    for what, bound in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (bound, bound))
        except (ValueError, OSError):  # a system that has no such bound: time is bounded by who asked
            continue


def _main(given: BinaryIO, told: BinaryIO) -> None:
    question = given.read()
    start = _LENGTHS.size
    head_size, drawn_size = _LENGTHS.unpack(question[:start])
    head = json.loads(question[start : start + head_size])
    _confine(head["memory"], head["cpu"])
    data_at = start + head_size + drawn_size
    told.write(stamp(question[data_at:], question[start + head_size : data_at], head["mark"]))
    told.flush()


if __name__ == "__main__":
    _main(sys.stdin.buffer, sys.stdout.buffer)
