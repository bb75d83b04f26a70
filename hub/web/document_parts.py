"""What only some kinds of document have: a programme's cohorts, an agreement's commitments."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from hub.catalogue.models import DocumentRow
from hub.web.reader import Reader, Text

_FORMS = {"physical": _l("on site"), "digital": _l("online"), "mixed": _l("on site and online")}


@dataclass(frozen=True)
class Named:
    """A person or organisation; `url` where the hub has a page about it, `note` on its part."""

    name: str
    note: Text
    url: str | None


@dataclass(frozen=True)
class TeamView:
    """A team with its challenge; `url` of the case it became."""

    name: Text
    challenge: Text | None
    url: str | None


@dataclass(frozen=True)
class GatheringView:
    """A meeting; `details` are date, place and form as far as known."""

    name: Text
    details: list[str]


@dataclass(frozen=True)
class CohortView:
    """Those who went through a programme together."""

    name: Text
    period: str
    teams: list[TeamView]
    gatherings: list[GatheringView]


@dataclass(frozen=True)
class CommitmentView:
    """What one party promised."""

    party: str
    text: Text
    due: str
    state: str
    sources: list[int]


def named(party: Mapping[str, Any], note: Text, pages: Mapping[str, str]) -> Named:
    """A party with a link where it has a page."""
    return Named(party["name"], note, pages.get(party.get("id", "")))


def cohorts(reader: Reader, row: DocumentRow, pages: Mapping[str, str]) -> list[CohortView]:
    """The cohorts of a programme, in its own words."""
    return [
        CohortView(
            name=reader.text(cohort["name"], row.language),
            period=reader.period(cohort.get("period", {})),
            teams=[_team(reader, row.language, team, pages) for team in cohort.get("teams", [])],
            gatherings=[_gathering(reader, row.language, each) for each in cohort.get("gatherings", [])],
        )
        for cohort in row.data.get("cohorts", [])
    ]


def commitments(reader: Reader, row: DocumentRow) -> list[CommitmentView]:
    """The commitments of an agreement."""
    return [
        CommitmentView(
            party=each["party"],
            text=reader.text(each["text"], row.language),
            due=reader.date(each.get("due", "unknown")),
            state=reader.label("commitment_states", each.get("state", "unknown")),
            sources=list(each.get("sources", [])),
        )
        for each in row.data.get("commitments", [])
    ]


def _team(reader: Reader, language: str, team: Mapping[str, Any], pages: Mapping[str, str]) -> TeamView:
    challenge = team.get("challenge", "unknown")
    return TeamView(
        name=reader.text(team["name"], language),
        challenge=None if challenge == "unknown" else reader.text(challenge, language),
        url=pages.get(team.get("case", "unknown")),
    )


def _gathering(reader: Reader, language: str, meeting: Mapping[str, Any]) -> GatheringView:
    when, place = meeting.get("date", "unknown"), meeting.get("place", "unknown")
    form = str(_FORMS.get(meeting.get("form", "unknown"), ""))
    details = ["" if when == "unknown" else reader.date(when), "" if place == "unknown" else place, form]
    return GatheringView(reader.text(meeting["name"], language), [each for each in details if each])
