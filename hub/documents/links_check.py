"""What `hub check --content` asks of links between documents: that they lead to something, and to the right kind."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from hub.documents.links import links, permanent
from hub.documents.parse import ParsedDocument
from hub.documents.plain_text import PlainDocument
from hub.documents.problems import Problem
from hub.documents.render import addresses

_KIND: Final = {"organisation": "organisation", "programme": "programme", "case": "case", "raised_by": "case"}


def by_id(documents: Iterable[PlainDocument]) -> dict[str, ParsedDocument]:
    """The documents that links may lead to."""
    return {document.parsed.name.id: document.parsed for document in documents}


def dangling_links(document: PlainDocument, known: Mapping[str, ParsedDocument]) -> Iterator[Problem]:
    """Ids and addresses of documents or lessons that are not there, or that are of another kind than the field asks."""
    for link in links(document.parsed.data):
        found, kind = known.get(link.target), _KIND.get(link.relation)
        # What a document took over has no file any more; that is why it is named.
        if link.relation == "redirect" or (found and kind in (None, found.name.kind)):
            continue
        field, line = ".".join(map(str, link.path)), document.line(*link.path)
        told = (
            f"{link.target}, which is of the kind {found.name.kind}" if found else f"{link.target}, which is not there"
        )
        yield Problem(f"the id of a document{f' of the kind {kind}' if kind else ''}", told, _MEND, field, line)
    yield from dangling_addresses(document.parsed.body, document.body.line, known)


def dangling_addresses(body: str, first_line: int, known: Mapping[str, ParsedDocument]) -> Iterator[Problem]:
    """Links of a text to the permanent address of a document or lesson that is not there."""
    for url in dict.fromkeys(addresses(body)):
        if not (named := permanent(url)):
            continue
        target, lesson = named
        found = known.get(target)
        if not found or (lesson and lesson not in {one.id for one in found.data.lessons}):
            line = first_line + body.partition(url)[0].count("\n")
            yield Problem("the address of a document or lesson", f"{url}, which is not there", _MEND, "body", line)


_MEND: Final = "Correct the id, or publish that document too."
