"""The proofs too long for CI: `make prove` (PROOF=name narrows, PLANT=name must make one fail).

Each is a command that prints one line and exits 0 when it holds, 3 when the machine lacks a tool: that is
`not run`, and no pass.
`proofs/latest.json` has the results: `[{"proof", "status", "line"}]`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

NOT_RUN: Final = 3
PROOFS: Final = {
    "model-sqlite": ("tests.model", "--count", "2000", "--database", "sqlite"),
    "model-postgres": ("tests.model", "--count", "2000", "--database", "postgres"),
    "autobahn": ("tests.autobahn",),
    "chaos-sqlite": ("tests.chaos", "--setup", "sqlite", "--seconds", "120"),
    "chaos-distributed": ("tests.chaos", "--setup", "distributed", "--seconds", "120"),
    "soak": ("tests.soak",),
    "rotation-sqlite": ("tests.rotation",),
    "rotation-postgres": ("tests.rotation", "--database", "postgres"),
    "lighthouse": ("tests.lighthouse",),
    "board": ("tests.boards", "--runs", "200"),
    "board-picture": ("tests.boardpicture",),
    "board-late": ("tests.boardlate",),
    "board-bytes": ("tests.boardbytes",),
    "downloads": ("tests.downloads",),
    "plants": ("pytest", "-q", "-m", "plant"),  # each of these finds the faults that are planted
}


def main() -> int:
    """0 when every proof that was asked for holds."""
    asked = os.environ.get("PROOF", "")
    chosen = {name: command for name, command in PROOFS.items() if name.startswith(asked)}
    if not chosen:
        sys.stderr.write(f"PROOF is one of {', '.join(PROOFS)}, or how one of them begins\n")
        return 2
    results = [prove(name, command) for name, command in chosen.items()]
    report = Path(__file__).parents[1] / "proofs" / "latest.json"
    report.parent.mkdir(exist_ok=True)
    report.write_text(json.dumps(results, indent=1) + "\n")
    return 0 if all(result["status"] == "passed" for result in results) else 1


def prove(name: str, command: tuple[str, ...]) -> dict[str, str]:
    """Runs one proof and prints its line."""
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    status = {0: "passed", NOT_RUN: "not run"}.get(done.returncode, "failed")
    said = (done.stdout.strip() or done.stderr.strip() or f"exit {done.returncode}").splitlines()
    sys.stdout.write(f"{name}: {status}: {said[-1]}\n")
    sys.stdout.flush()
    return {"proof": name, "status": status, "line": said[-1]}


if __name__ == "__main__":
    sys.exit(main())
