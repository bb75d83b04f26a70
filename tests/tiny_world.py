"""A tiny hand-made record with known answers: five documents in Bokmål, Nynorsk, Dutch and English, one translation.

`case()` writes the text of one more case, with any entry replaced by raw YAML.
"""

from pathlib import Path
from typing import Final, Protocol

WORLD: Final = {
    "cases/tromso-fjernvarme.md": """\
---
# Skrevet av redaksjonen, juni 2024.
language: nb
title: {nb: "Fjernvarme på Tromsøya: naboene ville ikke", en: District heating in Tromsø, nl: Warmtenet in Tromsø}
summary: Kommunen ville ha boligeiere med på fjernvarme, men få sa ja.
question:
    nb: Hvordan får vi innbyggere med på fjernvarme?   # slik de spurte
about:
  places:
    - {name: Tromsø, country: NO, region: NO-55, codes: [{code: 0301, scheme: other, valid_in: 2020}]}
  organisations:
    - {name: Tromsø kommune, id: tromso-kommune, role: eier}
written_by: [{name: Åse Østbø, basis: own_experience}]
confidence: {level: medium, note: "Bygger på egne tall."}
themes: [energy_transition, democracy_participation]
phase: experiment
programme: nordlys
lessons:
  - {id: dorbank, text: "Dørbank virket bedre enn brev.", polarity: worked, evidence: E1, practices: [learning]}
  - id: pris
    text: "Prisen kom for sent, og da hadde folk kjøpt varmepumpe."
    polarity: did_not_work
    practices: [strategy, governance]
    evidence: E0
    sources: [1]
sources:
  - {n: 1, title: Sluttrapport, url: "https://example.org/sluttrapport"}
redirect_from: [tromso-varme]
licence: CC-BY-4.0
---
## Bakgrunn

Tromsøya har kalde vintre – og naboer som fyrer med strøm.

## Hva virket ikke

Brevene ble ikke lest.
""",
    "cases/tromso-fjernvarme.en.md": """\
---
language: en
translates_version: 1
translated_by: [Åse Østbø]
method: human
title: District heating in Tromsø
summary: The municipality wanted home owners to join, but few did.
lessons:
  - {id: pris, text: The price came too late.}
---
## Background

Tromsøya has cold winters.
""",
    "cases/voss-ferje.md": """\
---
language: nn
title: Ferje utan utslepp på Vossevangen
summary: Kommunen prøvde ei elektrisk ferje, og ho vart ståande i isen.
question: Korleis får vi ferja til å gå om vinteren?
about:
  places:
    - {name: Voss, country: NO}
written_by: [{name: Redaksjonen, basis: public_sources}]
themes: [mobility]
phase: stopped
lessons:
  - {id: is, text: Batteria tolde ikkje kulda., polarity: did_not_work, evidence: E0}
licence: CC-BY-4.0
---
Ferja låg ved kai frå november.
""",
    "cases/zaanstad-warmtenet.md": """\
---
language: nl
title:
  nl: Warmtenet in Zaanstad, samen met bewoners
  en: A heat network in Zaanstad, with residents
summary: Bewoners bezitten de helft van het warmtenet.
question: Hoe krijgen we bewoners mee met het warmtenet?
about:
  places:
    - {name: Zaanstad, country: NL}
written_by: [{name: Gemeente Zaanstad, basis: own_experience}]
confidence: {level: high, note: Onafhankelijk geëvalueerd.}
themes: [energy_transition]
phase: scale
related: [tromso-fjernvarme]
lessons:
  - {id: eigendom, text: Mede-eigendom gaf vertrouwen., polarity: worked, practices: [governance], evidence: E3}
licence: CC-BY-4.0
---
## Wat werkte

De coöperatie belde bij iedereen aan.
""",
    "programmes/nordlys.md": """\
---
language: en
title: Nordlys, an incubator
summary: Three municipalities learn together for ten months.
written_by: [{name: The editors, basis: public_sources}]
cohorts:
  - id: first
    name: The first cohort
    teams: [{name: Tromsø, case: tromso-fjernvarme}]
licence: CC-BY-4.0
---
Five gatherings, the last one in Tromsø.
""",
    "organisations/tromso-kommune.md": """\
---
language: nb
title: Tromsø kommune
summary: En kommune i nord.
about: {places: [{name: Tromsø, country: NO}]}
written_by: [{name: Redaksjonen, basis: public_sources}]
licence: CC-BY-4.0
---
""",
}

_CASE: Final = {
    "language": "nb",
    "title": "Sykkelvei på Ås",
    "summary": "Ås bygde en sykkelvei, og folk tok den i bruk.",
    "question": "Hvordan får vi flere til å sykle?",
    "about": "\n  places:\n    - name: Ås\n      country: NO",
    "written_by": "\n  - {name: Ås kommune, basis: own_experience}",
    "lessons": "\n  - {id: asfalt, text: Asfalt virker., polarity: worked, evidence: E0}",
    "licence": "CC-BY-4.0",
}


class WriteCase(Protocol):
    """Writes cases/<id>.md into the content folder with entries replaced, and gives back its path."""

    def __call__(self, document_id: str = ..., body: str = ..., **entries: str | None) -> str: ...


def case(body: str = "Veien ligger langs åsen.\n", **entries: str | None) -> str:
    """A valid case; each of `entries` replaces or adds one as raw YAML, None leaves it out."""
    values = {**_CASE, **entries}
    lines = [
        f"{name}:{value if value.startswith(chr(10)) else ' ' + value}\n" for name, value in values.items() if value
    ]
    return "---\n" + "".join(lines) + "---\n" + body


def write_world(root: Path) -> Path:
    """The world's files below `root`, which is given back."""
    for path, text in WORLD.items():
        write(root, path, text)
    return root


def write(root: Path, path: str, text: str | bytes) -> Path:
    """One file below `root`, as it is: no line end is changed."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file
