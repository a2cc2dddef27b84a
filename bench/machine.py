"""What the kernel says about processes: their processor time, their memory, and where they may run."""

import os
import platform
import resource
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_FILES_WANTED: Final = 16_384  # the most sockets are the soak's 5,400, and room to spare


@dataclass(frozen=True, slots=True)
class Memory:
    """What processes hold, in kB: resident, and resident with shared pages divided by those who share."""

    rss_kb: int
    pss_kb: int


def tree(roots: Iterable[int], proc: Path = PROC) -> list[int]:
    """The processes themselves and all that descend from them, as far as they live."""
    children: dict[int, list[int]] = {}
    for folder in proc.iterdir():
        if folder.name.isdigit() and (fields := _stat(folder)):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found: list[int] = []
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found and (proc / str(pid)).is_dir():
            found.append(pid)
            waiting.extend(children.get(pid, []))
    return found


def cpu_seconds(roots: Iterable[int], proc: Path = PROC) -> float:
    """Processor time that the process trees have used so far, user and system, in seconds.

    Children that have ended are in it: the kernel adds them to the parent that waited for them.
    """
    ticks = 0
    for pid in tree(roots, proc):
        if fields := _stat(proc / str(pid)):
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS_PER_S


def memory(roots: Iterable[int], proc: Path = PROC) -> Memory:
    """What the process trees hold now."""
    rss = pss = 0
    for pid in tree(roots, proc):
        try:
            lines = (proc / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        sizes = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
        rss += int(sizes["Rss"][0])
        pss += int(sizes["Pss"][0])
    return Memory(rss, pss)


def open_sockets(roots: Iterable[int], proc: Path = PROC) -> int:
    """How many sockets the process trees have open now, whatever the other ends believe."""
    found = 0
    for pid in tree(roots, proc):
        for link in (proc / str(pid) / "fd").iterdir():
            try:
                found += str(link.readlink()).startswith("socket:")
            except OSError:
                continue  # closed since it was listed
    return found


def _stat(folder: Path) -> list[str]:
    """The fields behind the program's name, the state first; empty when the process is gone."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def cores() -> tuple[int, int]:
    """The core for servers and the one for clients; the same one where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[1 % len(allowed)]


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """What is started inside runs on this core only; None leaves it to the scheduler."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def allow_many_files() -> None:
    """Lets this process and its children open as many sockets as the measurements need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(_FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def filesystem(folder: Path) -> str:
    """The kind of file system on which a folder lies, such as ext4 or tmpfs."""
    best, kind = "", "unknown"
    for line in (PROC / "mounts").read_text().splitlines():
        _, point, name = line.split()[:3]
        if folder.resolve().is_relative_to(point) and len(point) > len(best):
            best, kind = point, name
    return kind


def describe() -> str:
    """The machine in one line: processor, cores, memory, kernel, Python."""
    model = platform.processor() or platform.machine()
    for line in (PROC / "cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    total_kb = int((PROC / "meminfo").read_text().split()[1])
    return (
        f"{model}, {len(os.sched_getaffinity(0))} cores, {total_kb / 1024**2:.0f} GB, "
        f"Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    )
