"""Our own rules, which no linter knows. Each has a test that it finds a planted violation."""

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
MONEY = re.compile(r"^(payments/|orders/|negotiation_hub/kernel/money\.py$)")
CODE = {".py", ".ts", ".tsx"}
TEXT = CODE | {".css", ".html", ".json", ".md", ".po", ".sh", ".toml", ".txt", ".yaml", ".yml", ".mjs", ""}
# Words that this file must not hold itself, or it would break its own rules.
NOTES = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME")) + r")\b")
MACHINES = re.compile(
    "|".join(
        (
            r"(?<![\w.:/<-])/(?:wo" + r"rk|ro" + r"ot|fa" + r"rm|home/\w+|Users/\w+|opt/(?:wheels|pypi))/",
            r"registry\.npm" + r"js\.org",
            r"registry\.yarn" + r"pkg\.com",
            r"(?:files\.)?python" + r"hosted\.org",
            r"py" + r"pi\.org/simple",
            r"deb\.deb" + r"ian\.org",
        )
    )
)

Rule = Callable[[str, str], Iterator[str]]


@cache
def our_files() -> list[str]:
    """Paths of what is tracked, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(name for name in listed.stdout.split("\0") if name)
    return [name for name in names if Path(name).suffix in TEXT and (ROOT / name).is_file()]


def is_generated(name: str) -> bool:
    made = ("package-lock.json", "src/protocol/commands.ts")  # the second by export-protocol
    return "/migrations/" in name or "generated" in name or name.endswith(made)


# --- the rules ------------------------------------------------------------------------------------


def short_files(name: str, source: str) -> Iterator[str]:
    """No file of code is longer than 400 lines."""
    length = source.count("\n")
    if Path(name).suffix in CODE and not is_generated(name) and length > FILE_LINES_MAX:
        yield f"{length} lines"


def short_functions(name: str, source: str) -> Iterator[str]:
    """No function is longer than 60 lines."""
    for node in nodes(name, source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{node.name} has {length} lines"


def one_clock(name: str, source: str) -> Iterator[str]:
    """Only kernel/clock.py asks the machine what time it is."""
    if name == "negotiation_hub/kernel/clock.py":
        return
    for node in nodes(name, source):
        if isinstance(node, ast.Attribute) and node.attr in {
            "now",
            "utcnow",
            "today",
            "localtime",
            "localdate",
        }:
            owner = ast.unparse(node.value).rpartition(".")[2]
            if owner in {"timezone", "datetime", "date", "dt"}:
                yield f"line {node.lineno}: {ast.unparse(node)}"


def no_floats_near_money(name: str, source: str) -> Iterator[str]:
    """Money is counted in whole minor units."""
    if not MONEY.match(name):
        return
    for node in nodes(name, source):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"line {node.lineno}: {node.value}"
        if isinstance(node, ast.Name) and node.id == "float":
            yield f"line {node.lineno}: float"


def one_hub(name: str, source: str) -> Iterator[str]:
    """Only kernel/layer.py sends to groups, and the tutorial's chat that we are measured against."""
    if name in {"negotiation_hub/kernel/layer.py", "bench/peers/chat.py"}:
        return
    for node in nodes(name, source):
        if isinstance(node, ast.Attribute) and node.attr == "group_send":
            yield f"line {node.lineno}"


def one_place_for_safe_html(name: str, source: str) -> Iterator[str]:
    """Only kernel/render.py says that HTML is safe."""
    if name == "negotiation_hub/kernel/render.py":
        return
    for node in nodes(name, source):
        if isinstance(node, ast.Name | ast.Attribute):
            said = node.id if isinstance(node, ast.Name) else node.attr
            if said in {"mark_safe", "SafeString", "SafeText"}:
                yield f"line {node.lineno}: {said}"
    if name.endswith(".html"):
        for number, line in enumerate(source.splitlines(), 1):
            if re.search(r"\|\s*safe(seq)?\b|autoescape\s+off", line):
                yield f"line {number}: {line.strip()}"


def nothing_left_to_do(name: str, source: str) -> Iterator[str]:
    """What is to be done is an issue, not a note in the code."""
    return matching(NOTES, name, source)


def no_machine(name: str, source: str) -> Iterator[str]:
    """No file names somebody's machine or package registry."""
    return matching(MACHINES, name, source)


def matching(pattern: re.Pattern[str], name: str, source: str) -> Iterator[str]:
    if not name.endswith("package-lock.json") or pattern is MACHINES:
        for number, line in enumerate(source.splitlines(), 1):
            if pattern.search(line):
                yield f"line {number}: {line.strip()[:80]}"


def nodes(name: str, source: str) -> Sequence[ast.AST]:
    return _nodes(source) if name.endswith(".py") and not is_generated(name) else ()


@cache
def _nodes(source: str) -> Sequence[ast.AST]:
    """Each file is parsed once, not once for each rule."""
    wanted = ast.FunctionDef | ast.AsyncFunctionDef | ast.Attribute | ast.Constant | ast.Name
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, wanted)]


