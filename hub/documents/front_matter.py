"""YAML front matter as plain strings, with the line of every value.

YAML's own typing is the trap here (`no` is false, `0301` is 193), so nothing but strings, lists and mappings is read.
Anchors, aliases and tags are refused: no author needs them, and they are what YAML bombs are made of.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from hub.documents.problems import DocumentError, Problem

MAX_CHARACTERS: Final = 256 * 1024
MAX_DEPTH: Final = 12
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class FrontMatter:
    """`values` without empty entries, and for every path into them the line (from 1) in the file."""

    values: dict[str, Any]
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """The line of the value at `path`, or of the nearest one around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def read(text: str, first_line: int) -> FrontMatter:
    """Front matter that begins on `first_line` of its file; DocumentError when it is no plain YAML mapping."""
    if len(text) > MAX_CHARACTERS:
        expected, found = f"at most {MAX_CHARACTERS // 1024} KiB of front matter", f"{len(text) // 1024} KiB"
        raise DocumentError([_problem(expected, found, "Put long text into the body below the front matter.")])
    try:
        _refuse_what_no_author_needs(text, first_line)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise DocumentError([_broken(error, first_line)]) from error
    if not isinstance(node, yaml.MappingNode):
        mend = "Write one `field: value` a line between the two lines of ---."
        raise DocumentError([Problem("fields with values", "none", mend, line=first_line)])
    if node.flow_style:
        mend = "Write one `field: value` a line, without braces around them."
        raise DocumentError([Problem("one field a line", "{ … }", mend, line=first_line)])
    lines: dict[Path, int] = {}
    values = _plain(node, (), lines, first_line)
    return FrontMatter(values, lines)


def _problem(expected: str, found: str, mend: str, line: int | None = None, name: str = "") -> Problem:
    return Problem(expected, found, mend, field=name, line=line)


def _broken(error: yaml.YAMLError, first_line: int) -> Problem:
    mark = getattr(error, "problem_mark", None)
    found = str(getattr(error, "problem", "") or getattr(error, "reason", "") or error)
    mend = "Put a text that holds a colon, a quotation mark or a # in quotes, and indent with spaces."
    return _problem("YAML", found, mend, first_line + mark.line if mark else first_line)


def _refuse_what_no_author_needs(text: str, first_line: int) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            mend = "Write the value out where it is meant."
            raise DocumentError([_problem("values written out", "a YAML anchor or alias (& or *)", mend, line)])
        if tag := getattr(event, "tag", None):
            raise DocumentError([_problem("plain values", f"the YAML tag {tag}", "Take the tag (!) out.", line)])
        if "\0" in (getattr(event, "value", None) or ""):
            raise DocumentError([_problem("text", "a NUL character", "Take it out.", line)])
        if isinstance(event, yaml.DocumentEndEvent) and event.explicit:
            raise DocumentError([_problem("fields up to the second line of ---", "...", "Take that line out.", line)])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise DocumentError([_problem(f"at most {MAX_DEPTH} levels", "more", "Flatten the front matter.", line)])


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], first_line: int) -> Any:
    lines[path] = first_line + node.start_mark.line
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), lines, first_line) for i, item in enumerate(node.value)]
    return _mapping(node, path, lines, first_line)


def _mapping(node: Any, path: Path, lines: dict[Path, int], first_line: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    seen: set[str] = set()
    for key_node, value_node in node.value:
        line = first_line + key_node.start_mark.line
        if not isinstance(key_node, yaml.ScalarNode):
            raise DocumentError([_problem("a name before the colon", "a list or mapping", "Write a plain name.", line)])
        key = str(key_node.value)
        if key in seen:
            raise DocumentError([_problem("every field once", f"{key} twice", "Keep one of the two.", line, key)])
        seen.add(key)
        value = _plain(value_node, (*path, key), lines, first_line)
        lines[(*path, key)] = line
        if value != "":
            values[key] = value
    return values
