"""The index contract: what any engine behind the hub does, for both legs at once.

`hub.search.index` is the engine for one machine; tests/search/test_index_contract.py holds for every engine.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from hub.catalogue.filters import Filters
from hub.search.rows import Row, Rows, RowTable

Vectors = NDArray[np.float32]
# How many candidates each leg offers; far above what anybody reads, so that counts are over all good hits.
CANDIDATES: Final = 256


@dataclass(frozen=True)
class Entry:
    """A passage to be indexed: its row, the tokens of its text in its own family, and its unit vector.

    `words` are its distinct meaning-bearing words (`hub.search.words.meaningful`). `shown` is what the index tells of
    it where no catalogue is at hand; JSON can hold it.
    """

    row: Row
    tokens: Sequence[str]
    vector: Vectors
    shown: Mapping[str, Any] = field(default_factory=dict)
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Query:
    """A question as the legs understand it: a unit vector, and its tokens as each family analyses them.

    Each leg offers its best `limit`; the lexical one half as many in the question's own family, a tenth in others,
    where it finds little but names.
    """

    vector: Vectors
    tokens: Mapping[str, Sequence[str]]
    filters: Filters
    limit: int = CANDIDATES
    family: str = ""


@dataclass(frozen=True)
class Candidates:
    """What the legs found, and the summaries of the documents it stands in; arrays of one length, in no order of merit.

    `numbers` are rows of `table`, ascending. `shares` are 0 to 1: the part of the best possible lexical score that a
    passage reaches.
    """

    table: RowTable
    numbers: Rows
    vectors: Vectors
    cosines: NDArray[np.float32]
    shares: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str) -> NDArray[np.str_]:
        """`family`, `role`, `evidence`, `confidence` or `place` of every candidate."""
        return self.table.coded[name].at(self.numbers)

    @property
    def documents(self) -> NDArray[np.int32]:
        """A number for every candidate that is the same for candidates of one document."""
        return self.table.document[self.numbers]

    @property
    def years(self) -> NDArray[np.int64]:
        """The last year that each candidate's document tells of; 0 when it does not say."""
        return self.table.year[self.numbers].astype(np.int64)

    def has(self, facet: str, value: str) -> NDArray[np.bool_]:
        """Which candidates have a value of a facet."""
        return self.table.has(self.numbers, facet, value)

    def row(self, place: int) -> Row:
        """One candidate, whole."""
        return self.table.row(int(self.numbers[place]))

    def document_id(self, place: int) -> str:
        """The document of one candidate."""
        return self.table.document_ids[int(self.documents[place])]

    def facet_counts(self, places: NDArray[np.int64]) -> dict[str, dict[str, int]]:
        """For each facet how many of these candidates have each value, most frequent first."""
        return self.table.facet_counts(self.numbers[places])


@dataclass(frozen=True)
class Description:
    """What an index is made of and from.

    `fingerprint` and `dimension` are the encoder's, `analysis` is the text analysis'; `catalogue` and `revision` say
    up to which change of which catalogue it goes; `calibration` is what `hub.search.calibration` measured on it.
    """

    fingerprint: str
    dimension: int
    analysis: int
    count: int
    catalogue: str = ""
    revision: int = 0
    calibration: Mapping[str, Any] | None = None


class Snapshot(Protocol):
    """One complete state of an index."""

    def search(self, query: Query) -> Candidates:
        """The union of both legs' best with their documents' summaries, filters applied before ranking."""

    def sample(self, limit: int) -> tuple[Vectors, NDArray[np.str_]]:
        """Vectors and language families of at most `limit` passages of each family."""

    def shown(self, passage_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Passage id -> what its entry gave as `shown`; ids that are not there are left out."""

    def vectors_of(self, document_id: str) -> Vectors:
        """The vectors of a document's passages, shape (passages, dimension)."""

    def words_like(self, numbers: Rows, asked: Vectors) -> tuple[NDArray[np.int64], Vectors]:
        """For some candidates' rows the number of words of each, and the words' cosines with `asked`, end to end.

        `asked` are unit vectors of the static space, shape (asked, dimension); the cosines are (words, asked).
        """

    def count(self) -> int:
        """The number of passages."""

    def frequencies(self, tokens: Sequence[str], family: str) -> NDArray[np.int64]:
        """In how many passages of a family each token stands."""


Measure = Callable[[Snapshot], Mapping[str, Any]]


class Index(Protocol):
    """Both legs together. `add` and `remove` are seen by nobody before `commit`, and then all at once."""

    def add(self, entries: Iterable[Entry]) -> None:
        """Puts passages in; documents they belong to are replaced as wholes."""

    def remove(self, document_ids: Iterable[str]) -> None:
        """Takes all passages of documents out; ids that are not there are no error."""

    def clear(self) -> None:
        """The next commit holds only what is added from now on, whatever the present state is."""

    def is_whole(self) -> bool:
        """Whether there is a committed state that can be used; if not, begin the next one with `clear`."""

    def snapshot(self) -> Snapshot:
        """The committed state, to search in; IndexUnusableError when there is none for this encoder."""

    def count(self) -> int:
        """The number of committed passages."""

    def commit(self, measure: Measure) -> None:
        """Makes all changes visible in one step; what `measure` finds out on the new state goes into `describe`."""

    def describe(self) -> Description | None:
        """What is committed; None before the first commit."""
