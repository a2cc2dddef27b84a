"""Processor time and memory are those of the whole process tree."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench import machine
from bench.processes import ROOT


def process(proc: Path, pid: int, parent: int, ticks: tuple[int, int, int, int], rss_kb: int) -> None:
    folder = proc / str(pid)
    folder.mkdir()
    fields = ["S", str(parent), *["0"] * 9, *map(str, ticks), "0"]
    (folder / "stat").write_text(f"{pid} (a (strange) name) {' '.join(fields)}\n")
    (folder / "smaps_rollup").write_text(f"00-ff ---p [rollup]\nRss: {rss_kb} kB\nPss: {rss_kb // 2} kB\n")


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    process(tmp_path, 10, 1, (100, 20, 3, 4), 1000)  # with children that have ended
    process(tmp_path, 11, 10, (30, 0, 0, 0), 200)
    process(tmp_path, 12, 11, (0, 50, 0, 0), 40)
    process(tmp_path, 13, 1, (999, 999, 999, 999), 9999)  # somebody else's
    (tmp_path / "self").mkdir()
    return tmp_path


def test_descendants_belong_to_the_tree_and_others_do_not(proc: Path) -> None:
    assert sorted(machine.tree([10], proc)) == [10, 11, 12]
    assert machine.tree([12, 77], proc) == [12]


def test_processor_time_is_that_of_the_tree_and_of_its_ended_children(proc: Path) -> None:
    per_s = os.sysconf("SC_CLK_TCK")
    assert machine.cpu_seconds([10], proc) == (100 + 20 + 3 + 4 + 30 + 50) / per_s
    assert machine.cpu_seconds([77], proc) == 0


def test_memory_is_that_of_the_tree(proc: Path) -> None:
    assert machine.memory([10], proc) == machine.Memory(1240, 620)


def test_sockets_are_told_from_other_files(proc: Path) -> None:
    for pid, files in ((10, ["socket:[7]", "/dev/null", "socket:[8]"]), (11, []), (12, ["socket:[9]"])):
        (proc / str(pid) / "fd").mkdir()
        for number, target in enumerate(files):
            (proc / str(pid) / "fd" / str(number)).symlink_to(target)
    assert machine.open_sockets([10], proc) == 3


def test_two_roots_of_one_tree_are_counted_once(proc: Path) -> None:
    assert machine.memory([10, 11], proc) == machine.memory([10], proc)


def test_the_planted_busy_loop_is_in_the_tree_of_the_command_and_ends_with_it() -> None:
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    slowed = subprocess.Popen(
        [sys.executable, "-m", "bench.slowed", *command], cwd=ROOT, stdin=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 60
        while machine.cpu_seconds([slowed.pid]) - own_seconds(slowed.pid) < 0.05:
            assert time.monotonic() < deadline
        (child,) = set(machine.tree([slowed.pid])) - {slowed.pid}
    finally:
        slowed.kill()
        slowed.communicate()
    while Path(f"/proc/{child}/stat").exists() and " Z " not in Path(f"/proc/{child}/stat").read_text():
        assert time.monotonic() < deadline


def own_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_pinned_program_runs_on_its_core_only() -> None:
    before = os.sched_getaffinity(0)
    core = machine.cores()[0]
    with machine.pinned(core):
        said = subprocess.run(
            [sys.executable, "-c", "import os; print(os.sched_getaffinity(0))"],
            capture_output=True,
            text=True,
            check=True,
        )
    assert said.stdout.strip() == str({core})
    assert os.sched_getaffinity(0) == before
