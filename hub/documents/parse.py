"""From the bytes of a file to a checked document, or to everything that is wrong with it."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hub import languages
from hub.documents import front_matter, render, sections
from hub.documents.front_matter import FrontMatter
from hub.documents.problems import DocumentError, Problem
from hub.documents.schemas import SCHEMAS, Document, Translation
from hub.documents.source import Source, decode, split
from hub.documents.vocabularies import vocabulary

_NAME: Final = re.compile(r"^(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<language>en|nb|nn|nl))?\.md$")
_NAME_HINT: Final = "Name the file like leuven-2030.md; a translation like leuven-2030.en.md."
KIND_OF_FOLDER: Final[Mapping[str, str]] = {str(term["folder"]): kind for kind, term in vocabulary("kinds").items()}


@dataclass(frozen=True)
class Name:
    """What a path below `content/` says: the kind by its folder, the id and, for a translation, the language."""

    path: str
    kind: str
    id: str
    translation: str | None = None

    @property
    def folder(self) -> str:
        """The folder below `content/`."""
        return self.path.split("/")[0]


@dataclass(frozen=True)
class ParsedDocument:
    """A checked original: its front matter typed, its body as Markdown, its text as it stands in the file."""

    name: Name
    source: Source
    data: Document
    notices: tuple[Problem, ...] = field(default=())

    @property
    def body(self) -> str:
        """The Markdown below the front matter."""
        return self.source.body

    @cached_property
    def passages(self) -> list[sections.Passage]:
        """The typed passages of the body."""
        return sections.passages(self.body)


@dataclass(frozen=True)
class ParsedTranslation:
    """A checked translation of a whole document."""

    name: Name
    source: Source
    data: Translation
    notices: tuple[Problem, ...] = field(default=())


def name_of(path: str) -> Name:
    """What `cases/leuven-2030.md` names; DocumentError for a path that no document may have."""
    parts = PurePosixPath(path).parts
    folder = parts[0] if len(parts) == 2 else ""
    if folder not in KIND_OF_FOLDER:
        expected = f"a file directly in one of {', '.join(KIND_OF_FOLDER)}"
        raise DocumentError([Problem(expected, path, "Move the file there.", path=path)])
    match = _NAME.match(parts[1])
    if not match:
        expected = "a name of lower-case letters a to z, digits and hyphens, ending in .md"
        raise DocumentError([Problem(expected, parts[1], _NAME_HINT, path=path)])
    return Name(path, KIND_OF_FOLDER[folder], match["id"], match["language"])


def parse(path: str, data: bytes) -> ParsedDocument | ParsedTranslation:
    """The document in a file; `path` is relative to `content/`. DocumentError names every problem found."""
    try:
        name = name_of(path)
        source = split(decode(data))
        read = front_matter.read(source.front_matter, source.front_matter_line)
        if name.translation:
            return _translation(name, source, read)
        return _document(name, source, read)
    except DocumentError as error:
        raise DocumentError(problem.at(path) for problem in error.problems) from error


def _document(name: Name, source: Source, read: FrontMatter) -> ParsedDocument:
    schema = SCHEMAS[name.kind]
    values, notices = _normalised(schema, read)
    problems = list(_body_problems(source))
    try:
        data = schema.model_validate(values)
    except ValidationError as error:
        problems += [_explain(schema, read, values, details) for details in error.errors()]
    if problems:
        raise DocumentError(problems)
    return ParsedDocument(name, source, data, tuple(notice.at(name.path) for notice in notices))


def _translation(name: Name, source: Source, read: FrontMatter) -> ParsedTranslation:
    problems = list(_body_problems(source))
    try:
        data = Translation.model_validate(read.values)
    except ValidationError as error:
        problems += [_explain(Translation, read, read.values, details) for details in error.errors()]
        raise DocumentError(problems) from error
    if data.language != name.translation:
        mend = "Let the file's name and its field say the same language."
        found = f"language: {data.language}"
        problems.append(Problem(f"language: {name.translation}", found, mend, "language", read.line(("language",))))
    if problems:
        raise DocumentError(problems)
    return ParsedTranslation(name, source, data)


def _normalised(schema: type[Document], read: FrontMatter) -> tuple[dict[str, Any], list[Problem]]:
    """Values with `no` read as nb, and texts of one language put under the document's own."""
    values, notices = dict(read.values), []
    language = values.get("language")
    if isinstance(language, str) and languages.normalise(language) != language:
        values["language"] = languages.normalise(language)
        notices.append(_no_is_nb("language", read.line(("language",))))
    for field_name in schema.localised:
        texts = values.get(field_name)
        if isinstance(texts, str):
            values[field_name] = {values.get("language", "en"): texts}
        elif isinstance(texts, dict) and "no" in texts and "nb" not in texts:
            values[field_name] = {languages.normalise(key): text for key, text in texts.items()}
            notices.append(_no_is_nb(f"{field_name}.no", read.line((field_name, "no"))))
    return values, notices


