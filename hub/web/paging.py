"""Pages of a list: which one an address asks for, and the links to the others."""

from dataclasses import dataclass

from flask import redirect
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from hub.web.addresses import link

_FAR = 1_000


@dataclass(frozen=True)
class Paging:
    """Where a list stands; links carry `kept` along."""

    page: int
    pages: int
    endpoint: str
    kept: list[tuple[str, str]]


def to_last(paging: Paging) -> Response | None:
    """To the last page, where the address asks for one after it."""
    if not 0 < paging.pages < paging.page:
        return None
    return redirect(link(paging.endpoint, [*paging.kept, ("page", paging.pages)]))


def page_of(args: MultiDict[str, str]) -> int:
    """The page an address asks for; the first where that is no sensible number."""
    text = args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), _FAR)
