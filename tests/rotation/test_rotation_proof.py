"""The proof of the rotation passes, and finds each fault that can be planted."""

import os
import subprocess
import sys

import pytest

from tests.rotation.faulty import BESIDE, PLANTS


def proof(plant: str) -> "subprocess.CompletedProcess[str]":
    """A small one, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.rotation", "--orders", "500", "--most", "280"],
        env={**os.environ, "PLANT": plant},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_rotation_while_orders_change_holds() -> None:
    done = proof("")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "refused 0, lost 0, left to the old key 0" in done.stdout
    assert "lost, or left to the old key: 0" in done.stdout


@pytest.mark.plant
@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_fault_fails_the_proof(plant: str) -> None:
    done = proof(plant)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "refused 0" in done.stdout
    found = "left to the old key: 0" if plant in BESIDE else "lost 0, left to the old key 0"
    assert found not in done.stdout
