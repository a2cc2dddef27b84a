"""The documentation tells the truth where a machine can judge it: paths, names, links, settings, commands.

Each check has a test that it finds a planted mistake.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from negotiation_hub.cli import command_names

ROOT = Path(__file__).resolve().parent.parent
OURS = ("README.md", "CHANGELOG.md", "SECURITY.md")
PAGES = sorted([*(ROOT / name for name in OURS), *(ROOT / "docs").rglob("*.md")])
LINKED = sorted([*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "frontend" / "README.md"])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
# Where these are read from is not the product: make, the tests, Django's own start.
OF_TOOLS = {"CI", "HUB_REALDATA", "INSTALL", "PYTEST_ARGS", "PYTHON"}

_CODE = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(
    r"(?!DATA_DIR/)(?P<path>[\w.-]+(?:/[\w.-]+)*\.(?:py|tsx?|md|toml|json|html|css|typ|yml|mjs|txt))(?::\s*(?P<names>.+))?"
)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


# --- what is checked --------------------------------------------------------------------------------


def mentions(text: str) -> Iterator[tuple[str, list[str]]]:
    """The files that a page names in backticks, each with the functions named behind a colon."""
    for code in _CODE.findall(_FENCE.sub("", text)):
        found = _FILE.fullmatch(code)
        if found:
            names = found["names"] or ""
            yield found["path"], [name.strip() for name in names.split(",") if name.strip()]


def wrong_mentions(text: str) -> list[str]:
    """The files and functions that a page names and that are not there."""
    wrong = []
    for name, functions in mentions(text):
        path = ROOT / name
        if not path.is_file():
            wrong.append(f"{name} is not there")
            continue
        known = names_in(path)
        wrong += [f"{name} has no {function}" for function in functions if function not in known]
    return wrong


@cache
def names_in(path: Path) -> set[str]:
    """What a file defines: functions, classes, methods as `Class.method`, constants."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        defined = re.findall(r"\b(?:function|class|const|interface|type)\s+(\w+)", source)
        methods = re.findall(r"^\s+(?:async\s+|readonly\s+|static\s+)*(#?\w+)\s*[(=]", source, re.MULTILINE)
        return {*defined, *methods}
    return set(_names(ast.parse(source).body, ""))


