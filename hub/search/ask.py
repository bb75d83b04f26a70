"""`Searcher.ask`: from a question to an answer, as a page needs it: what was found, as the catalogue has it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hub import languages
from hub.catalogue import queries
from hub.catalogue.database import Catalogue
from hub.catalogue.filters import Filters
from hub.search import words
from hub.search.answers import Answer, Hit
from hub.search.contract import Query
from hub.search.find import Finder, Findings, Found, best_first, calibration_of
from hub.search.fusion import fuse


class Searcher:
    """Answers questions over the newest generation of the index; safe to share between threads."""

    def __init__(self, catalogue: Catalogue, index: Path, encoder: str = "") -> None:
        self._catalogue = catalogue
        self._finder = Finder(index, encoder)

    def ask(
        self,
        question: str,
        *,
        language: str | None = None,
        hint: str | None = None,
        filters: Filters | None = None,
        page: int = 1,
        size: int = 10,
    ) -> Answer:
        """The answer to a question.

        `language` (en, no, nl) says what the question is in; without it, it is detected, with `hint` (the reader's
        own language) where the words alone do not tell. IndexUnusableError when there is no index yet.
        """
        findings = self._finder.find(question, language=language, hint=hint, filters=filters, page=page, size=size)
        return Answer(
            question=findings.question,
            language=findings.language,
            language_given=findings.language_given,
            filters=findings.filters,
            cut=findings.cut,
            hits=self._hits(findings, findings.hits),
            near=self._hits(findings, findings.near),
            total=findings.total,
            page=findings.page,
            pages=findings.pages,
            facets=findings.facets,
        )

    def related(self, document_id: str, *, limit: int = 4) -> list[str]:
        """Ids of the nearest documents of the same kind in other languages than this one's, nearest first."""
        snapshot = self._finder.snapshot()
        own = snapshot.vectors_of(document_id)
        with self._catalogue.reading() as session:
            document = queries.documents(session, [document_id]).get(document_id)
        if document is None or not len(own):
            return []
        family = languages.family(document.language)
        others = tuple(sorted(set(words.FAMILIES) - {family}))
        middle = own.mean(axis=0)
        vector = middle / (np.linalg.norm(middle) or 1.0)
        query = Query(vector, {}, Filters({"language": others, "kind": (document.kind,)}))
        candidates = snapshot.search(query)
        order = best_first(candidates, fuse(candidates, family, calibration_of(snapshot)))
        first = {int(candidates.documents[place]): place for place in reversed(order)}
        nearest = [place for place in order if first[int(candidates.documents[place])] == place][:limit]
        return [candidates.row(place).document_id for place in nearest]

    def _hits(self, findings: Findings, found: Sequence[Found]) -> list[Hit]:
        """Hits in the given order; a passage that the catalogue has lost meanwhile is left out."""
        if not found:
            return []
        with self._catalogue.reading() as session:
            passages = queries.passages(session, [one.row.id for one in found])
            documents = queries.documents(session, {one.row.document_id for one in found})
        hits: list[Hit] = []
        for one in found:
            passage, document = passages.get(one.row.id), documents.get(one.row.document_id)
            if passage and document:
                marks = self._finder.marks(findings, passage.text, one.row.family)
                hits.append(Hit(passage, document, one.score, one.cosine, one.lexical, marks, one.more))
        return hits