RULES: tuple[Rule, ...] = (
    short_files,
    short_functions,
    one_clock,
    no_floats_near_money,
    one_hub,
    one_place_for_safe_html,
    nothing_left_to_do,
    no_machine,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    broken = [
        f"{name}: {what}" for name in our_files() for what in rule(name, (ROOT / name).read_text("utf-8"))
    ]
    assert not broken, f"{rule.__doc__}\n" + "\n".join(broken)


# --- the rules catch what they forbid -------------------------------------------------------------

LONG_FUNCTION = "def long():\n" + "    x = 1\n" * FUNCTION_LINES_MAX
PLANTED: tuple[tuple[Rule, str, str], ...] = (
    (short_files, "rooms/views.py", "x = 1\n" * (FILE_LINES_MAX + 1)),
    (short_files, "frontend/src/room.tsx", "// a line\n" * (FILE_LINES_MAX + 1)),
    (short_functions, "rooms/views.py", LONG_FUNCTION),
    (short_functions, "rooms/consumers.py", "class A:\n    async " + LONG_FUNCTION.replace("\n", "\n    ")),
    (one_clock, "rooms/services.py", "from django.utils import timezone\nat = timezone.now()\n"),
    (one_clock, "tests/test_it.py", "import datetime\nat = datetime.datetime.now(datetime.UTC)\n"),
    (one_clock, "rooms/services.py", "from datetime import date\nat = date.today()\n"),
    (no_floats_near_money, "payments/ledger.py", "fee = 0.1\n"),
    (no_floats_near_money, "orders/services.py", "net = float(gross)\n"),
    (no_floats_near_money, "negotiation_hub/kernel/money.py", "def f(x: float) -> None: ...\n"),
    (one_hub, "rooms/services.py", "layer.group_send('room', {})\n"),
    (one_place_for_safe_html, "desk/views.py", "from m import mark_safe\nx = mark_safe('<b>')\n"),
    (
        one_place_for_safe_html,
        "desk/views.py",
        "from django.utils import safestring\nsafestring.SafeString('')\n",
    ),
    (one_place_for_safe_html, "frontend/templates/a.html", "<p>{{ text | safe }}</p>\n"),
    (one_place_for_safe_html, "frontend/templates/a.html", "{% autoescape off %}\n"),
    (nothing_left_to_do, "rooms/views.py", "# TO" + "DO later\n"),
    (nothing_left_to_do, "frontend/src/site.ts", "// FIX" + "ME\n"),
    (no_machine, "docs/deploy.md", "Copy /ro" + "ot/hub to the server.\n"),
    (no_machine, "Makefile", "cat /wo" + "rk/x\n"),
    (no_machine, "frontend/package-lock.json", '"resolved": "https://registry.npm' + 'js.org/x"\n'),
)


@pytest.mark.parametrize(("rule", "name", "source"), PLANTED)
def test_a_planted_violation_is_caught(rule: Rule, name: str, source: str) -> None:
    assert list(rule(name, source))


ALLOWED: tuple[tuple[Rule, str, str], ...] = (
    (short_files, "orders/migrations/0001_initial.py", "x = 1\n" * (FILE_LINES_MAX + 1)),
    (short_functions, "rooms/views.py", "def short():\n" + "    x = 1\n" * (FUNCTION_LINES_MAX - 1)),
    (one_clock, "negotiation_hub/kernel/clock.py", "from datetime import UTC, datetime\ndatetime.now(UTC)\n"),
    (one_clock, "rooms/services.py", "from negotiation_hub.kernel import clock\nclock.now()\n"),
    (no_floats_near_money, "rooms/services.py", "pause = 0.1\n"),
    (one_place_for_safe_html, "frontend/templates/a.html", "<p>{{ text }} is safe</p>\n"),
    (no_machine, "docs/api.md", "GET /api/v1/network/root/1 and https://host.example/work/\n"),
)


@pytest.mark.parametrize(("rule", "name", "source"), ALLOWED)
def test_what_is_allowed_is_not_caught(rule: Rule, name: str, source: str) -> None:
    assert not list(rule(name, source))


# --- rules whose tool is another ------------------------------------------------------------------


def test_every_package_is_named_in_the_contract_of_layers() -> None:
    known = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    packages = {Path(name).parts[0] for name in our_files() if re.fullmatch(r"[a-z_]+/__init__\.py", name)}
    assert packages - {"tests", "bench"} == set(known["root_packages"])
    layers = " ".join(known["contracts"][0]["layers"])
    assert not [package for package in packages - {"tests", "bench"} if package not in layers]


def test_long_functions_are_forbidden_in_typescript_too(tmp_path: Path) -> None:
    biome = ROOT / "frontend/node_modules/.bin/biome"
    if not biome.exists():
        pytest.skip("the front end's packages are missing: make setup installs them")
    shutil.copy(ROOT / "frontend/biome.json", tmp_path)
    (tmp_path / "src").mkdir()
    lint = [str(biome), "lint", "--only=complexity/noExcessiveLinesPerFunction", "src"]
    for lines, status in ((FUNCTION_LINES_MAX - 2, 0), (FUNCTION_LINES_MAX + 2, 1)):
        code = "export function f(): void {\n" + "  globalThis.x = 1;\n" * lines + "}\n"
        (tmp_path / "src/planted.ts").write_text(code)
        done = subprocess.run(lint, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