def _names(body: list[ast.stmt], owner: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield owner + node.name
        elif isinstance(node, ast.ClassDef):
            yield owner + node.name
            yield from _names(node.body, f"{owner}{node.name}.")
        elif isinstance(node, ast.Assign):
            yield from (owner + name.id for name in node.targets if isinstance(name, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield owner + node.target.id


def broken_links(page: Path, text: str) -> list[str]:
    """Relative links of a page that lead nowhere, or to a heading that is not there."""
    broken = []
    for target in _LINK.findall(_FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (heading and heading not in anchors(path.read_text("utf-8"))):
            broken.append(target)
    return broken


def anchors(text: str) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+\s+(.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


_READERS = {"os.environ.get", "os.getenv", "_flag"}


def variables_in(source: str) -> set[str]:
    """The names that Python source reads from the environment; `_flag` is the settings' own reader."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(args=[ast.Constant(value=name), *_]) if ast.unparse(node.func) in _READERS:
                found.add(str(name))
            case ast.Subscript(slice=ast.Constant(value=name)) if ast.unparse(node.value) == "os.environ":
                found.add(str(name))
    return found


@cache
def variables() -> set[str]:
    """Every environment variable that the product reads."""
    folders = [
        "negotiation_hub",
        "payments",
        "catalog",
        "orders",
        "rooms",
        "threads",
        "whiteboard",
        "feedback",
        "desk",
    ]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {name for path in files for name in variables_in(path.read_text("utf-8"))}


def described(text: str) -> set[str]:
    """The variables that have a row of their own in docs/settings.md."""
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", text, re.MULTILINE))


def exemplified(text: str) -> set[str]:
    """The variables that .env.example names, commented out or not."""
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


# --- the pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_and_function_that_a_page_names_is_there(page: Path) -> None:
    assert not wrong_mentions(page.read_text("utf-8"))


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert not broken_links(page, page.read_text("utf-8"))


def test_every_page_of_the_docs_is_reachable_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        targets = [target.partition("#")[0] for target in _LINK.findall(page.read_text("utf-8"))]
        waiting += [(page.parent / target).resolve() for target in targets if ":" not in target]
    assert not [page for page in PAGES if page not in seen]


def test_each_variable_that_is_read_is_described_and_exemplified() -> None:
    settings = described((ROOT / "docs" / "settings.md").read_text("utf-8"))
    example = exemplified((ROOT / ".env.example").read_text("utf-8"))
    assert variables() <= settings, "docs/settings.md"
    assert variables() <= example, ".env.example"


def test_no_variable_is_described_that_nothing_reads() -> None:
    assert described((ROOT / "docs" / "settings.md").read_text("utf-8")) <= variables() | OF_TOOLS
    assert exemplified((ROOT / ".env.example").read_text("utf-8")) <= variables()


def test_the_readme_lists_exactly_the_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.split("## The command `negotiation-hub`")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == command_names()


def test_each_command_in_the_pages_exists() -> None:
    for page in PAGES:
        for name in re.findall(r"negotiation-hub ([a-z][a-z-]+)\b", page.read_text("utf-8")):
            assert name in command_names(), f"{page.name}: negotiation-hub {name}"


def test_each_runtime_dependency_is_accounted_for_with_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    page = (ROOT / "docs" / "decisions" / "0005-dependencies.md").read_text("utf-8")
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["distributed"],
        *project["optional-dependencies"]["s3"],
    ]
    told = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))
    assert told == set(wanted)


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name)
def test_each_decision_says_what_why_at_what_cost_and_until_when(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.match(rf"# {page.name[:4]} \S", text)
    assert "\nTags: " in text
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[:4] == ["Choice", "Why", "What it cost", "When to revisit"]


def test_the_numbers_of_the_decisions_have_no_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_the_changelog_has_a_place_for_the_next_line() -> None:
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


# --- the checks find what is wrong -------------------------------------------------------------------


@pytest.mark.parametrize(
    "planted",
    [
        "see `rooms/nowhere.py`",
        "see `rooms/services.py: accept_nothing`",
        "see `rooms/services.py: accept_offer, accept_nothing`",
        "see `negotiation_hub/kernel/hub.py: Hub.nothing`",
        "see `frontend/src/room/store.ts: nothingAtAll`",
    ],
)
def test_a_planted_name_is_found_wrong(planted: str) -> None:
    assert wrong_mentions(planted)


@pytest.mark.parametrize(
    "right",
    [
        "see `rooms/services.py: accept_offer`",
        "see `negotiation_hub/kernel/hub.py: Hub, Hub.announce, hub`",
        "see `frontend/src/room/roomState.ts: foldTable`",
        "see `frontend/src/protocol/socket.ts: #receive, RoomSocket`",
        "```\nsee `rooms/nowhere.py`\n```",
        "`DATA_DIR/keys/ring.json`, `offer.accept`, `make test`",
    ],
)
def test_a_right_name_is_not_found_wrong(right: str) -> None:
    assert not wrong_mentions(right)


@pytest.mark.parametrize(
    "planted", ["[a](nowhere.md)", "[a](README.md#nothing-of-the-kind)", "![a](none.png)"]
)
def test_a_planted_link_is_found_broken(planted: str) -> None:
    assert broken_links(ROOT / "README.md", planted)


def test_a_planted_variable_is_found() -> None:
    source = "import os\na = os.environ.get('ONE', '')\nb = os.environ['TWO']\nc = _flag('THREE')\n"
    assert variables_in(source) == {"ONE", "TWO", "THREE"}
    assert described("| `ONE` | x |\n`TWO`\n") == {"ONE"}
    assert exemplified("#ONE=1\nTWO=\n# three=\n") == {"ONE", "TWO"}
