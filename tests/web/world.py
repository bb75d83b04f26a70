"""The tiny world as the pages need it: with an agreement, a retired, a withdrawn and a changed document, and a
searcher whose answers can be foreseen.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import select

from hub.catalogue import queries
from hub.catalogue.database import Catalogue, open_catalogue
from hub.catalogue.filters import Filters
from hub.catalogue.models import DocumentRow, PassageRow
from hub.catalogue.sync import sync
from hub.documents.folder import ContentFolder
from hub.documents.vocabularies import vocabulary
from hub.search.answers import Answer, Hit, Material
from hub.search.explain import Mark
from hub.settings import Settings
from tests.tiny_world import case, write, write_world

EXTRA: Final = {
    "agreements/klimakontrakt.md": """\
---
language: nb
title: Klimakontrakt for Tromsø
summary: Kommune og næringsliv lover hverandre utslippskutt.
written_by: [{name: Redaksjonen, basis: public_sources}]
instrument: climate_city_contract
binding: no
signed: 2023-05
parties: [{name: Tromsø kommune, id: tromso-kommune, role: vertskap}]
commitments: [{party: Tromsø kommune, text: Kutte utslippene i havna., due: 2030, state: open}]
lessons:
  - {id: summary, text: Skriv kort., polarity: worked, evidence: E0}
  - {id: parties, text: Spør alle., polarity: worked, evidence: E0}
  - {id: commitments, text: Lov lite., polarity: worked, evidence: E0}
licence: CC-BY-4.0
---
""",
    "insights/missies.md": """\
---
language: nl
title: {nl: "Missies kiezen", en: "Choosing <missions> & means", nb: Velge oppdrag}
summary: {nl: Advies van een instituut., en: Advice of an institute., nb: Råd fra et institutt.}
written_by: [{name: Instituut, basis: research}]
lessons: [{id: verken, text: Verken eerst., polarity: warning, practices: [strategy], evidence: E0, origin: reading}]
licence: CC-BY-4.0
---
Lees verder bij een [bron](https://example.org/).
""",
    "questions/hvem-betaler.md": """\
---
language: nb
title: Hvem betaler for fjernvarmen?
summary: Ingen har svart ennå.
question: Hvem betaler når tilskuddet tar slutt?
written_by: [{name: Redaksjonen, basis: public_sources}]
raised_by: [tromso-fjernvarme]
licence: CC-BY-4.0
---
""",
}
RETIRED: Final = case(
    title="Fartsgrense", status="retired", modified='"2024-02-03"', version="1", published='"2023-01-01"'
)
CORRESPONDS: Final = {"fjernvarme": "warmtenet", "innbyggere": "bewoners"}


def make_world(folder: Path) -> Settings:
    """Content and catalogue below `folder`: `as-sykkelvei` has a second version, `en-bro` was withdrawn."""
    content = write_world(folder / "content")
    for path, text in EXTRA.items():
        write(content, path, text)
    write(content, "cases/fartsgrense.md", RETIRED)
    write(content, "cases/en-bro.md", case(title="En bro"))
    confirmed = "\n  - {name: Ås kommune, date: 2025-05-02}"
    write(content, "cases/bekreftet.md", case(title="Bekreftet", version="2", confirmed_by=confirmed))
    write(content, ".versions/cases/bekreftet/1.md", "an old form\n")
    write(content, "cases/as-sykkelvei.md", case("Den første teksten.\n"))
    settings = Settings(
        content=content, index=folder / "index", database_url=f"sqlite:///{folder / 'catalogue.sqlite'}"
    )
    catalogue = open_catalogue(settings.database_url)
    first = sync(catalogue, ContentFolder(content))
    assert not first.rejected, first.problems
    changed = (content / "cases/as-sykkelvei.md").read_text("utf-8").replace("Den første teksten", "Den andre teksten")
    write(content, "cases/as-sykkelvei.md", changed)
    (content / "cases/en-bro.md").unlink()
    second = sync(catalogue, ContentFolder(content))
    assert (second.changed, second.removed) == (["as-sykkelvei"], ["en-bro"])
    catalogue.close()
    return settings


class WordSearcher:
    """Finds passages that hold a word of the question, or one that corresponds to it; `zebra` is near to nothing."""

    def __init__(self, catalogue: Catalogue, _index: Path, _encoder: str = "") -> None:
        self._catalogue = catalogue

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
        filters = filters or Filters()
        asked = re.findall(r"\w{5,}", question.lower())
        with self._catalogue.reading() as session:
            rows = session.scalars(select(PassageRow).order_by(PassageRow.id)).all()
            documents = queries.documents(session, {row.document_id for row in rows})
        hits = [Hit(row, documents[row.document_id], 1.0, 0.5, 0.5, marks(row.text, asked)) for row in rows]
        found = [hit for hit in hits if hit.marks and _matches(hit.document, filters)]
        shown = found[(page - 1) * size : page * size]
        return Answer(
            question=question,
            language=language or hint or "en",
            language_given=language is not None,
            filters=filters,
            confidence=0.3 if found else -0.3,
            hits=shown,
            total=len(found),
            page=page,
            pages=-(-len(found) // size),
            facets={"kind": {"case": len(found)}} if found else {},
            near=hits[:2] if not found else [],
        )

    def gather(
        self,
        question: str,
        *,
        language: str | None = None,
        hint: str | None = None,
        filters: Filters | None = None,
    ) -> Material:
        """Every lesson that `ask` finds; all are near to each other, and those without a practice to `craft`."""
        answer = self.ask(question, language=language, hint=hint, filters=filters, size=100)
        lessons = [(hit.passage, hit.document) for hit in answer.hits if hit.passage.lesson]
        asked = {hit.document.id: hit.document for hit in answer.hits if hit.document.kind == "question"}
        number = len(lessons)
        with self._catalogue.reading() as session:
            raised = {each for row in asked.values() for each in row.data["raised_by"]}
            return Material(
                question=question,
                language=answer.language,
                filters=answer.filters,
                total=number,
                lessons=lessons,
                vectors=np.ones((number, 1), dtype=np.float32),
                likeness=np.full((number, number), 9.0),
                practices={key: np.array([float(key == "craft")], dtype=np.float32) for key in vocabulary("practices")},
                asked=list(asked.values()),
                raised_by=queries.documents(session, raised),
                fingerprint="words",
                revision=queries.revision(session),
                documents=queries.count(session, Filters()),
            )

    def related(self, document_id: str, *, limit: int = 4) -> list[str]:
        return {"tromso-fjernvarme": ["zaanstad-warmtenet"]}.get(document_id, [])


def marks(text: str, asked: Iterable[str]) -> list[Mark]:
    wanted = {word: (word, 1.0) for word in asked} | {
        CORRESPONDS[word]: (word, 0.8) for word in asked if word in CORRESPONDS
    }
    found = ((match, wanted.get(match.group().lower())) for match in re.finditer(r"\w+", text))
    return [Mark(match.start(), match.end(), *pair) for match, pair in found if pair]


def _matches(row: DocumentRow, filters: Filters) -> bool:
    return not filters["kind"] or row.kind in filters["kind"]
