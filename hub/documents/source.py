"""A Markdown file as text: decoded, split into front matter and body, and edited without disturbing the rest.

Editing replaces whole top-level entries and nothing else, so that comments, order and unknown formatting elsewhere in
the file survive to the letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import yaml

from hub.documents.front_matter import LOADER
from hub.documents.problems import DocumentError, Problem

MAX_BYTES: Final = 2 * 1024 * 1024
_FIRST_FENCE: Final = re.compile(r"\ufeff?---[ \t]*\r?\n")
_FENCE: Final = re.compile(r"^---[ \t]*\r?\n", re.MULTILINE)


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
        text = self.front_matter
        newline = "\r\n" if "\r\n" in text else "\n"
        for key, value in fields.items():
            text = _set_entry(text, key, value, newline)
        return Source(self.head, text, self.fence, self.body)


def decode(data: bytes) -> str:
    """Bytes of a file as text; DocumentError when it is too large or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise DocumentError([too_large(len(data))])
    if (nul := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise DocumentError([Problem("text", "a NUL character", "Save the file as plain text.", line=line)])
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


def _set_entry(text: str, key: str, value: object, newline: str) -> str:
    """Front matter with one entry set, found by YAML's own marks: a line that looks like a field may be text."""
    node = yaml.compose(text, Loader=LOADER)
    pairs = node.value if node else []
    indent = " " * (pairs[0][0].start_mark.column if pairs else 0)
    dumped = yaml.safe_dump({key: value}, allow_unicode=True, sort_keys=False, width=118 - len(indent))
    entry = dumped.removesuffix("\n").replace("\n", newline + indent)
    for name, old in pairs:
        if name.value == key:
            end = max(_end(name, text), _end(old, text))
            return text[: name.start_mark.index] + entry + text[end:]
    if text and not text.endswith("\n"):
        text += newline
    return text + indent + entry + newline


def _end(node: yaml.Node, text: str) -> int:
    """Where a value's last character stands; YAML's own mark of a block comes after the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return max(_end(part, text) for part in (last if isinstance(last, tuple) else (last,)))
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return len(text[: node.end_mark.index].rstrip())
    return int(node.end_mark.index)
