"""Briefs: which lessons are taken, under which practice, who disagrees, and what makes two briefs the same."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hub.catalogue.database import Catalogue
from hub.catalogue.filters import Filters, filters_from
from hub.catalogue.models import DocumentRow, PassageRow
from hub.documents.vocabularies import vocabulary
from hub.search.answers import Material
from hub.search.ask import Searcher
from hub.search.brief import Brief, BriefError, load
from hub.search.brief_making import PER_DIRECTION, PER_DOCUMENT, SAME_THING, make_brief

PRACTICES = dict(zip(vocabulary("practices"), np.eye(5, dtype=np.float32), strict=True))
Lesson = tuple[PassageRow, DocumentRow]


def document(id_: str, **data: Any) -> DocumentRow:
    place = {"name": id_.title(), "country": "NO", "level": "municipality"}
    defaults = {
        "about": {"places": [place]},
        "written_by": [{"name": "A writer", "basis": "own_experience"}],
        "confidence": {"level": "medium", "note": "So."},
        "themes": ["mobility"],
    }
    title, summary = {"nb": f"Tittel {id_}"}, {"nb": "Kort."}
    kind = data.pop("kind", "case")
    row = DocumentRow(id=id_, version=3, kind=kind, language="nb", status="published", title=title, summary=summary)
    row.data = defaults | data
    return row


def lesson(row: DocumentRow, id_: str = "first", polarity: str = "worked", **fields: Any) -> Lesson:
    data = {"id": id_, "text": f"{row.id} {id_}", "polarity": polarity, "evidence": "E1", "practices": ["learning"]}
    return PassageRow(
        id=f"{row.id}#{id_}", document_id=row.id, role="lesson", language="nb", text="", lesson=data | fields
    ), row


def material(lessons: list[Lesson], **changes: Any) -> Material:
    """Lessons that say most about `governance` and have nothing to do with each other."""
    number = len(lessons)
    plain = Material(
        question="Hva virker?",
        language="no",
        filters=Filters(),
        total=number,
        lessons=lessons,
        vectors=np.tile(PRACTICES["governance"], (number, 1)),
        likeness=np.zeros((number, number)),
        practices=PRACTICES,
        asked=[],
        raised_by={},
        fingerprint="f",
        revision=7,
        documents=9,
    )
    return replace(plain, **changes)


def placed(brief: Brief) -> dict[str, list[str]]:
    return {section.practice: [extract.document for extract in section] for section in brief.sections}


def test_a_lesson_stands_under_the_practice_that_its_author_named() -> None:
    brief = make_brief(material([lesson(document("a"), practices=["craft"])]), "no")
    assert placed(brief) == {"craft": ["a"]}
    assert not brief.extracts[0].suggested


def test_a_lesson_with_several_practices_stands_once_under_the_nearest_of_them() -> None:
    brief = make_brief(material([lesson(document("a"), practices=["craft", "governance", "learning"])]), "no")
    assert placed(brief) == {"governance": ["a"]}


def test_a_lesson_without_a_practice_is_placed_by_the_encoder_and_marked_so() -> None:
    brief = make_brief(material([lesson(document("a"), practices=[])]), "no")
    assert placed(brief) == {"governance": ["a"]}
    assert brief.extracts[0].suggested


def test_the_authors_practice_comes_before_a_suggestion_though_it_was_found_later() -> None:
    suggested, named = (lesson(document(id_), practices=own) for id_, own in (("a", []), ("b", ["governance"])))
    brief = make_brief(material([suggested, named]), "no")
    assert placed(brief) == {"governance": ["b", "a"]}


def test_a_practice_that_the_reader_asked_for_is_where_its_lessons_stand() -> None:
    filters = filters_from([("practice", "craft")])
    brief = make_brief(material([lesson(document("a"), practices=["craft", "governance"])], filters=filters), "no")
    assert placed(brief) == {"craft": ["a"]}
    assert brief.missing == ()


def test_no_practice_and_no_text_takes_all_the_room() -> None:
    many = [lesson(document(f"d{n}")) for n in range(9)] + [lesson(document("e"), str(n), "mixed") for n in range(9)]
    brief = make_brief(material(many), "no")
    documents = placed(brief)["learning"]
    assert documents.count("e") == PER_DOCUMENT
    assert len(documents) == PER_DIRECTION + PER_DOCUMENT
    assert brief.total == 18


def test_mixed_results_and_warnings_share_one_direction() -> None:
    lessons = [lesson(document(f"d{n}"), polarity="warning" if n % 2 else "mixed") for n in range(9)]
    assert len(make_brief(material(lessons), "no").extracts) == PER_DIRECTION


def test_research_is_told_from_experience() -> None:
    insight = document("i", kind="insight", about={"places": []})
    study = document("s", written_by=[{"name": "A university", "basis": "research"}])
    section = make_brief(material([lesson(document("a")), lesson(insight), lesson(study)]), "no").sections[0]
    assert [one.document for one in section.experience] == ["a"]
    assert [one.document for one in section.research] == ["i", "s"]


def test_opposite_lessons_about_the_same_in_different_places_stand_side_by_side() -> None:
    there = {"name": "Delft", "country": "NL", "level": "municipality"}
    other = document("b", about={"places": [there]}, phase="stopped", period={"start": "unknown", "end": "unknown"})
    pair = [lesson(document("a")), lesson(other, polarity="did_not_work", conditions=["Et tilskudd"])]
    brief = make_brief(material(pair, likeness=np.full((2, 2), SAME_THING)), "no")
    (found,) = brief.disagreements
    assert (found.worked.document, found.failed.document) == ("a", "b")
    assert found.differences == ("country", "phase", "conditions")


@pytest.mark.parametrize("failure", ["far", "same place", "both worked", "no place"])
def test_nothing_else_is_called_a_disagreement(failure: str) -> None:
    one, other = document("a"), document("b")
    if failure == "same place":
        other = document("b", about=one.data["about"])
    if failure == "no place":
        other = document("b", about={"places": []})
    pair = [lesson(one), lesson(other, polarity="worked" if failure == "both worked" else "warning")]
    likeness = np.full((2, 2), SAME_THING - (0.1 if failure == "far" else 0.0))
    assert make_brief(material(pair, likeness=likeness), "no").disagreements == ()


def test_a_question_nobody_answered_names_who_raised_it() -> None:
    question = document("q", kind="question", question={"nb": "Hvem betaler?"}, raised_by=["a", "gone"])
    brief = make_brief(material([], asked=[question], raised_by={"a": document("a")}), "no")
    assert not brief.answered
    assert [each.id for each in brief.questions[0].raised_by] == ["a"]
    assert brief.missing == tuple(vocabulary("practices"))


def test_a_brief_comes_back_from_json_as_it_was() -> None:
    question = document("q", kind="question", question={"nb": "Hvem betaler?"}, raised_by=["a"])
    lessons = [lesson(document("a"), conditions=["Et tilskudd"]), lesson(document("b"), practices=[])]
    brief = make_brief(material(lessons, asked=[question], raised_by={"a": document("a")}), "no")
    assert load(brief.dump()) == brief


@pytest.mark.parametrize("stored", [{}, {"schema": 0}, {"schema": 1, "question": 7}])
def test_a_stored_brief_of_another_release_is_told(stored: dict[str, Any]) -> None:
    with pytest.raises(BriefError, match="cannot be read"):
        load(stored)


def test_the_digest_follows_what_is_shown_and_nothing_else() -> None:
    lessons = [lesson(document("a"))]
    brief = make_brief(material(lessons), "no")
    later = make_brief(material(lessons, revision=8, documents=10), "no")
    assert brief.digest == later.digest
    assert len(brief.digest) == 16
    newer = document("a")
    newer.version = 4
    others = [
        make_brief(material([lesson(newer)]), "no"),
        make_brief(material(lessons), "nl"),
        make_brief(material(lessons, question="Hva virker ikke?"), "no"),
        make_brief(material(lessons, fingerprint="g"), "no"),
        make_brief(material(lessons, filters=filters_from([("country", "NO")])), "no"),
    ]
    assert len({brief.digest, *(other.digest for other in others)}) == 6


def test_a_search_gives_only_accepted_lessons_to_a_brief(searcher: Searcher) -> None:
    gathered = searcher.gather("Hvordan får vi innbyggere med på fjernvarme?")
    assert gathered.language == "no"
    assert {"warmtenet-dorp#first", "fjernvarme-by#first"} <= {passage.id for passage, _ in gathered.lessons}
    assert len(gathered.vectors) == len(gathered.lessons) == gathered.total
    assert np.allclose(gathered.likeness, gathered.likeness.T)
    assert set(gathered.practices) == set(vocabulary("practices"))


def test_a_question_that_nothing_answers_gives_an_empty_brief(searcher: Searcher) -> None:
    brief = make_brief(searcher.gather("How do penguins keep their eggs warm in a blizzard?"), "en")
    assert not brief.answered
    assert brief.documents == {}


def test_a_filter_holds_for_a_brief_too(searcher: Searcher) -> None:
    gathered = searcher.gather("fjernvarme og innbyggere", filters=filters_from([("country", "NL")]))
    assert {row.id for _, row in gathered.lessons} == {"warmtenet-dorp"}


def test_who_asked_is_left_out_once_withdrawn(searcher: Searcher, small_catalogue: Catalogue) -> None:
    with small_catalogue.writing() as session:
        session.get_one(DocumentRow, "fjernvarme-by").withdrawn = True
    assert searcher.gather("fjernvarme").raised_by == {}
