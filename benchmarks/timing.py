"""What is measured with: times of single calls, percentiles of them, memory of processes, and the machine's name."""

import os
import platform
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

Figures = Mapping[str, float]
_WARM_UP: Final = 20


def percentiles(milliseconds: Iterable[float]) -> dict[str, float]:
    """p50, p95 and p99."""
    found = np.percentile(list(milliseconds), (50, 95, 99))
    return {name: round(float(value), 3) for name, value in zip(("p50", "p95", "p99"), found, strict=True)}


def timed(work: Callable[[int], object], number: int, *, rounds: int = 2) -> dict[str, float]:
    """Milliseconds of `work(0)` to `work(number - 1)`, each once a round, one after the other.

    p50, p95 and p99 are over all calls. `cpu` is the median of what a call took of the processor, in all its threads;
    `quiet_p50` and `quiet_p95` take of each call its fastest round. Both come near to what it would be if nothing else
    ran on the machine.
    """
    for place in range(min(number, _WARM_UP)):
        work(place)
    wall, processor = np.zeros((rounds, number)), np.zeros((rounds, number))
    for turn in range(rounds):
        for place in range(number):
            before, began = time.process_time(), time.perf_counter()
            work(place)
            wall[turn, place] = time.perf_counter() - began
            processor[turn, place] = time.process_time() - before
    quiet = percentiles(wall.min(axis=0) * 1000)
    return {
        **percentiles(wall.ravel() * 1000),
        "cpu": round(float(np.median(processor) * 1000), 3),
        "quiet_p50": quiet["p50"],
        "quiet_p95": quiet["p95"],
    }


def once(work: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 3)


def resident(pid: int | str = "self") -> dict[str, int]:
    """MiB of a process: its share of what it has in memory (PSS), and the part that no other process uses."""
    found = {"Pss": 0, "Private_Clean": 0, "Private_Dirty": 0, "Pss_File": 0, "Pss_Anon": 0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        name, _, rest = line.partition(":")
        if name in found:
            found[name] += int(rest.split()[0])
    return {name.lower(): value // 1024 for name, value in found.items()}


def highest_resident() -> int:
    """The most MiB that this process ever had in memory."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in listed.split()]


def machine() -> dict[str, str]:
    """What the figures were measured on; `load` is how many processes wanted a core at that time."""
    information = Path("/proc/cpuinfo").read_text("ascii").splitlines()
    name = next((line.partition(":")[2].strip() for line in information if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    flags = next((line for line in information if line.startswith("flags")), "")
    return {
        "processor": f"{name}, {os.cpu_count()} cores",
        "vectors": next((name for name in ("avx512f", "avx2", "sse4_2") if name in flags), "none"),
        "memory": f"{memory:.0f} GiB",
        "python": platform.python_version(),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }
