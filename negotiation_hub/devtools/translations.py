"""Message catalogues without GNU gettext: `python -m negotiation_hub.devtools.translations COMMAND`.

`update` collects the texts of the Python code and the templates into every catalogue, `compile` makes the
files that Django reads, `check` fails when a text has no translation or one that does not fit.
"""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tokenize import TokenError

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LOCALES = Path("negotiation_hub/locale")
SKIPPED = {".git", ".venv", "bench", "build", "dist", "docs", "migrations", "node_modules", "tests"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# %(name)s, %s and {name}: what a translation must take over from its text.
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]


@dataclass
class Text:
    """One text of the product and where it is used."""

    context: str | None
    singular: str
    plural: str = ""
    files: set[str] = field(default_factory=set)


def collect(root: Path) -> dict[Key, Text]:
    """Every text below `root` by context and singular.

    Raises ValueError when a file cannot be read as code.
    """
    texts: dict[Key, Text] = {}
    for path in sorted(_sources(root)):
        name = path.relative_to(root).as_posix()
        source = path.read_text("utf-8")
        if path.suffix != ".py":
            # What is left of a template is calls between filler words; their indentation means nothing.
            lines = templatize(source, origin=name).splitlines()
            source = "\n".join(line.lstrip() for line in lines)
        try:
            for text in _texts_of(source):
                known = texts.setdefault((text.context, text.singular), text)
                known.plural = known.plural or text.plural
                known.files.add(name)
        except (TokenError, SyntaxError) as error:
            raise ValueError(f"{name}: {error}") from error
    return texts


def _sources(root: Path) -> Iterator[Path]:
    for entry in root.iterdir():
        if entry.name in SKIPPED:
            continue
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.suffix == ".py" or (entry.suffix in {".html", ".txt"} and "templates" in entry.parts):
            yield entry


def _texts_of(source: str) -> Iterator[Text]:
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        singular, plural = (message, "") if isinstance(message, str) else (message[0], message[1])
        if singular:
            yield Text(context=context, singular=singular, plural=plural or "")


# --- catalogues -----------------------------------------------------------------------------------


def catalogues(root: Path) -> list[Path]:
    """The message catalogues below `root`, one for each language beside English."""
    return sorted((root / LOCALES).glob("*/LC_MESSAGES/django.po"))


def merge(catalogue: Path, texts: dict[Key, Text]) -> int:
    """Write `texts` into the catalogue, keep their translations, drop the rest; return how many are new."""
    old = {(entry.msgctxt, entry.msgid): entry for entry in _read(catalogue)}
    merged = polib.POFile(wrapwidth=100)
    merged.metadata = {
        "Project-Id-Version": "negotiation-hub",
        "Language": catalogue.parents[1].name,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for key in sorted(texts, key=lambda key: (key[1].lower(), key[1], key[0] or "")):
        merged.append(_entry(texts[key], old.get(key)))
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    merged.save(str(catalogue))
    return len(texts.keys() - old.keys())


def _entry(text: Text, old: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=text.context,
        msgid=text.singular,
        msgid_plural=text.plural,
        # Without line numbers, or every change of code would be a change of the catalogue.
        occurrences=[(name, "") for name in sorted(text.files)],
        flags=["python-format"] if "%(" in text.singular else [],
    )
    if text.plural:
        entry.msgstr_plural = {0: "", 1: ""}
    if old is not None and bool(old.msgid_plural) == bool(text.plural):
        entry.msgstr = old.msgstr
        entry.msgstr_plural = dict(old.msgstr_plural) if text.plural else {}
        entry.flags += ["fuzzy"] if "fuzzy" in old.flags else []
    return entry


def _read(catalogue: Path) -> polib.POFile:
    return polib.pofile(str(catalogue)) if catalogue.exists() else polib.POFile()


def problems(catalogue: Path, texts: dict[Key, Text]) -> list[str]:
    """What is wrong with the catalogue, a line each: missing, fuzzy, unfit or left-over entries."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in _read(catalogue) if not entry.obsolete}
    lines = []
    for key, text in sorted(texts.items(), key=lambda item: item[1].singular):
        wrong = _wrong(text, known.get(key))
        if wrong:
            lines.append(f"{wrong}: {text.singular!r} ({', '.join(sorted(text.files))})")
    left_over = sorted(singular for _, singular in known.keys() - texts.keys())
    return lines + [f"left over: {singular!r}" for singular in left_over]


def _wrong(text: Text, entry: polib.POEntry | None) -> str:
    if entry is None:
        return "missing"
    if "fuzzy" in entry.flags:
        return "fuzzy"
    if bool(entry.msgid_plural) != bool(text.plural):
        return "plural changed"
    translations = list(entry.msgstr_plural.values()) if text.plural else [entry.msgstr]
    if len(translations) != (2 if text.plural else 1) or not all(translations):
        return "missing"
    wanted = set(PLACEHOLDER.findall(text.singular)) | set(PLACEHOLDER.findall(text.plural))
    # The form for one may leave out the number, the others may not leave out anything.
    if any(set(PLACEHOLDER.findall(each)) - wanted for each in translations):
        return "unknown placeholder"
    if set(PLACEHOLDER.findall(translations[-1])) != set(PLACEHOLDER.findall(text.plural or text.singular)):
        return "placeholder lost"
    return ""


def main(arguments: list[str]) -> int:
    """Run one of the three commands; exit status 1 when `check` found something."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    match arguments:
        case ["update"]:
            texts = collect(ROOT)
            for catalogue in catalogues(ROOT):
                print(f"{catalogue.relative_to(ROOT)}: {len(texts)} texts, {merge(catalogue, texts)} new")
        case ["compile"]:
            for catalogue in catalogues(ROOT):
                polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))
        case ["check"]:
            texts = collect(ROOT)
            found = {catalogue: problems(catalogue, texts) for catalogue in catalogues(ROOT)}
            for catalogue, lines in found.items():
                for line in lines:
                    print(f"{catalogue.relative_to(ROOT)}: {line}", file=sys.stderr)
            return 1 if any(found.values()) else 0
        case _:
            print("usage: translations update|compile|check", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
