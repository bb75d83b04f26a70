"""Earlier versions of a document, as they lie in `content/.versions/`; the current one as the catalogue has it."""

from hub.catalogue.models import DocumentRow
from hub.catalogue.rows import document_row
from hub.documents.parse import ParsedDocument, name_of, parse
from hub.documents.problems import DocumentError
from hub.web.service import Hub


def source(hub: Hub, row: DocumentRow, version: int) -> str | None:
    """The Markdown of a version, None where there is none."""
    return row.source if version == row.version else hub.content.version(name_of(row.path), version)


def earlier(hub: Hub, row: DocumentRow) -> list[int]:
    """The versions before the current one that were kept, newest first."""
    kept = hub.content.versions(name_of(row.path))
    return sorted((number for number in kept if number < row.version), reverse=True)


def as_row(hub: Hub, row: DocumentRow, version: int) -> DocumentRow | None:
    """A version as the catalogue would have it, made for showing and never stored.

    None for one that this release cannot read, such as a text written before the schema changed: its Markdown is
    still there. KeyError where there is no such version.
    """
    text = source(hub, row, version)
    if text is None:
        raise KeyError(version)
    try:
        parsed = parse(row.path, text.encode())
    except DocumentError:
        return None
    assert isinstance(parsed, ParsedDocument)  # noqa: S101 (the path of an original)
    data = parsed.data
    published, modified = data.published or row.published, data.modified or row.modified
    return document_row(parsed, version=version, published=published, modified=modified)
