"""A link from one document to another leads to something, and to what the field is for."""

import pytest

from hub.documents.links_check import by_id, dangling_links
from hub.documents.parse import ParsedDocument, parse
from hub.documents.plain_text import PlainDocument
from tests.tiny_world import WORLD, case

OTHERS = ("cases/zaanstad-warmtenet.md", "programmes/nordlys.md", "organisations/tromso-kommune.md")


def document(path: str, text: str) -> PlainDocument:
    parsed = parse(path, text.encode())
    assert isinstance(parsed, ParsedDocument)
    return PlainDocument(parsed)


def found(text: str) -> list[tuple[str, str | None, int | None]]:
    """What leads nowhere from a case in the tiny world: what was found, the field, the line."""
    own = document("cases/sykkelvei.md", text)
    known = by_id([own, *(document(path, WORLD[path]) for path in OTHERS)])
    return [(problem.found, problem.field, problem.line) for problem in dangling_links(own, known)]


def test_links_to_what_is_there_are_in_order() -> None:
    text = "[Zaanstad](/id/zaanstad-warmtenet), [eierskap](/id/zaanstad-warmtenet#eigendom), [v1](/id/nordlys@1)\n"
    named = {"related": "[zaanstad-warmtenet]", "programme": "nordlys", "redirect_from": "[gammel-sykkelvei]"}
    assert found(case(text, **named)) == []


def test_an_id_that_no_document_has_is_told_with_its_line() -> None:
    assert found(case(related="\n  - zaanstad-warmtenet\n  - zaandam")) == [
        ("zaandam, which is not there", "related.1", 17),
    ]


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ({"programme": "zaanstad-warmtenet"}, "zaanstad-warmtenet, which is of the kind case"),
        ({"written_by": "[{name: N, id: nordlys, basis: research}]"}, "nordlys, which is of the kind programme"),
    ],
)
def test_an_id_of_another_kind_is_told(entries: dict[str, str], told: str) -> None:
    assert [found_ for found_, *_ in found(case(**entries))] == [told]


def test_a_link_in_the_text_to_no_document_or_no_lesson_is_told_once_with_its_line() -> None:
    text = "Se [her](/id/zaandam) og [her](/id/zaandam).\n\nOg [der](/id/zaanstad-warmtenet#pris).\n"
    first = case(text).count("\n", 0, case(text).index("Se [her]")) + 1
    assert found(case(text)) == [
        ("/id/zaandam, which is not there", "body", first),
        ("/id/zaanstad-warmtenet#pris, which is not there", "body", first + 2),
    ]


def test_the_case_of_a_team_must_be_a_case() -> None:
    text = WORLD["programmes/nordlys.md"].replace("case: tromso-fjernvarme", "case: tromso-kommune")
    own = document("programmes/nordlys.md", text)
    known = by_id([own, document("organisations/tromso-kommune.md", WORLD["organisations/tromso-kommune.md"])])
    assert [problem.found for problem in dangling_links(own, known)] == [
        "tromso-kommune, which is of the kind organisation"
    ]