def _no_is_nb(name: str, line: int | None) -> Problem:
    mend = "It is read as nb (Bokmål); write nb, or nn for Nynorsk."
    return Problem("nb or nn", "no", mend, name, line, severity="notice")


def _body_problems(source: Source) -> Iterable[Problem]:
    for refusal in render.refusals(source.body):
        mend = "Write it in Markdown; links begin with https://, http:// or mailto:."
        line = source.body_line + refusal.line - 1
        yield Problem("Markdown without HTML and with plain links", refusal.what, mend, "body", line)


_FOUND_NOTHING = object()


def _explain(schema: type[BaseModel], read: FrontMatter, values: Any, details: ErrorDetails) -> Problem:
    path = tuple(part for part in details["loc"] if not str(part).startswith(("function-", "Literal", "literal[")))
    while path and _look_up(values, path[:-1]) is _FOUND_NOTHING:
        path = path[:-1]
    name = ".".join(map(str, path))
    found = _shown(_look_up(values, path))
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        known = sorted(schema.model_fields) if len(path) == 1 else []
        near = difflib.get_close_matches(str(path[-1]), known, n=1)
        mend = f"Did you mean {near[0]}?" if near else "Take it out, or say it in the body."
        return Problem("a field that the hub knows", f"the field {path[-1]}", mend, name, read.line(path))
    if kind == "missing":
        mend = f"Add {path[-1]}; docs/writing-a-document.md shows how."
        return Problem("a value", "none", mend, name, read.line(path[:-1]))
    if kind == "value_error":
        # Our own checks say `field: what was expected`, or only what was expected.
        expected = details["msg"].removeprefix("Value error, ")
        return Problem(expected, found, "Change the value, or take the field out.", name, read.line(path))
    expected = _EXPECTED.get(kind) or details["msg"].removeprefix("Input should be ").removeprefix("String should ")
    if kind == "string_pattern_mismatch":
        expected = _PATTERNS.get(str(path[-1]), f"text of the form {context.get('pattern')}")
    return Problem(expected, found, "Change the value, or take the field out.", name, read.line(path))


_EXPECTED: Final = {
    "string_type": "text",
    "list_type": "a list, each item on a line that begins with a hyphen",
    "model_type": "fields with values below it, indented",
    "dict_type": "one text for each language, indented below it",
    "too_short": "at least one",
    "string_too_short": "a text",
    "int_parsing": "a whole number",
    "float_parsing": "a number",
}
_PATTERNS: Final = {
    "country": "two capital letters (ISO 3166-1), such as NO, NL or GB",
    "region": "an ISO 3166-2 code such as NO-46 or NL-UT, or unknown",
    "licence": "an SPDX licence name such as CC-BY-4.0",
    "id": "lower-case letters a to z, digits and hyphens",
    "start": "a date such as 2019, 2019-05 or 2019-05-31, or unknown",
    "end": "a date such as 2019, 2019-05 or 2019-05-31, or unknown",
}


def _look_up(values: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            return _FOUND_NOTHING
    return values


def _shown(value: Any) -> str:
    if value is _FOUND_NOTHING:
        return "none"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:77] + "…"
