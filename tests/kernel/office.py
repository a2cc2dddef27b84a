"""Office files made by hand for tests: honest ones, and such as nobody honest makes."""

import zipfile
from io import BytesIO

from negotiation_hub.kernel.content import Kind
from negotiation_hub.kernel.documents import DOCX

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def packed(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these parts, in this order."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def types(kind: Kind = DOCX, *more: str) -> bytes:
    """The list of types of an Office Open XML file."""
    said = [f"{kind.media_type}.main+xml", *more]
    return ("<Types>" + "".join(f'<Override ContentType="{one}"/>' for one in said) + "</Types>").encode()


def ooxml(kind: Kind = DOCX, *more: str, **parts: bytes) -> bytes:
    """A file of Word, Excel or PowerPoint."""
    return packed({"[Content_Types].xml": types(kind, *more), "word/document.xml": b"<w:document/>", **parts})


def opendocument(kind: Kind, **parts: bytes) -> bytes:
    """A file of LibreOffice."""
    return packed({"mimetype": kind.media_type.encode(), "content.xml": b"<office/>", **parts})
