"""`refresh`: the index is made to hold what the catalogue holds, by what changed since, or from nothing."""

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from hub import languages
from hub.catalogue import queries
from hub.catalogue.database import Catalogue
from hub.catalogue.models import DocumentRow, PassageRow
from hub.faults import fault_point
from hub.search import calibration, words
from hub.search.calibration import Calibration, null_questions
from hub.search.contract import Description, Entry, Snapshot, Vectors
from hub.search.encoder import Encoder
from hub.search.generation import IndexUnusableError
from hub.search.index import LocalIndex
from hub.search.question_language import LanguageDetector
from hub.search.rows import Row
from hub.search.vector_cache import VectorCache

Progress = Callable[[str, int, int], None]
# Above this, the index is built from nothing: databases limit how many ids one query may name.
_MOST_CHANGED: Final = 10_000


@dataclass(frozen=True)
class RefreshReport:
    """What was done: documents looked at, passages indexed, texts that had to be encoded; `rebuilt` from nothing."""

    documents: int = 0
    passages: int = 0
    encoded: int = 0
    rebuilt: bool = False


@dataclass(frozen=True)
class _Work:
    """Passages to index, and which documents they replace (None: all)."""

    documents: list[str] | None
    rows: list[Row]
    texts: list[str]
    shown: list[dict[str, Any]]


def refresh(
    catalogue: Catalogue,
    folder: Path,
    encoder: Encoder,
    *,
    rebuild: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> RefreshReport:
    """Brings the index in `folder` up to date; with `rebuild` from nothing, though nothing is encoded twice.

    Only one refresh runs at a time, the next waits. `progress` is told stage, done and total.
    """
    with _alone(folder):
        LanguageDetector(folder).keep_small_model()
        index = LocalIndex(folder, fingerprint=encoder.fingerprint, dimension=encoder.dimension)
        uid, description = catalogue.uid(), index.describe()
        whole = rebuild or description is None or not (_fits(description, encoder, uid) and index.is_whole())
        with catalogue.reading() as session:
            revision = queries.revision(session)
            if not whole and description and description.revision == revision:
                return RefreshReport()
            changed = None if whole or not description else queries.changed_since(session, description.revision)
            if changed and len(changed) > _MOST_CHANGED:
                changed, whole = None, True
            work = _work(session, changed)
        cache = VectorCache(folder / "vectors.sqlite")
        vectors, encoded = cache.encode(encoder, work.texts, lambda done, total: progress("encoding", done, total))
        fault_point("index.after-encoding")
        progress("indexing", 0, 1)
        if whole:
            index.clear()
        index.remove(work.documents or ())
        index.add(
            Entry(row, words.tokens(text, row.family), vector, shown, words.meaningful(text, row.family))
            for row, text, vector, shown in zip(work.rows, work.texts, vectors, work.shown, strict=True)
        )
        asked = _null_vectors(encoder, cache)
        index.commit(lambda snapshot: _measured(snapshot, asked, uid, revision))
        progress("indexing", 1, 1)
        documents = len({row.document_id for row in work.rows} | set(work.documents or ()))
        return RefreshReport(documents, len(work.rows), encoded, whole)


def _fits(description: Description, encoder: Encoder, uid: str) -> bool:
    expected = (encoder.fingerprint, encoder.dimension, words.ANALYSIS, uid)
    found = (description.fingerprint, description.dimension, description.analysis, description.catalogue)
    return expected == found


def _work(session: Session, changed: list[str] | None) -> _Work:
    found = list(session.scalars(queries.searchable(session, changed)))
    ids = {passage.document_id for passage in found}
    documents, facets = queries.documents(session, ids), queries.facet_values(session, ids)
    rows = [_row(passage, documents[passage.document_id], facets.get(passage.document_id, {})) for passage in found]
    texts = [indexed_text(passage, documents[passage.document_id]) for passage in found]
    shown = [_shown(passage, documents[passage.document_id]) for passage in found]
    return _Work(changed, rows, texts, shown)


def _shown(passage: PassageRow, document: DocumentRow) -> dict[str, Any]:
    """What `hub search` tells of a hit."""
    lesson = passage.lesson or {}
    return {
        "id": document.id,
        "kind": document.kind,
        "language": passage.language,
        "role": passage.role,
        "text": passage.text,
        "title": document.title[document.language],
        "polarity": lesson.get("polarity"),
        "evidence": lesson.get("evidence"),
    }


def _row(passage: PassageRow, document: DocumentRow, facets: Mapping[str, Sequence[str]]) -> Row:
    """A row whose polarity and practices are the passage's own; a summary has all those of its document."""
    own = dict(facets)
    if passage.role != "summary":
        own = {name: values for name, values in facets.items() if name not in ("polarity", "practice")}
    if passage.lesson:
        own["polarity"] = [passage.lesson["polarity"]]
        own["practice"] = list(passage.lesson["practices"])
    elif passage.role in ("worked", "did_not_work"):
        own["polarity"] = [passage.role]
    confidence = document.data.get("confidence", "unknown")
    places = document.data["about"]["places"]
    return Row(
        passage.id,
        passage.document_id,
        languages.family(passage.language),
        passage.role,
        own,
        evidence=(passage.lesson or {}).get("evidence", ""),
        confidence=confidence if isinstance(confidence, str) else confidence["level"],
        place=places[0]["name"] if places else "",
        year=_year(document),
    )


def _year(document: DocumentRow) -> int:
    """The last year that a document tells of, as far as it says; 0 when it does not."""
    period = document.data.get("period", {})
    known = [period.get(end, "unknown")[:4] for end in ("end", "start")]
    return next((int(year) for year in known if year.isdigit()), 0)


def indexed_text(passage: PassageRow, document: DocumentRow) -> str:
    """What both legs index of a passage: the document's title gives it the place and subject it may not repeat."""
    return f"{document.title.get(passage.language) or document.title[document.language]}. {passage.text}"


def _measured(snapshot: Snapshot, asked: Mapping[str, Vectors], uid: str, revision: int) -> Mapping[str, Any]:
    mean, spread = calibration.chance(asked, *snapshot.sample(calibration.SAMPLE))
    return {"catalogue": uid, "revision": revision, "calibration": Calibration(mean, spread).dump()}


class _AsQuestions:
    """An encoder that reads texts as questions, which some models encode otherwise than passages."""

    def __init__(self, encoder: Encoder) -> None:
        self.fingerprint, self.dimension = f"{encoder.fingerprint}?", encoder.dimension
        self.encode_questions = encoder.encode_questions

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """See Encoder."""
        return self.encode_questions(texts)


def _null_vectors(encoder: Encoder, cache: VectorCache) -> dict[str, Vectors]:
    """The vectors of the null questions by family; kept like those of passages, since they never change."""
    questions = null_questions()
    flat = [question for family in words.FAMILIES for question in questions[family]]
    vectors, _ = cache.encode(_AsQuestions(encoder), flat)
    known = dict(zip(flat, vectors, strict=True))
    return {family: np.stack([known[question] for question in questions[family]]) for family in words.FAMILIES}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        expected = f"a folder to write in at {folder}"
        mend = "Set HUB_INDEX to such a folder, or change its rights."
        found = error.strerror or str(error)
        raise IndexUnusableError("The index cannot be written", expected=expected, found=found, mend=mend) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
