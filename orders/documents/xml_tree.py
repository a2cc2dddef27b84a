"""XML documents as trees of facts: read securely, kept whole, written again with the same content.

A tree has every element, attribute and value in their order; comments, processing instructions and the white
space between elements are no content. What is exported equals what was imported by Canonical XML (C14N 1.1).
Reading takes no DTD, expands no entity, opens no file and no connection, and is bounded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Final

from django.utils.translation import gettext_noop as _

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.refusals import Malformed

UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC: Final = f"{UBL}CommonAggregateComponents-2"
CBC: Final = f"{UBL}CommonBasicComponents-2"
EXT: Final = f"{UBL}CommonExtensionComponents-2"
_PREFIXES: Final = {"cac": CAC, "cbc": CBC, "ext": EXT}


class DocumentMalformed(Malformed):
    """The bytes are no XML that is taken here: not well-formed, with a DTD, too large, or with mixed text."""

    code = "document.malformed"
    message = _("This is no document that can be read here.")


class DocumentUnknown(Malformed):
    """A well-formed document of a kind that is not known here."""

    code = "document.unknown"
    message = _("Documents of this kind are not known here.")


@dataclass(frozen=True, slots=True)
class Element:
    """A name in Clark notation (`{namespace}local`), attributes by name, and either a value or children."""

    name: str
    value: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple["Element", ...] = ()

    @property
    def local(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition("}")[2]

    @property
    def namespace(self) -> str:
        """The namespace of the name."""
        return self.name.rpartition("}")[0].removeprefix("{")

    def attribute(self, name: str) -> str:
        """The value of an attribute; empty where there is none."""
        return dict(self.attributes).get(name, "")

    def all(self, path: str) -> tuple["Element", ...]:
        """The elements at a path of local names such as `TaxTotal/TaxSubtotal`, in their order."""
        found: tuple[Element, ...] = (self,)
        for step in path.split("/"):
            found = tuple(child for one in found for child in one.children if child.local == step)
        return found

    def one(self, path: str) -> "Element | None":
        """The first element at a path."""
        return next(iter(self.all(path)), None)

    def text(self, path: str) -> str:
        """The value of the first element at a path, without white space around it; empty where none is."""
        found = self.one(path)
        return "" if found is None else found.value.strip()

    def decimal(self, path: str) -> Decimal | None:
        """The same as a number. Raises DocumentMalformed where it is none."""
        text = self.text(path)
        try:
            return Decimal(text) if text else None
        except InvalidOperation:
            raise DocumentMalformed from None

    def date(self, path: str) -> date | None:
        """The same as a day. Raises DocumentMalformed where it is none."""
        text = self.text(path)
        try:
            return date.fromisoformat(text[: len("2026-01-01")]) if text else None
        except ValueError:
            raise DocumentMalformed from None

    def walk(self) -> Iterator["Element"]:
        """The element and all below it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


def read(data: bytes) -> Element:
    """The tree of a document. Raises DocumentMalformed."""
    from lxml import etree

    if len(data) > limits.XML_BYTES_MAX:
        raise DocumentMalformed
    events = etree.iterparse(
        BytesIO(data),
        events=("start",),
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    count = 0
    try:
        for count, (_event, element) in enumerate(events, 1):
            # A document type is of no use here, and the first step of every attack by entities.
            if count == 1 and element.getroottree().docinfo.doctype:
                raise DocumentMalformed
            if count > limits.XML_ELEMENTS_MAX:
                raise DocumentMalformed
    except etree.XMLSyntaxError:
        raise DocumentMalformed from None
    if not count:
        raise DocumentMalformed
    return _taken(events.root)


def _taken(node: "etree._Element") -> Element:  # type: ignore[name-defined]  # noqa: F821 - imported when used
    children = tuple(_taken(child) for child in _elements(node))
    between = [node.text or "", *(child.tail or "" for child in node)]
    if children and any(text.strip() for text in between):
        raise DocumentMalformed  # mixed content has no place in UBL or CII
    return Element(
        name=str(node.tag),
        value="" if children else node.text or "",
        attributes=tuple((str(name), str(value)) for name, value in node.attrib.items()),
        children=children,
    )


def _elements(node: "etree._Element") -> Iterator["etree._Element"]:  # type: ignore[name-defined]  # noqa: F821
    for child in node:
        if not isinstance(child.tag, str):
            raise DocumentMalformed  # an entity that was not expanded
        yield child


def write(tree: Element, prefixes: Mapping[str, str] | None = None) -> bytes:
    """The document of a tree, in UTF-8, indented. `prefixes` names the namespaces; UBL's are known."""
    from lxml import etree

    names: dict[str | None, str] = {}
    if prefixes is not None:
        names.update((prefix, space) for prefix, space in prefixes.items())
    else:
        used = {one.namespace for one in tree.walk()}
        names = {None: tree.namespace} if tree.namespace else {}
        names.update({prefix: space for prefix, space in _PREFIXES.items() if space in used})
    root = etree.Element(tree.name, nsmap=names)
    _fill(root, tree)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _fill(node: "etree._Element", tree: Element) -> None:  # type: ignore[name-defined]  # noqa: F821
    from lxml import etree

    for name, value in tree.attributes:
        node.set(name, value)
    if tree.children:
        for child in tree.children:
            _fill(etree.SubElement(node, child.name), child)
    elif tree.value:
        node.text = tree.value
