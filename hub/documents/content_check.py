"""What `hub check --content` asks of published documents beyond their form: that a case says what its sources say.

Pure functions over parsed documents; reading files, fact sheets and detecting a language are handed in.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from hub import languages
from hub.documents import plain_text
from hub.documents.fact_sheets import FactSheet, address
from hub.documents.figures import figures
from hub.documents.links_check import by_id, dangling_links
from hub.documents.plain_text import Piece, PlainDocument, PlainTranslation
from hub.documents.problems import Problem
from hub.documents.readability import readability
from hub.documents.render import addresses
from hub.documents.schemas import Case, Document

LEAST_WORDS: Final = 250
USUAL_WORDS: Final = (350, 700)
MOST_WORDS: Final = 720
HARDEST_LIX: Final = 60
SHORTEST_REPEAT: Final = 8

# The language family (en, no, nl) of a text.
Detect = Callable[[str], str]
Text = PlainDocument | PlainTranslation

_LEAST_TO_DETECT: Final = 20
_NOT_ALL_WELL: Final = frozenset({"did_not_work", "mixed", "warning"})
# Words that are written in one of the two and hardly ever in the other.
_NYNORSK: Final = (
    "berre dei deira eg ein eit frå gjer gjere hjå ho ikkje korleis kva kven kvifor kvar kvart meir mykje noko nokon "
    "nokre sjølv vart vere verte vore òg"
)
_BOKMAAL: Final = (
    "bare ble blitt deres en et fra gjør gjøre hun hva hvem hver hvert hvilke hvor hvordan hvorfor ikke jeg mer mye "
    "noe noen selv være vært"
)
_LEAST_OF_A_FORM: Final = 3
_ENOUGH_OF_A_FORM: Final = 0.7


def check(documents: Iterable[PlainDocument], sheets: Mapping[str, FactSheet] | None, detect: Detect) -> list[Problem]:
    """Everything wrong with the content of those of the documents that are published, in their order.

    Without `sheets` nothing is compared with them; a sentence is repeated when it stands in two of the documents, and
    a link leads nowhere when what it names is none of them.
    """
    published = [document for document in documents if document.parsed.data.status == "published"]
    repeated, known = repeated_sentences(published), by_id(published)
    found = []
    for document in published:
        problems = [*unsourced_lessons(document), *wrong_language(document, detect), *dangling_links(document, known)]
        if isinstance(document.parsed.data, Case):
            problems += [*missing_sections(document, document.parsed.data), *length(document), *hard_to_read(document)]
            problems += links_out_of_sources(document, document.parsed.data)
            if sheets is not None:
                problems += against_sheet(document, sheets.get(document.parsed.name.id))
        problems += repeated[document.parsed.name.path]
        found += [problem.at(document.parsed.name.path) for problem in _in_order(problems)]
    return found


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.line or 0)


def of_own_experience(document: PlainDocument) -> bool:
    """Whether those who did it wrote it; then they are the source, and there is no fact sheet."""
    return all(writer.basis == "own_experience" for writer in document.parsed.data.written_by)


def against_sheet(document: PlainDocument, sheet: FactSheet | None) -> Iterator[Problem]:
    """Figures and web addresses that the fact sheet of the case does not have."""
    if sheet is None:
        if not of_own_experience(document):
            mend = "Write the sheet first, or name the file as its sheet."
            yield Problem(f"a fact sheet {document.parsed.name.id}.yaml", "none", mend, line=1)
        return
    yield from figures_out_of_sheet(document, sheet)
    mend = "Take the address from the sheet; a new source goes into the sheet first."
    for i, source in enumerate(document.parsed.data.sources):
        if source.url and address(source.url) not in sheet.addresses:
            line = document.line("sources", i, "url")
            yield Problem("an address of the fact sheet", source.url, mend, f"sources.{i}.url", line)


def figures_out_of_sheet(document: Text, sheet: FactSheet) -> Iterator[Problem]:
    """Figures of a text that its fact sheet does not have."""
    mend = "Write what the sheet says; a new figure goes into the sheet first, with its source."
    for piece in document.pieces:
        for figure in figures(piece.text, piece.language):
            if not sheet.facts.hold(figure):
                found = f"{figure.text}, in “{_around(piece.text, figure.start, len(figure.text))}”"
                yield Problem("a figure of the fact sheet", found, mend, piece.field, piece.line_at(figure.start))


def _around(text: str, start: int, length: int) -> str:
    """A figure with a few words around it, out of its own paragraph."""
    before = text[max(0, start - 30) : start].rpartition("\n\n")[2]
    after = text[start + length : start + length + 30].partition("\n\n")[0]
    return " ".join((before + text[start : start + length] + after).split())


def links_out_of_sources(document: Text, original: Document) -> Iterator[Problem]:
    """Links to other sites in a body that are none of the sources of the original."""
    listed = {address(source.url) for source in original.sources if source.url}
    mend = "List it under sources with a number, or take the link out."
    body = document.parsed.source.body
    for url in dict.fromkeys(addresses(body)):
        if url.lower().startswith(("http://", "https://")) and address(url) not in listed:
            line = document.body.line + body.partition(url)[0].count("\n")
            yield Problem("the address of a listed source", url, mend, "body", line)


def unsourced_lessons(document: PlainDocument) -> Iterator[Problem]:
    """Lessons without a source number; those of one's own experience need none."""
    if of_own_experience(document):
        return
    for i, lesson in enumerate(document.parsed.data.lessons):
        if not lesson.sources:
            mend = "Add the numbers of the sources that show it."
            line = document.line("lessons", i)
            yield Problem("a source number", f"none in the lesson {lesson.id}", mend, f"lessons.{i}.sources", line)


