"""The facts of a document on one card, different for every kind; what nobody knows is left out there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from hub.catalogue.models import DocumentRow
from hub.web.presenting import places
from hub.web.reader import Reader, Text


@dataclass(frozen=True)
class Fact:
    """One line of the card; `url` where the value is an address of its own."""

    label: str
    value: Text
    url: str = ""


def facts(reader: Reader, row: DocumentRow) -> list[Fact]:
    """What fits on a card, the most telling first."""
    data = row.data
    found = [*_common(reader, data), *_OF_KIND.get(row.kind, _nothing)(reader, row)]
    return [fact for fact in found if fact.value.text]


def _common(reader: Reader, data: Mapping[str, Any]) -> Iterator[Fact]:
    where = places(reader, data)
    yield Fact(str(_("Where")), Text(" · ".join(where)))
    yield Fact(str(_("When")), Text(reader.period(data.get("period", {}))))
    yield Fact(str(_("Themes")), Text(" · ".join(reader.label("themes", key) for key in data.get("themes", []))))


def _case(reader: Reader, row: DocumentRow) -> Iterator[Fact]:
    for name, vocabulary, label in (
        ("phase", "phases", _("Phase")),
        ("ambition", "ambitions", _("Ambition")),
        ("mandate", "mandates", _("Mandate")),
    ):
        key = row.data.get(name, "unknown")
        yield Fact(str(label), Text("" if key == "unknown" else reader.label(vocabulary, key)))
    means = (reader.label("instruments", key) for key in row.data.get("instruments", []))
    yield Fact(str(_("Means used")), Text(" · ".join(means)))


def _agreement(reader: Reader, row: DocumentRow) -> Iterator[Fact]:
    data = row.data
    answers = {"yes": _("Yes"), "no": _("No"), "unknown": _("not known")}
    yield Fact(str(_("Kind of agreement")), Text(reader.label("instruments", data["instrument"])))
    yield Fact(str(_("Signed")), Text(reader.date(data.get("signed", "unknown"))))
    yield Fact(str(_("Legally binding")), Text(str(answers[data.get("binding", "unknown")])))


def _organisation(reader: Reader, row: DocumentRow) -> Iterator[Fact]:
    data = row.data
    kind, website = data.get("type", "unknown"), data.get("website", "unknown")
    yield Fact(str(_("Type")), Text("" if kind == "unknown" else reader.label("actor_types", kind)))
    if website != "unknown":
        yield Fact(str(_("Website")), Text(website.split("://", 1)[-1].rstrip("/")), website)
    codes = [f"{code['scheme']} {code['code']}" for code in data.get("codes", [])]
    yield Fact(str(_("Codes")), Text(", ".join(codes)))


def _nothing(_reader: Reader, _row: DocumentRow) -> Iterator[Fact]:
    return iter(())


_OF_KIND: Mapping[str, Callable[[Reader, DocumentRow], Iterator[Fact]]] = {
    "case": _case,
    "agreement": _agreement,
    "organisation": _organisation,
}
