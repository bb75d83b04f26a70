"""`Searcher.ask`: from a question to an answer, as a page needs it: what was found, as the catalogue has it."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from hub import languages
from hub.catalogue import queries
from hub.catalogue.database import Catalogue
from hub.catalogue.filters import Filters
from hub.catalogue.models import DocumentRow
from hub.documents.vocabularies import vocabulary
from hub.search import words
from hub.search.answers import Answer, Hit, Material
from hub.search.contract import Query, Vectors
from hub.search.find import Finder, Findings, Found, calibration_of
from hub.search.fusion import fuse
from hub.search.ranking import best_first

_LOCALES: Final = tuple(interface.locale for interface in languages.INTERFACES.values())


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
            confidence=findings.confidence,
            hits=self._hits(findings, findings.hits),
            near=self._hits(findings, findings.near),
            total=findings.total,
            page=findings.page,
            pages=findings.pages,
            facets=findings.facets,
        )

    def gather(
        self,
        question: str,
        *,
        language: str | None = None,
        hint: str | None = None,
        filters: Filters | None = None,
    ) -> Material:
        """What a brief about a question can be made of; the arguments are those of `ask`."""
        gathered = self._finder.gather(question, language=language, hint=hint, filters=filters)
        with self._catalogue.reading() as session:
            passages = queries.passages(session, [one.row.id for one in gathered.lessons])
            documents = queries.documents(session, {one.row.document_id for one in gathered.lessons})
            asked = queries.documents(session, gathered.asked)
            raised = queries.documents(session, {each for row in asked.values() for each in row.data["raised_by"]})
            corpus = (queries.revision(session), queries.count(session, Filters()))
        rows = [passages[one.row.id] for one in gathered.lessons if one.row.id in passages]
        # Not the index's vectors, which are of title and text: it is what a lesson says that places and parts them.
        vectors = self._finder.encoder.encode([row.text for row in rows])
        return Material(
            question=gathered.question,
            language=gathered.language,
            filters=gathered.filters,
            total=gathered.total,
            lessons=[(row, documents[row.document_id]) for row in rows],
            vectors=vectors,
            likeness=self._finder.likeness(vectors, [languages.family(row.language) for row in rows]),
            practices=self._practices,
            asked=[asked[each] for each in gathered.asked if each in asked and _is_published(asked[each])],
            raised_by={each: row for each, row in raised.items() if _is_published(row)},
            fingerprint=self._finder.encoder.fingerprint,
            revision=corpus[0],
            documents=corpus[1],
        )

    @cached_property
    def _practices(self) -> dict[str, Vectors]:
        """For each practice one unit vector: what it is called and hinted at, in three languages."""
        terms = vocabulary("practices")
        texts = [f"{terms[key][locale]}. {terms[key][f'{locale}_hint']}" for key in terms for locale in _LOCALES]
        sums = self._finder.encoder.encode(texts).reshape(len(terms), len(_LOCALES), -1).sum(axis=1)
        return {key: total / (np.linalg.norm(total) or 1.0) for key, total in zip(terms, sums, strict=True)}

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
        return [candidates.document_id(place) for place in nearest]

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


def _is_published(row: DocumentRow) -> bool:
    return row.status == "published" and not row.withdrawn
