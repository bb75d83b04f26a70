"""Fault points: named steps at which a test can kill the process, to see that nothing half-done is left behind.

`HUB_FAULT=<name>` makes the process that reaches that step kill itself with SIGKILL: no clean-up, no `finally`. (Unlike
a power cut, that loses nothing the system has taken over; against that, files are flushed before they are named.)
`HUB_FAULT_LOG=<file>` appends the name of every step that is passed, so that a kill from outside at a random time can
be told by the last one. With neither, a fault point costs two dictionary look-ups.
"""

import os
import signal
from pathlib import Path
from typing import Final

FAULT_POINTS: Final = (
    "sync.after-reading",
    "sync.after-keeping-version",
    "sync.after-stamping",
    "sync.before-commit",
    "sync.after-commit",
    "index.after-encoding",
    "index.generation-begun",
    "index.words-written",
    "index.vectors-written",
    "index.manifest-written",
    "index.before-swap",
    "index.after-swap",
)


def fault_point(name: str) -> None:
    """Marks a step; KeyError for a name that is not listed above, so that no test waits for a step that is gone."""
    if name not in FAULT_POINTS:
        raise KeyError(f"no fault point {name!r}")
    if log := os.environ.get("HUB_FAULT_LOG"):
        with Path(log).open("a", encoding="ascii") as stream:
            stream.write(name + "\n")
    if os.environ.get("HUB_FAULT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
