"""Briefs that readers chose to keep: written once, never changed, and no part of what `hub sync` makes anew.

Anybody may keep one, without an account, so there is a bound to how many the whole hub takes in an hour.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hub.catalogue.models import BriefRow
from hub.errors import HubError

PER_HOUR: Final = 100
_HOUR: Final = timedelta(hours=1)
# Any number will do, as long as nobody else on the database takes it for something else.
_POSTGRESQL_LOCK: Final = 0x48554242
# Texts in this form sort as their times do.
_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"


class TooManyBriefsError(HubError):
    """So many new briefs were kept within the hour that the next must wait `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        found, mend = str(PER_HOUR), f"Try again in {retry_after} seconds."
        super().__init__("Too many briefs", expected=f"fewer than {PER_HOUR} new in an hour", found=found, mend=mend)


def keep(
    session: Session, digest: str, *, language: str, revision: int, content: Mapping[str, Any], now: datetime
) -> BriefRow:
    """The brief of that name, kept now (in UTC) unless it was before; TooManyBriefsError beyond PER_HOUR."""
    if session.get_bind().dialect.name == "postgresql":
        # SQLite lets one write at a time anyway; here too nobody may slip in between the count and the row.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_LOCK})
    former = session.get(BriefRow, digest)
    if former:
        return former
    _refuse_too_many(session, now)
    created = now.strftime(_FORMAT)
    row = BriefRow(hash=digest, language=language, created=created, revision=revision, content=dict(content))
    session.add(row)
    return row


def kept(session: Session, digest: str) -> BriefRow | None:
    """The brief of that name; None where nobody kept it."""
    return session.get(BriefRow, digest)


def _refuse_too_many(session: Session, now: datetime) -> None:
    since = (now - _HOUR).strftime(_FORMAT)
    query = select(func.count(), func.min(BriefRow.created)).where(BriefRow.created > since)
    count, oldest = session.execute(query).one()
    if count >= PER_HOUR:
        free = datetime.strptime(oldest, _FORMAT).replace(tzinfo=now.tzinfo) + _HOUR
        raise TooManyBriefsError(max(1, int((free - now).total_seconds()) + 1))
