"""The folder `content/`: reading all of it, and writing single files so that a crash leaves the old or the new."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hub.documents import front_matter
from hub.documents.parse import KIND_OF_FOLDER, Name, ParsedDocument, ParsedTranslation, parse
from hub.documents.problems import DocumentError, Problem
from hub.documents.source import MAX_BYTES, split, too_large
from hub.files import write_atomically

VERSIONS: Final = ".versions"


@dataclass
class Reading:
    """What a reading of the folder found: documents and translations by path, and the problems of the rest."""

    documents: dict[str, ParsedDocument] = field(default_factory=dict)
    translations: dict[str, ParsedTranslation] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ContentFolder:
    """The published record below `root`."""

    root: Path

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
        """All files; what is wrong with one stops none of the others. `on_file` is told each path beforehand."""
        reading = Reading()
        for path in self.paths():
            on_file(path)
            reading.paths.append(path)
            try:
                parsed = self.parse(path)
            except DocumentError as error:
                reading.problems += error.problems
            except OSError as error:
                reading.problems.append(Problem("a readable file", str(error.strerror), "Check its rights.", path=path))
            else:
                _sort_in(reading, path, parsed)
        return reading

    def write(self, path: str, text: str) -> None:
        """Puts `text` in place of a file in one step."""
        write_atomically(self.root / path, text)

    def keep_version(self, name: Name, version: int, text: str) -> None:
        """Lays a past version aside, where `/id/<id>@<version>` finds it; one that lies there stays."""
        file = self._version_file(name, version)
        if not file.exists():
            write_atomically(file, text)

    def version(self, name: Name, version: int) -> str | None:
        """The text of a past version, None where there is none."""
        file = self._version_file(name, version)
        return file.read_bytes().decode() if file.is_file() else None

    def withdraw(self, name: Name, version: int, text: str) -> None:
        """Lays the last version of a document aside whose file is gone; one that already says so stays."""
        kept = self.version(name, version)
        if kept is None or not _says_retired(kept):
            write_atomically(self._version_file(name, version), text)

    def withdrawn(self) -> Iterator[tuple[str, Path]]:
        """Documents whose file is gone while versions were kept: where it was, and the newest version there is."""
        newest: dict[str, tuple[int, str, Path]] = {}
        for folder in KIND_OF_FOLDER:
            for file in sorted((self.root / VERSIONS / folder).glob("*/*.md")):
                document_id = file.parent.name
                if file.stem.isdecimal() and int(file.stem) > newest.get(document_id, (0,))[0]:
                    newest[document_id] = (int(file.stem), f"{folder}/{document_id}.md", file)
        for _, path, file in newest.values():
            if not (self.root / path).exists():
                yield path, file

    def _version_file(self, name: Name, version: int) -> Path:
        return self.root / VERSIONS / name.folder / name.id / f"{version}.md"


def _says_retired(text: str) -> bool:
    front = front_matter.read(split(text).front_matter, 1)
    return front.values.get("status") == "retired"


def _sort_in(reading: Reading, path: str, parsed: ParsedDocument | ParsedTranslation) -> None:
    if isinstance(parsed, ParsedTranslation):
        reading.translations[path] = parsed
    else:
        reading.documents[path] = parsed
        reading.problems += parsed.notices
