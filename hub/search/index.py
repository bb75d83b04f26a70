"""The index on one machine: FAISS and tantivy in a folder, as generations."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from threading import Lock

import numpy as np

from hub.faults import fault_point
from hub.search.contract import Description, Entry, Measure, Vectors
from hub.search.generation import Generation, Generations, IndexUnusableError
from hub.search.legs import DenseLeg
from hub.search.rows import Row, RowTable
from hub.search.words import ANALYSIS


class LocalIndex:
    """See `hub.search.contract.Index`. One process at a time may commit; `hub.search.refresh` sees to that."""

    def __init__(self, folder: Path, *, fingerprint: str, dimension: int) -> None:
        self._generations = Generations(folder)
        self._fingerprint, self._dimension = fingerprint, dimension
        self._generation: Generation | None = None
        self._opening = Lock()
        self._added: list[Entry] = []
        self._removed: set[str] = set()
        self._from_nothing = False

    def add(self, entries: Iterable[Entry]) -> None:
        """See Index."""
        self._added += entries

    def remove(self, document_ids: Iterable[str]) -> None:
        """See Index."""
        gone = set(document_ids)
        self._removed |= gone
        self._added = [entry for entry in self._added if entry.row.document_id not in gone]

    def clear(self) -> None:
        """See Index."""
        self._from_nothing, self._added, self._removed = True, [], set()

    def snapshot(self) -> Generation:
        """See Index; always the newest, also when another process has committed since."""
        name = self._generations.current_name()
        generation = self._generation
        if generation is None or generation.name != name:
            with self._opening:  # one thread reads it from the disk, the others wait
                generation = self._generation
                if generation is None or generation.name != name:
                    generation = self._generation = self._opened()
        return generation

    def _opened(self) -> Generation:
        generation = self._generations.open()
        if generation.description.fingerprint != self._fingerprint:
            raise IndexUnusableError(
                "The index was built with another encoder",
                expected=self._fingerprint,
                found=generation.description.fingerprint,
                mend="Run `hub index`.",
            )
        return generation

    def is_whole(self) -> bool:
        """See Index."""
        try:
            self.snapshot()
        except IndexUnusableError:
            return False
        return True

    def count(self) -> int:
        """See Index."""
        return len(self.snapshot().rows)

    def describe(self) -> Description | None:
        """See Index."""
        return self._generations.description()

    def commit(self, measure: Measure = lambda snapshot: {}) -> None:
        """See Index."""
        base = None if self._from_nothing or not self.describe() else self.snapshot()
        draft = self._generations.begin(on=base.name if base else None)
        removed = self._removed | {entry.row.document_id for entry in self._added}
        lexical = draft.words()
        lexical.update(removed, self._added)
        fault_point("index.words-written")
        rows, vectors = self._merged(base, removed)
        dense = DenseLeg.of(vectors)
        draft.fill(rows, dense)
        description = self._description(base, len(rows))
        facts = measure(Generation(draft.folder.name, description, rows, dense, lexical))
        self._generations.swap_in(draft, replace(description, **facts))
        self._generation, self._added, self._removed, self._from_nothing = None, [], set(), False

    def _merged(self, base: Generation | None, removed: set[str]) -> tuple[RowTable, Vectors]:
        kept, rows = list[int](), list[Row]()
        for number, row in enumerate(base.rows.rows if base else ()):
            if row.document_id not in removed:
                kept.append(number)
                rows.append(row)
        blocks = [np.zeros((0, self._dimension), dtype=np.float32)]
        blocks += [base.dense.vectors[kept]] if base else []
        blocks += [entry.vector[None, :] for entry in self._added]
        return RowTable([*rows, *(entry.row for entry in self._added)]), np.concatenate(blocks)

    def _description(self, base: Generation | None, count: int) -> Description:
        fresh = Description(self._fingerprint, self._dimension, ANALYSIS, count)
        return replace(base.description if base else fresh, count=count)
