"""Reads `a[b][0][c]=d` bodies and checks them strictly against a table of parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from payments.sandbox.currencies import CURRENCIES
from payments.sandbox.errors import ApiError, invalid, unknown_parameter

Tree: TypeAlias = "dict[str, str | Tree]"
Kind = Literal["string", "integer", "boolean", "metadata", "object", "list", "currency", "url"]

PAIRS_MAX: Final = 1000  # parameters in one call; the SDK's largest call of ours has about 20
METADATA_KEYS_MAX: Final = 50  # these three as the real provider
METADATA_KEY_MAX: Final = 40
METADATA_VALUE_MAX: Final = 500
_KEY: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}\Z")


@dataclass(frozen=True, slots=True)
class Field:
    """What one parameter may be. `fields` describes an object, `item` the entries of a list."""

    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    fields: "Mapping[str, Field] | None" = None
    item: "Field | None" = None
    least: int | None = None
    length: int = 5000


def required(field: Field) -> Field:
    """The same parameter, not optional."""
    return replace(field, required=True)


def decode(text: str) -> Tree:
    """A form body or query string as a tree of text. Raises ApiError when it cannot be one."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=PAIRS_MAX)
    except ValueError:
        raise ApiError("The request could not be decoded as a form.", unchecked=True) from None
    tree: Tree = {}
    for key, value in pairs:
        match = _KEY.match(key)
        if match is None:
            raise unknown_parameter(key[:100])
        _insert(tree, [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])], value, key[:100])
    return tree


def _insert(tree: Tree, steps: list[str], value: str, key: str) -> None:
    for position, step in enumerate(steps):
        name = step or str(len(tree))
        if position == len(steps) - 1:
            if isinstance(tree.get(name), dict):
                raise invalid(f"Invalid object: {key}", key)
            tree[name] = value
            return
        deeper = tree.setdefault(name, {})
        if isinstance(deeper, str):
            raise invalid(f"Invalid object: {key}", key)
        tree = deeper


def check(fields: Mapping[str, Field], tree: Tree, path: str = "") -> dict[str, Any]:
    """The parameters with their types. Raises ApiError for unknown, missing and impossible ones."""
    for name in tree:
        if name not in fields:
            raise unknown_parameter(_join(path, name))
    checked: dict[str, Any] = {}
    for name, field in fields.items():
        where = _join(path, name)
        if name in tree:
            checked[name] = _value(field, tree[name], where)
        elif field.required:
            raise invalid(f"Missing required param: {where}.", where, "parameter_missing")
    return checked


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(field: Field, raw: "str | Tree", where: str) -> Any:
    if field.kind == "object":
        if isinstance(raw, str):
            raise invalid("Invalid object", where)
        return check(field.fields or {}, raw, where)
    if field.kind == "list":
        return _list(field, raw, where)
    if field.kind == "metadata":
        return _metadata(raw, where)
    if isinstance(raw, dict):
        raise invalid(f"Invalid {field.kind}: {where}", where)
    if field.kind == "integer":
        return _integer(field, raw, where)
    if field.kind == "boolean":
        if raw not in ("true", "false"):
            raise invalid(f"Invalid boolean: {raw[:40]}", where)
        return raw == "true"
    return _text(field, raw, where)


def _text(field: Field, raw: str, where: str) -> str:
    if raw == "":
        raise invalid(
            f"You passed an empty string for '{where}'. We assume empty values are an attempt to unset a"
            f" parameter; however '{where}' cannot be unset.",
            where,
            "parameter_invalid_empty",
        )
    if field.choices and raw not in field.choices:
        raise invalid(f"Invalid {where}: must be one of {', '.join(field.choices)}", where)
    if len(raw) > field.length:
        raise invalid(f"Invalid string: {raw[:20]}...; must be at most {field.length} characters", where)
    if field.kind == "currency":
        raw = raw.lower()
        if raw not in CURRENCIES:
            raise invalid(f"Invalid currency: {raw[:10]}.", where)
    if field.kind == "url":
        parts = urlsplit(raw)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or any(c in raw for c in "\r\n\t <>\"'")
        ):
            raise invalid("Not a valid URL", where, "url_invalid")
    return raw


def _integer(field: Field, raw: str, where: str) -> int:
    if not _INTEGER.match(raw):
        raise invalid(f"Invalid integer: {raw[:40]}", where, "parameter_invalid_integer")
    number = int(raw)
    if field.least is not None and number < field.least:
        raise invalid(
            f"This value must be greater than or equal to {field.least}.", where, "parameter_invalid_integer"
        )
    return number


def _list(field: Field, raw: "str | Tree", where: str) -> list[Any]:
    item = field.item
    if isinstance(raw, str) or item is None or not all(key.isdecimal() for key in raw):
        raise invalid("Invalid array", where)
    return [_value(item, raw[key], f"{where}[{key}]") for key in sorted(raw, key=int)]


def _metadata(raw: "str | Tree", where: str) -> dict[str, str]:
    if raw == "":
        return {}
    if isinstance(raw, str):
        raise invalid("Invalid object", where)
    if len(raw) > METADATA_KEYS_MAX:
        raise invalid(f"Metadata can have at most {METADATA_KEYS_MAX} keys", where)
    for key, value in raw.items():
        if isinstance(value, dict) or len(value) > METADATA_VALUE_MAX or len(key) > METADATA_KEY_MAX:
            raise invalid(
                "Metadata keys have at most 40 and values at most 500 characters", f"{where}[{key[:40]}]"
            )
    return {key: str(value) for key, value in raw.items()}
