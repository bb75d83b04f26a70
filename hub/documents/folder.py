"""The folder `content/`: reading all of it, and writing single files so that a crash leaves the old or the new."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from hub.documents import front_matter
from hub.documents.parse import KIND_OF_FOLDER, Name, ParsedDocument, ParsedTranslation, parse
from hub.documents.problems import DocumentError, Problem
from hub.documents.source import MAX_BYTES, decode, split, too_large
from hub.files import write_atomically

VERSIONS: Final = ".versions"
_VERSION: Final = re.compile(r"(?P<number>[1-9][0-9]{0,6})\.md")


@dataclass
class Reading:
    """What a reading of the folder found: documents and translations by path, and the problems of the rest."""

    documents: dict[str, ParsedDocument] = field(default_factory=dict)
    translations: dict[str, ParsedTranslation] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class ContentFolder:
    """The published record below `root`."""

    root: Path

    def is_there(self) -> bool:
        """Whether there is a folder of any kind; where there is none, a disk may be missing."""
        return any((self.root / folder).is_dir() for folder in KIND_OF_FOLDER)

    def paths(self) -> Iterator[str]:
        """Every file that could be a document, relative to the root, in order; hidden files left out."""
        for folder in KIND_OF_FOLDER:
            here = self.root / folder
            if here.is_dir():
                names = (entry for entry in here.iterdir() if not entry.name.startswith("."))
                yield from sorted(f"{folder}/{entry.name}" for entry in names if not entry.is_dir())

    def read_bytes(self, path: str) -> bytes:
        """The bytes of a file; DocumentError for a link, a special file, or one over the limit (not read then)."""
        file = self.root / path
        if file.is_symlink() or not file.is_file():
            mend = "Put the file itself there."
            raise DocumentError([Problem("a plain file", "a link or something else", mend, path=path)])
        if (size := file.stat().st_size) > MAX_BYTES:
            raise DocumentError([too_large(size).at(path)])
        return file.read_bytes()

    def parse(self, path: str) -> ParsedDocument | ParsedTranslation:
        """The document in one file; DocumentError with everything wrong with it."""
        return parse(path, self.read_bytes(path))

    def read(self, on_file: Callable[[str], None] = lambda path: None) -> Reading:
        """All files; what is wrong with one stops none of the others. `on_file` is told each path beforehand.

        Of documents with one id the first in the order of paths is taken; a translation needs the file of its original.
        """
        reading, paths = Reading(), list(self.paths())
        for path in paths:
            on_file(path)
            try:
                parsed = self.parse(path)
            except DocumentError as error:
                reading.problems += error.problems
            except OSError as error:
                reading.problems.append(Problem("a readable file", str(error.strerror), "Check its rights.", path=path))
            else:
                _sort_in(reading, path, parsed)
        _refuse_what_does_not_fit_together(reading, paths)
        return reading

    def write(self, path: str, text: str) -> None:
        """Puts `text` in place of a file in one step."""
        write_atomically(self.root / path, text)

    def keep_version(self, name: Name, version: int, text: str) -> None:
        """Lays a past version aside, where `/id/<id>@<version>` finds it; one that was kept already stays."""
        if version not in self.versions(name):
            write_atomically(self._version_file(name, version), text)

    def versions(self, name: Name) -> dict[int, Path]:
        """The kept versions of a document by number, from every folder it ever lay in; none of them is read.

        Of two with one number it is that of the document's present folder.
        """
        folders = [folder for folder in KIND_OF_FOLDER if folder != name.folder]
        kept: dict[int, Path] = {}
        for folder in [*folders, name.folder]:
            kept |= _numbered((self.root / VERSIONS / folder / name.id).glob("*.md"))
        return kept

    def version(self, name: Name, version: int) -> str | None:
        """The text of a past version, None where there is none or it is spoilt (no UTF-8, or too large)."""
        file = self.versions(name).get(version)
        return _text(file) if file else None

    def withdraw(self, name: Name, version: int, text: str) -> None:
        """Lays the last version of a document aside whose file is gone; one that already says so stays.

        One that is spoilt is replaced: `text` is what was published under that number.
        """
        file = self._version_file(name, version)
        if not (file.is_file() and _says_retired(_text(file))):
            write_atomically(file, text)

    def withdrawn(self) -> Iterator[tuple[str, Path]]:
        """Documents whose file is gone while versions were kept: where it was, and the newest version there is."""
        newest: dict[str, tuple[int, str, Path]] = {}
        for folder in KIND_OF_FOLDER:
            for kept in sorted((self.root / VERSIONS / folder).glob("*/")):
                number, file = max(_numbered(kept.glob("*.md")).items(), default=(0, kept))
                if number > newest.get(kept.name, (0,))[0]:
                    newest[kept.name] = (number, f"{folder}/{kept.name}.md", file)
        for _, path, file in newest.values():
            if not (self.root / path).exists():
                yield path, file

    def _version_file(self, name: Name, version: int) -> Path:
        return self.root / VERSIONS / name.folder / name.id / f"{version}.md"


def original(path: str) -> str:
    """`cases/leuven-2030.md` for `cases/leuven-2030.nl.md`."""
    return f"{path.split('.')[0]}.md"


def without_duplicates(
    documents: Iterable[ParsedDocument], owners: dict[str, str]
) -> tuple[list[ParsedDocument], list[Problem]]:
    """The documents whose ids are their own, and a problem for each of the others.

    `owners` says whose an id is already (id -> path) and learns the rest: an id belongs to its first document.
    """
    kept, problems = [], []
    for parsed in documents:
        path = owners.setdefault(parsed.name.id, parsed.name.path)
        if path == parsed.name.path:
            kept.append(parsed)
        else:
            mend = "Give one of the two another name; ids are never used twice."
            found = f"{parsed.name.id}, which is the id of {path}"
            problems.append(Problem("an id of its own", found, mend, path=parsed.name.path))
    return kept, problems


def lonely(path: str, *, found: str) -> Problem:
    """The finding for a translation without its original."""
    mend = f"Publish {PurePosixPath(original(path)).name} in the same folder, or rename the translation."
    return Problem("a translation beside its original", found, mend, path=path)


def _numbered(files: Iterable[Path]) -> dict[int, Path]:
    """Those of the files that are versions, by number."""
    named = ((_VERSION.fullmatch(file.name), file) for file in files)
    return {int(match["number"]): file for match, file in named if match and file.is_file()}


def _text(file: Path) -> str | None:
    try:
        return decode(file.read_bytes())
    except DocumentError:
        return None


def _says_retired(text: str | None) -> bool:
    try:
        front = front_matter.read(split(text or "").front_matter, 1)
    except DocumentError:
        return False
    return front.values.get("status") == "retired"


def _refuse_what_does_not_fit_together(reading: Reading, paths: Collection[str]) -> None:
    documents, problems = without_duplicates(reading.documents.values(), {})
    files, translations = {*paths}, reading.translations
    reading.documents = {parsed.name.path: parsed for parsed in documents}
    reading.translations = {path: parsed for path, parsed in translations.items() if original(path) in files}
    alone = [path for path in translations if path not in reading.translations]
    reading.problems += [*problems, *(lonely(path, found=f"no {original(path)}") for path in alone)]


def _sort_in(reading: Reading, path: str, parsed: ParsedDocument | ParsedTranslation) -> None:
    if isinstance(parsed, ParsedTranslation):
        reading.translations[path] = parsed
    else:
        reading.documents[path] = parsed
        reading.problems += parsed.notices
