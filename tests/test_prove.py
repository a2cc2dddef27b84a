"""`make prove` says what held, and passes nothing that did not."""

import json
from pathlib import Path

import pytest

from tests import prove


@pytest.mark.parametrize(("code", "status"), [(0, "passed"), (1, "failed"), (2, "failed"), (3, "not run")])
def test_a_proof_passes_only_when_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, status: str
) -> None:
    module = tmp_path / "made_up_proof.py"
    module.write_text(f"print('one line')\nraise SystemExit({code})\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PROOF", "made")
    monkeypatch.setitem(prove.PROOFS, "made-up", ("made_up_proof",))
    monkeypatch.setattr(prove, "__file__", str(tmp_path / "tests" / "prove.py"))
    assert prove.main() == (0 if status == "passed" else 1)
    report = json.loads((tmp_path / "proofs" / "latest.json").read_text())
    assert report == [{"proof": "made-up", "status": status, "line": "one line"}]


def test_a_name_that_no_proof_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOF", "nonsense")
    assert prove.main() == 2