def missing_sections(document: PlainDocument, case: Case) -> Iterator[Problem]:
    """Sections that a case must have, and what did not work."""
    roles, line = {passage.role for passage in document.parsed.passages}, document.body.line
    mend = "Give a section one of the headings that docs/writing-a-document.md lists for it."
    for role in ("context", "done"):
        if role not in roles:
            yield Problem(f"a section of the role {role}", "none", mend, "body", line)
    if not roles & {"worked", "did_not_work"}:
        yield Problem("a section of the role worked or did_not_work", "none", mend, "body", line)
    polarities = {lesson.polarity for lesson in case.lessons}
    if "did_not_work" not in roles and not polarities & _NOT_ALL_WELL:
        mend = "Tell it in such a section, or say there why nothing is known."
        yield Problem("something that did not work, in a section or a lesson", "none", mend, "body", line)


def length(document: PlainDocument) -> Iterator[Problem]:
    """A body that is too short or too long; a notice where it is only unusual."""
    words, (few, many) = readability(document.body.text).words, USUAL_WORDS
    if few <= words <= many:
        return
    error = not LEAST_WORDS <= words <= MOST_WORDS
    mend = "Say more of what the sources tell; short is right only where they tell little."
    yield Problem(
        f"a body of {few} to {many} words",
        str(words),
        mend if words < few else "Leave out what a colleague elsewhere does not need.",
        "body",
        document.body.line,
        severity="error" if error else "notice",
    )


def hard_to_read(document: Text) -> Iterator[Problem]:
    """A body above the LIX that is refused."""
    if (lix := readability(document.body.text).lix) > HARDEST_LIX:
        mend = "Make the sentences shorter and the long words plainer."
        line = document.body.line
        yield Problem(f"a LIX of at most {HARDEST_LIX}", f"{lix:.0f}", mend, "body", line)


def wrong_language(document: Text, detect: Detect) -> Iterator[Problem]:
    """A body, or a summary, in another language than it says; one of a few words may be mistaken and is let pass."""
    for piece in document.pieces:
        if piece.field.partition(".")[0] in ("body", "summary"):
            text = " ".join(plain_text.blocks(piece.text))
            found = _language(text, piece.language, detect)
            if found != piece.language:
                mend = "Correct the language, or translate the text."
                yield Problem(f"a text in {piece.language}", f"one in {found}", mend, piece.field, piece.line)


def _language(text: str, said: str, detect: Detect) -> str:
    """The language of a text; `said` where it is too short to tell."""
    if len(plain_text.words(text)) < _LEAST_TO_DETECT:
        return said
    family = detect(text)
    if family != languages.family(said):
        return family
    return written_norwegian(text) or said if family == "no" else said


def written_norwegian(text: str) -> str | None:
    """`nb` or `nn` by the function words that only one of them has; None where there are too few, or both."""
    counted = Counter(re.findall(r"[a-zæøåò]+", text.lower()))
    nynorsk = sum(counted[word] for word in _NYNORSK.split())
    told = nynorsk + sum(counted[word] for word in _BOKMAAL.split())
    if told < _LEAST_OF_A_FORM or 1 - _ENOUGH_OF_A_FORM < nynorsk / told < _ENOUGH_OF_A_FORM:
        return None
    return "nn" if nynorsk / told >= _ENOUGH_OF_A_FORM else "nb"


def repeated_sentences(documents: Iterable[PlainDocument]) -> Mapping[str, list[Problem]]:
    """For each path the sentences that stand in another of the documents too, whatever their case and spacing.

    Notes are not compared: what a document says of its codes and its reliability is the same in many by nature.
    """
    places: dict[str, dict[str, tuple[Piece, str]]] = defaultdict(dict)
    for document in documents:
        for piece in document.pieces:
            for sentence in plain_text.sentences(piece.text) if piece.field != "confidence.note" else ():
                told = plain_text.words(sentence.casefold())
                if len(told) >= SHORTEST_REPEAT:
                    places[" ".join(told)].setdefault(document.parsed.name.path, (piece, sentence))
    return _repeats(places)


def _repeats(places: Mapping[str, Mapping[str, tuple[Piece, str]]]) -> Mapping[str, list[Problem]]:
    found: dict[str, list[Problem]] = defaultdict(list)
    for paths in places.values():
        for path, (piece, sentence) in paths.items():
            for other in [other for other in paths if other != path][:1]:
                told = sentence if len(sentence) <= 80 else sentence[:77] + "…"
                line = piece.line_at(_start(piece.text, sentence))
                mend = "Say it in the words of this document."
                found[path].append(
                    Problem("a sentence of its own", f"“{told}”, also in {other}", mend, piece.field, line)
                )
    return found


def _start(text: str, sentence: str) -> int:
    """Where a sentence begins in a text that may break it over lines; 0 where it is not found."""
    match = re.search(r"[\W_]+".join(map(re.escape, plain_text.words(sentence)[:6])), text)
    return match.start() if match else 0
