"""Making addresses: with repeated parameters, and whole ones for use outside this site."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from hub.web.service import current_hub


def link(endpoint: str, pairs: Iterable[tuple[str, object]] = (), **values: Any) -> str:
    """The address of a page with a query of (name, value) pairs; a name may stand several times.

    `values` are those of the address before the query.
    """
    query = urlencode([(name, str(value)) for name, value in pairs])
    return url_for(endpoint, **values) + (f"?{query}" if query else "")


def absolute(path: str) -> str:
    """A path as `url_for` gives it as a whole address, under the public one where the operator has set it.

    Under a prefix both hold it: the path, and the address that the hub is reached at.
    """
    root = current_hub().settings.base_url or request.url_root
    return root.rstrip("/") + path.removeprefix(request.root_path)
