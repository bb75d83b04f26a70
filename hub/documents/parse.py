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
from hub.documents import front_matter, render, schemas, sections
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
    match = _NAME.fullmatch(parts[1])
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
        problems += _explanations(schema, read, values, error)
    if problems:
        raise DocumentError(problems)
    return ParsedDocument(name, source, data, tuple(notice.at(name.path) for notice in notices))


def _translation(name: Name, source: Source, read: FrontMatter) -> ParsedTranslation:
    problems = list(_body_problems(source))
    try:
        data = Translation.model_validate(read.values)
    except ValidationError as error:
        problems += _explanations(Translation, read, read.values, error)
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
    # Under a language that is wrong itself, every text would be reported once more.
    own = values.get("language") if values.get("language") in languages.CONTENT_LANGUAGES else "en"
    for field_name in schema.localised:
        texts = values.get(field_name)
        if isinstance(texts, str):
            values[field_name] = {own: texts}
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
        yield Problem("Markdown without HTML and pictures, with plain links", refusal.what, mend, "body", line)


def _explanations(schema: type[BaseModel], read: FrontMatter, values: Any, error: ValidationError) -> list[Problem]:
    problems = [_explain(schema, read, values, details) for details in error.errors()]
    # Where `unknown` is one of two legal forms, the other form's own findings say more.
    told = [problem.field for problem in problems if problem.expected != _UNKNOWN]
    return [p for p in problems if p.expected != _UNKNOWN or not any(f.startswith(p.field) for f in told)]


def _explain(schema: type[BaseModel], read: FrontMatter, values: Any, details: ErrorDetails) -> Problem:
    kind, path = details["type"], _path_in(values, details)
    name, line, found = ".".join(map(str, path)), read.line(path), _shown(_look_up(values, path))
    if kind == "extra_forbidden":
        known = sorted(schema.model_fields) if len(path) == 1 else []
        near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.7)
        mend = f"Did you mean {near[0]}?" if near else "Take it out, or say it in the body."
        return Problem("a field that the hub knows", f"the field {path[-1]}", mend, name, line)
    if kind == "missing":
        mend = f"Add {path[-1]}; docs/writing-a-document.md shows how."
        return Problem("a value", "none", mend, name, line)
    expected = _expected(details)
    if kind == "value_error" and not path:
        # Our own checks of a whole document say `field: what was expected; what was found`.
        name, _, expected = expected.partition(": ")
        expected, _, found = expected.partition("; ")
        path, line = tuple(name.split(".")), read.line(tuple(name.split(".")))
    if details["loc"][-1:] == ("[key]",):
        found = str(path[-1])
    required = path[0] in schema.model_fields and schema.model_fields[str(path[0])].is_required()
    mend = "Change the value." if required else "Change the value, or take the field out."
    return Problem(expected, found or "none", mend, name, line)


def _path_in(values: Any, details: ErrorDetails) -> tuple[str | int, ...]:
    """Where an error is in the front matter: pydantic's place without the names of its own checks and types."""
    path: list[str | int] = []
    for part in details["loc"]:
        if _look_up(values, [*path, part]) is not None:
            path.append(part)
    return (*path, details["loc"][-1]) if details["type"] == "missing" else tuple(path)


def _expected(details: ErrorDetails) -> str:
    kind, text = details["type"], details["msg"].removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        pattern = details.get("ctx", {}).get("pattern", "")
        return _PATTERNS.get(pattern, f"text of the form {pattern}")
    return _EXPECTED.get(kind) or text.removeprefix("Input should be ").removeprefix("String should ")


_UNKNOWN: Final = "'unknown'"
_EXPECTED: Final = {
    "string_type": "text",
    "list_type": "a list, each item on a line that begins with a hyphen",
    "model_type": "fields with values below it, indented",
    "dict_type": "one text for each language, indented below it",
    "too_short": "at least one",
    "string_too_short": "a text",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "float_parsing": "a number",
    "url_parsing": "a web address that begins with https:// or http://",
    "url_scheme": "a web address that begins with https:// or http://",
}
_PATTERNS: Final = {
    schemas.ID: "lower-case letters a to z, digits and hyphens",
    schemas.PARTIAL_DATE: "a date such as 2019, 2019-05 or 2019-05-31, or unknown",
    schemas.FULL_DATE: "a date such as 2019-05-31",
    schemas.YEAR: "a year such as 2024, or unknown",
    schemas.COUNTRY: "two capital letters (ISO 3166-1), such as NO, NL or GB",
    schemas.REGION: "an ISO 3166-2 code such as NO-46 or NL-UT, or unknown",
    schemas.LICENCE: "an SPDX licence name such as CC-BY-4.0",
}


def _look_up(values: Any, path: Iterable[str | int]) -> Any:
    """The value at `path`; None where there is none, which a front matter never holds as a value."""
    for part in path:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            return None
    return values


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:77] + "…"
