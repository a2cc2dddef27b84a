"""The pages that map what is promised to the tests that show it."""

import ast
from pathlib import Path

import pytest

from tests.coverage import page


def test_the_pages_are_fresh_and_every_marker_names_a_promise() -> None:
    for path, text in page.pages().items():
        assert path.read_text("utf-8") == text, "run python -m tests.coverage.page"


def test_a_marker_that_names_no_promise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        page, "shown", lambda _files: {"room:messages.telepathy": ["tests/test_x.py: test_y"]}
    )
    with pytest.raises(page.Unknown, match=r"room:messages\.telepathy"):
        page.pages()


def test_a_promise_without_a_test_stands_out() -> None:
    text = page.page("room", {})
    assert text.count("**nothing yet**") == sum(map(len, page.promises("room").values()))
    assert len(page.lacking("room", {})) == text.count("**nothing yet**")


def test_a_test_is_listed_under_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "ROOT", tmp_path)
    file = tmp_path / "tests" / "test_said.py"
    file.parent.mkdir()
    marked = ast.unparse(ast.parse('@pytest.mark.covers("room:messages.edits")\ndef test_it(): pass'))
    file.write_text(marked, "utf-8")
    tests = page.shown(tmp_path.rglob("*.py"))
    assert tests == {"room:messages.edits": ["tests/test_said.py: test_it"]}
    assert "| `tests/test_said.py: test_it` |" in page.page("room", tests)
