"""A world of four cases, small enough to know every right answer, and an encoder that works without training."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

CASE: Final = """---
language: {language}
title: {titles}
summary: {summaries}
question: "{question}"
about:
  places: [{{name: {place}, country: {country}}}]
written_by: [{{name: Redaksjonen, basis: public_sources}}]
themes: [{theme}]
phase: {phase}
licence: CC-BY-4.0
version: 1
published: "2026-01-01"
modified: "2026-01-01"
lessons:
  - {{id: first, text: "{lesson}", polarity: {polarity}, practices: [{practice}], evidence: E1}}
  - {{id: second, text: "{second}", polarity: worked, practices: [craft], evidence: E0}}
---
## {heading}

{body}
"""

CASES: Final = {
    "warmtenet-dorp": {
        "language": "nl",
        "title": "Bewoners mee met het warmtenet",
        "title_en": "Residents join the heat network",
        "summary": "Een dorp legt een warmtenet aan met de bewoners.",
        "summary_en": "A village builds a heat network with its residents.",
        "question": "Hoe krijgen we bewoners mee met een warmtenet?",
        "place": "Dorp",
        "country": "NL",
        "theme": "energy_transition",
        "phase": "embed",
        "lesson": "Bewoners kiezen voor het warmtenet als de prijs vooraf vaststaat.",
        "polarity": "worked",
        "practice": "governance",
        "second": "Een vaste projectleider houdt de buurt bij elkaar.",
        "heading": "Wat werkte",
        "body": "De gemeente sprak met elke bewoner aan de keukentafel over het warmtenet.",
    },
    "fjernvarme-by": {
        "language": "nb",
        "title": "Fjernvarme uten innbyggere",
        "title_en": "District heating without residents",
        "summary": "Byen bygde fjernvarme, men få koblet seg på.",
        "summary_en": "The town built district heating, but few connected.",
        "question": "Hvordan får vi innbyggere med på fjernvarme?",
        "place": "By",
        "country": "NO",
        "theme": "energy_transition",
        "phase": "stopped",
        "lesson": "Innbyggere som hører om fjernvarme først når gata graves opp, sier nei.",
        "polarity": "did_not_work",
        "practice": "strategy",
        "second": "Kåre i driftsavdelingen kjente alle rørene.",
        "heading": "Hva virket ikke",
        "body": "Kommunen informerte for sent om fjernvarmenettet, og innbyggerne var sinte.",
    },
    "bus-town": {
        "language": "en",
        "title": "Free buses for everyone",
        "title_en": "Free buses for everyone",
        "summary": "The town made its buses free.",
        "summary_en": "The town made its buses free.",
        "question": "How do we get people out of their cars?",
        "place": "Town",
        "country": "GB",
        "theme": "mobility",
        "phase": "test",
        "lesson": "Free buses take people from their bicycles rather than from their cars.",
        "polarity": "mixed",
        "practice": "systems",
        "second": "Drivers need more time at stops when buses are free.",
        "heading": "What worked",
        "body": "Buses were full from the first day.",
    },
    "omsorg-bygd": {
        "language": "nn",
        "title": "Omsorg i bygda",
        "title_en": "Care in the village",
        "summary": "Bygda prøvde ei ny ordning for eldreomsorg.",
        "summary_en": "The village tried a new kind of elderly care.",
        "question": "Korleis gjev vi eldre god omsorg heime?",
        "place": "Bygd",
        "country": "NO",
        "theme": "health_care_inclusion",
        "phase": "experiment",
        "lesson": "Eldre vil ha den same heimehjelpa kvar dag.",
        "polarity": "worked",
        "practice": "learning",
        "second": "Frivillige treng ein fast kontakt i kommunen.",
        "heading": "Kva verka",
        "body": "Heimetenesta fekk faste team.",
    },
}


def write_world(folder: Path, **changes: dict[str, str]) -> Path:
    """Writes the cases; `changes` overrides fields of one, its id with underscores for hyphens."""
    for name, fields in CASES.items():
        values = fields | changes.get(name.replace("-", "_"), {})
        titles, summaries = ({"en": values[f"{f}_en"], values["language"]: values[f]} for f in ("title", "summary"))
        text = CASE.format(**values, titles=json.dumps(titles), summaries=json.dumps(summaries))
        file = folder / "cases" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


# Words that this encoder knows to mean the same.
_SAME: Final = (
    ("fjernvarme", "warmtenet", "heat network", "district heating", "fjernvarmenettet"),
    ("innbyggere", "bewoners", "residents", "innbyggerne", "bewoner", "people"),
    ("buses", "bus", "buss", "bussen", "bussar"),
)


class DictionaryEncoder:
    """Words as random directions, translations of a word in the same one: cross-lingual without training."""

    dimension = 64

    def __init__(self, fingerprint: str = "dictionary-0001") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        self.encoded += texts
        return self.encode_questions(texts)

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([self._sum(text.lower()) for text in texts]).reshape(len(texts), self.dimension)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)

    def _sum(self, text: str) -> NDArray[np.float64]:
        for number, group in enumerate(_SAME):
            for word in sorted(group, key=len, reverse=True):
                text = text.replace(word, f" same{number} ")
        words = [word.strip("?.,") for word in text.split()]
        return np.sum([self._direction(word) for word in words] or [np.zeros(self.dimension)], axis=0)

    def _direction(self, word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(word.encode()[:8].ljust(8, b"\0"), "little")
        weight = 3.0 if word.startswith("same") else 1.0
        return np.random.default_rng(seed).normal(size=self.dimension) * weight
