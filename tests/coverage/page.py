"""Writes docs/coverage/*.md: each promise of tests/coverage/*.toml, with the tests that carry its marker.

`python -m tests.coverage.page` writes, with `--check` it only says whether the pages are fresh. Tests are
read, not run: what a marker names is checked here, that the test passes is the suite's matter.
"""

import argparse
import ast
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PROMISES: Final = Path(__file__).parent
PAGES: Final = ROOT / "docs" / "coverage"

Promises = dict[str, dict[str, str]]


class Unknown(Exception):
    """A marker that names no promise."""


def promises(area: str) -> Promises:
    """The sentences of an area by table and key, in their order."""
    return tomllib.loads((PROMISES / f"{area}.toml").read_text("utf-8"))


def areas() -> list[str]:
    """The names of all areas."""
    return sorted(file.stem for file in PROMISES.glob("*.toml"))


def shown(files: Iterator[Path]) -> dict[str, list[str]]:
    """The tests of these files by the key that they show, such as `room:messages.edits`."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(files):
        source = file.read_text("utf-8")
        if "covers(" not in source:
            continue
        for key, test in _marked(ast.parse(source)):
            found[key].append(f"{file.relative_to(ROOT)}: {test}")
    return found


def _marked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.covers":
                yield from ((ast.literal_eval(argument), node.name) for argument in decorator.args)


def page(area: str, tests: Mapping[str, list[str]]) -> str:
    """The page of an area."""
    sentences = promises(area)
    lines = [
        f"# What the {area} promises, and the tests that show it",
        "",
        "Made by `python -m tests.coverage.page` of `tests/coverage/` and the markers `covers`: do not edit.",
    ]
    for table, rows in sentences.items():
        lines += ["", f"## {table.capitalize()}", "", "| promise | shown by |", "|---|---|"]
        for key, sentence in rows.items():
            names = tests.get(f"{area}:{table}.{key}", [])
            cell = "<br>".join(f"`{name}`" for name in names) or "**nothing yet**"
            lines.append(f"| {sentence.replace('|', chr(92) + '|')} | {cell} |")
    return "\n".join([*lines, ""])


def lacking(area: str, tests: Mapping[str, list[str]]) -> list[str]:
    """The promises of an area that no test shows."""
    keys = [f"{area}:{table}.{key}" for table, rows in promises(area).items() for key in rows]
    return [key for key in keys if key not in tests]


def pages() -> dict[Path, str]:
    """All pages by where they belong. Raises Unknown."""
    tests = shown((ROOT / "tests").rglob("test_*.py"))
    known = {
        f"{area}:{table}.{key}" for area in areas() for table, rows in promises(area).items() for key in rows
    }
    if wrong := sorted(set(tests) - known):
        raise Unknown(f"no such promise: {', '.join(wrong)}")
    return {PAGES / f"{area}.md": page(area, tests) for area in areas()}


def main() -> int:
    """Writes the pages, or says which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is stale")
    check = parser.parse_args().check
    stale = {
        path: text for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text
    }
    for path, text in stale.items():
        if check:
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale: run python -m tests.coverage.page\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    raise SystemExit(main())
