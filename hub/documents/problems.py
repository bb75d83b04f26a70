"""What is wrong with a file of `content/`, told so that its writer can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from hub.errors import HubError


@dataclass(frozen=True)
class Problem:
    """One finding: where (file, line counted from 1, field), what was expected and found, and how to mend it.

    An `error` keeps the file from being published; a `notice` says what the hub read differently from how it stands.
    """

    expected: str
    found: str
    mend: str
    field: str = ""
    line: int | None = None
    path: str = ""
    severity: Literal["error", "notice"] = "error"

    def __post_init__(self) -> None:
        # A file's name may be no text at all; a report of it must still be printable.
        for name in ("path", "found"):
            object.__setattr__(self, name, getattr(self, name).encode("utf-8", "backslashreplace").decode())

    def at(self, path: str) -> "Problem":
        """The same finding with the file it was made in."""
        return replace(self, path=path)

    def __str__(self) -> str:
        place = self.path + (f":{self.line}" if self.line else "")
        field = f" {self.field}:" if self.field else ""
        return f"{place}: {self.severity}:{field} expected {self.expected}; found {self.found}. {self.mend}"


class DocumentError(HubError):
    """A file that cannot be published, with everything found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
