"""Generations: complete states of the index in folders of their own, built aside and swapped in by one rename.

    index/current                      the name of the generation that is served
    index/generations/<name>/          rows.jsonl, vectors.faiss, words/, manifest.json
    index/vectors.sqlite               vectors by passage hash, so that nothing is encoded twice

A process that is killed while building leaves a folder that nobody serves; the next build removes it.
"""

import json
import math
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from hub.errors import HubError
from hub.faults import fault_point
from hub.files import write_atomically
from hub.search.contract import Candidates, Description, Query, Vectors
from hub.search.legs import DenseLeg, LexicalLeg
from hub.search.rows import RowTable, load_rows
from hub.search.words import FAMILIES

FORMAT: Final = 2
_ATTEMPTS: Final = 3


class IndexUnusableError(HubError):
    """An index that is not there, or not for this encoder or this release."""


@dataclass(frozen=True)
class Generation:
    """One complete, immutable state of the index."""

    name: str
    description: Description
    rows: RowTable
    dense: DenseLeg
    lexical: LexicalLeg

    def search(self, query: Query) -> Candidates:
        """See Snapshot."""
        nearest = self.dense.search(query.vector, query.limit, self.rows.mask(query.filters))
        shares = self.lexical.search(query.tokens, query.limit, query.filters)
        matched = [self.rows.number[passage_id] for passage_id in shares]
        numbers = np.unique(np.concatenate([nearest, np.array(matched, dtype=np.int64)]))
        rows = [self.rows.rows[number] for number in numbers]
        return Candidates(
            rows=rows,
            cosines=self.dense.vectors[numbers] @ query.vector,
            shares=np.array([shares.get(row.id, 0.0) for row in rows], dtype=np.float64),
            families=self.rows.families[numbers],
        )

    def sample(self, limit: int) -> tuple[Vectors, NDArray[np.str_]]:
        """See Snapshot: evenly spaced over the rows."""
        found = [np.flatnonzero(self.rows.families == family) for family in FAMILIES]
        some = np.concatenate([rows[:: max(1, math.ceil(len(rows) / limit))] for rows in found])
        return self.dense.vectors[some], self.rows.families[some]

    def shown(self, passage_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """See Snapshot."""
        return self.lexical.shown(passage_ids)

    def vectors_of(self, document_id: str) -> Vectors:
        """See Snapshot."""
        return self.dense.vectors[self.rows.of_document.get(document_id, [])]


class Generations:
    """The folder of all generations of one index."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self._folder = index / "generations"
        self._current = index / "current"

    def current_name(self) -> str | None:
        """The name of the generation that is served; None before the first."""
        try:
            return self._current.read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    def description(self) -> Description | None:
        """Of the generation that is served; None before the first, or when it cannot be read."""
        name = self.current_name()
        try:
            return self._describe(name) if name else None
        except IndexUnusableError:
            return None

    def open(self) -> Generation:
        """The generation that is served; IndexUnusableError when there is none that can be read.

        One that is swapped out and removed while it is being read is no fault: the next one is tried.
        """
        for attempt in range(_ATTEMPTS):
            name = self.current_name()
            if not name:
                raise _unusable("There is no index", f"an index in {self.index}", "none")
            try:
                return self._read(name)
            except IndexUnusableError:
                if attempt == _ATTEMPTS - 1 or self.current_name() == name:
                    raise
        raise AssertionError("unreachable")

    def _read(self, name: str) -> Generation:
        here, description = self._folder / name, self._describe(name)
        try:
            rows, dense = load_rows(here / "rows.jsonl"), DenseLeg.load(here / "vectors.faiss")
            lexical = LexicalLeg.load(here / "words")
        except (OSError, ValueError, TypeError, RuntimeError) as error:  # RuntimeError is FAISS's
            raise _unusable("The index is damaged", "the files of a generation", str(error).splitlines()[0]) from error
        if not len(rows) == len(dense.vectors) == description.count:
            found = f"{len(rows)} rows and {len(dense.vectors)} vectors"
            raise _unusable("The index is damaged", f"{description.count} passages", found)
        return Generation(name, description, rows, dense, lexical)

    def _describe(self, name: str) -> Description:
        try:
            stored = json.loads((self._folder / name / "manifest.json").read_text("utf-8"))
            if stored["format"] == FORMAT:
                return Description(**stored["description"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _unusable("The index is damaged", f"a manifest in generation {name}", str(error)) from error
        raise _unusable("The index is of another release", f"format {FORMAT}", f"format {stored['format']}")

    def begin(self, *, on: str | None = None) -> "Draft":
        """An empty generation to fill, or one that begins with the words of generation `on`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_unfinished()
        draft = Draft(self._folder / uuid4().hex[:12])
        draft.folder.mkdir()
        if on:
            _link_tree(self._folder / on / "words", draft.folder / "words")
        fault_point("index.generation-begun")
        return draft

    def swap_in(self, draft: "Draft", description: Description) -> None:
        """Makes a filled draft the generation that is served, in one step; the former one is kept, others go."""
        _flush(draft.folder)
        manifest = {"format": FORMAT, "description": asdict(description)}
        write_atomically(draft.folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        fault_point("index.manifest-written")
        former = self.current_name()
        fault_point("index.before-swap")
        write_atomically(self._current, draft.folder.name + "\n")
        fault_point("index.after-swap")
        # The former one stays: a reader may just be opening it.
        self._remove_all_but({draft.folder.name, former})

    def _remove_unfinished(self) -> None:
        self._remove_all_but({path.name for path in self._folder.iterdir() if (path / "manifest.json").is_file()})

    def _remove_all_but(self, kept: set[str | None]) -> None:
        for path in self._folder.iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class Draft:
    """A generation that is being filled."""

    folder: Path

    def fill(self, rows: RowTable, dense: DenseLeg) -> None:
        """Writes rows and vectors; the words are written through `words`."""
        rows.save(self.folder / "rows.jsonl")
        dense.save(self.folder / "vectors.faiss")
        fault_point("index.vectors-written")

    def words(self) -> LexicalLeg:
        """The lexical leg, to update and to search."""
        return LexicalLeg.create(self.folder / "words")


def _unusable(message: str, expected: str, found: str) -> IndexUnusableError:
    return IndexUnusableError(message, expected=expected, found=found, mend="Run `hub index`.")


def _flush(folder: Path) -> None:
    """Makes sure that what the swap will point to is on the disk before it, for the power may fail."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _link_tree(source: Path, target: Path) -> None:
    """Hard links: tantivy never changes a file that it has written, it only replaces and removes whole files."""
    target.mkdir()
    for file in source.iterdir():
        if not file.name.endswith(".lock"):
            os.link(file, target / file.name)
