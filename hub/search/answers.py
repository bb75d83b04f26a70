"""What a search gives back, ready to be shown by a page, a command or an interface for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hub.catalogue.filters import Filters
from hub.catalogue.models import DocumentRow, PassageRow
from hub.search.contract import Vectors
from hub.search.explain import Mark


@dataclass(frozen=True)
class Hit:
    """A lesson or passage with the document it stands in.

    `score` is what hits are ranked by (see `hub.search.fusion`); `cosine` and `lexical` are its two parts before
    weighting: the dense leg's cosine and the lexical leg's share (0 to 1) of the best possible match. `more` counts
    the accepted hits of the same document that this page leaves out.
    """

    passage: PassageRow
    document: DocumentRow
    score: float
    cosine: float
    lexical: float
    marks: Sequence[Mark] = ()
    more: int = 0


@dataclass(frozen=True)
class Answer:
    """One page of hits for a question, or the honest statement that there is no good one.

    `language` is the question's (en, no or nl), detected unless `language_given`. `total` and `facets` count the
    accepted set: hits near enough to the best, after filters, before at most two of a document are put on a page.
    `near` holds the best hits when nothing was accepted. `confidence` is above nought when the question is answered
    (`hub.search.ranking`).
    """

    question: str
    language: str
    language_given: bool
    filters: Filters
    confidence: float
    hits: Sequence[Hit] = ()
    total: int = 0
    page: int = 1
    pages: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    near: Sequence[Hit] = ()

    @property
    def answered(self) -> bool:
        """Whether anything was good enough."""
        return self.total > 0


@dataclass(frozen=True)
class Material:
    """What a brief about a question can be made of (`hub.search.brief`).

    `lessons` are the best of the `total` accepted ones with their documents, best first; `vectors` are theirs row by
    row, `likeness` says how near each is to each, as distance from chance; `practices` has a vector for each practice.
    `asked` are documents that ask about the same, `raised_by` those they name, by id. `revision` and `documents` say
    which state of the catalogue this was read from.
    """

    question: str
    language: str
    filters: Filters
    total: int
    lessons: Sequence[tuple[PassageRow, DocumentRow]]
    vectors: Vectors
    likeness: NDArray[np.float64]
    practices: Mapping[str, Vectors]
    asked: Sequence[DocumentRow]
    raised_by: Mapping[str, DocumentRow]
    fingerprint: str
    revision: int
    documents: int
