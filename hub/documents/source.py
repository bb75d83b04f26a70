"""A Markdown file as text: decoded, split into front matter and body, and edited without disturbing the rest.

Editing replaces whole top-level entries line by line, so that comments, order and unknown formatting elsewhere in
the file survive to the letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import yaml

from hub.documents.problems import DocumentError, Problem

MAX_BYTES: Final = 2 * 1024 * 1024
_FIRST_FENCE: Final = re.compile(r"\ufeff?---[ \t]*\r?\n")
_FENCE: Final = re.compile(r"^---[ \t]*\r?\n", re.MULTILINE)
_TOP_LEVEL_KEY: Final = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:", re.ASCII)


@dataclass(frozen=True)
class Source:
    """A file's text in three pieces; `head + front_matter + fence + body` is the text again."""

    head: str
    front_matter: str
    fence: str
    body: str

    @property
    def text(self) -> str:
        """The whole file."""
        return self.head + self.front_matter + self.fence + self.body

    @property
    def front_matter_line(self) -> int:
        """The line (from 1) on which the front matter begins."""
        return self.head.count("\n") + 1

    @property
    def body_line(self) -> int:
        """The line (from 1) on which the body begins."""
        return (self.head + self.front_matter + self.fence).count("\n") + 1

    @property
    def hash(self) -> str:
        """SHA-256 of the file as UTF-8, hexadecimal."""
        return sha256(self.text.encode()).hexdigest()

    def with_fields(self, fields: Mapping[str, object]) -> "Source":
        """The same file with these top-level entries set; new ones come last, others stay as they are."""
        lines = self.front_matter.splitlines(keepends=True)
        newline = "\r\n" if "\r\n" in self.front_matter else "\n"
        for key, value in fields.items():
            lines = _set_entry(lines, key, value, newline)
        return Source(self.head, "".join(lines), self.fence, self.body)


def decode(data: bytes) -> str:
    """Bytes of a file as text; DocumentError when it is too large or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise DocumentError([too_large(len(data))])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"the byte 0x{data[error.start]:02x}, which UTF-8 does not have there"
        mend = "Save the file again with the encoding UTF-8."
        raise DocumentError([Problem("text in UTF-8", found, mend, line=line)]) from error


def too_large(size: int) -> Problem:
    """The finding for a file over the limit; `size` in bytes."""
    return Problem(
        f"a file of at most {MAX_BYTES // 1024} KiB",
        f"{size // 1024} KiB",
        "Leave pictures and attachments out, or split the text into several documents.",
    )


def split(text: str) -> Source:
    """The pieces of a file that begins with front matter between two lines of `---`."""
    first = _FIRST_FENCE.match(text)
    if not first:
        found = repr(text[:30]) if text.strip() else "an empty file"
        mend = "Begin the file with a line of ---."
        raise DocumentError([Problem("front matter between two lines of ---", found, mend, line=1)])
    second = _FENCE.search(text if text.endswith("\n") else text + "\n", first.end())
    if not second:
        mend = "Write --- on a line of its own after the last field."
        raise DocumentError([Problem("a second line of --- that ends the front matter", "none", mend, line=1)])
    fence = text[second.start() : second.end()]
    return Source(text[: first.end()], text[first.end() : second.start()], fence, text[second.end() :])


def _set_entry(lines: list[str], key: str, value: object, newline: str) -> list[str]:
    entry = yaml.safe_dump({key: value}, allow_unicode=True, sort_keys=False, width=118).splitlines()
    new = [line + newline for line in entry]
    start = next((i for i, line in enumerate(lines) if _key_of(line) == key), None)
    if start is None:
        if lines and not lines[-1].endswith("\n"):
            lines = [*lines[:-1], lines[-1] + newline]
        return [*lines, *new]
    end = start + 1
    while end < len(lines) and _belongs_to_entry(lines[end]):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return [*lines[:start], *new, *lines[end:]]


def _key_of(line: str) -> str | None:
    match = _TOP_LEVEL_KEY.match(line)
    return match.group(1) if match else None


def _belongs_to_entry(line: str) -> bool:
    """Whether a line continues the entry above: indented, an item of its list, or empty in between."""
    return line.startswith((" ", "\t", "- ")) or not line.strip() or line.rstrip() in {"-", "}", "]"}
