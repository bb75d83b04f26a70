"""`sync`: the catalogue is made to say what `content/` says, in one transaction.

Files the hub has not seen get their version and dates written into them; of a file that was edited the former
version is laid aside first. A file with an error changes nothing: what was published of it stays published. A folder
that is not there, or lost most of its files, is taken for a missing disk and not for an editor's wish.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from hub.catalogue.database import Catalogue
from hub.catalogue.models import ChangeRow, DocumentRow, TranslationRow
from hub.catalogue.rows import READER, document_row, translation_row
from hub.documents.folder import ContentFolder, lonely, original, without_duplicates
from hub.documents.parse import ParsedDocument, ParsedTranslation, name_of, parse
from hub.documents.problems import DocumentError, Problem
from hub.documents.source import split
from hub.errors import HubError
from hub.faults import fault_point

# Any number will do, as long as nobody else on the database takes it for something else.
_POSTGRESQL_LOCK: Final = 0x48554253
# So many documents may go in one sync however few there are.
_FEW: Final = 10

Progress = Callable[[int, int], None]


class SyncError(HubError):
    """A sync that was refused before it changed anything."""


@dataclass
class SyncReport:
    """What a sync did, as ids in the order of the files; `problems` are errors and notices of single files."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def rejected(self) -> list[str]:
        """The paths of files with errors."""
        return sorted({problem.path for problem in self.problems if problem.severity == "error"})


@dataclass(frozen=True)
class _Known:
    id: str
    path: str
    content_hash: str
    version: int
    published: str
    modified: str
    reader: int
    withdrawn: bool


@dataclass
class _Findings:
    """One reading of the folder against what the catalogue knows."""

    paths: set[str]
    fresh: list[ParsedDocument] = field(default_factory=list)
    translations: list[ParsedTranslation] = field(default_factory=list)


def sync(
    catalogue: Catalogue,
    folder: ContentFolder,
    *,
    today: date | None = None,
    progress: Progress = lambda done, total: None,
    allow_removals: bool = False,
) -> SyncReport:
    """Brings the catalogue up to date; `progress` is told how many of how many files are read.

    SyncError, with nothing changed, when the folder of the content is not there or most of its documents are gone;
    `allow_removals` says that they are meant to be. Two syncs never run at once: the second waits for the first
    one's transaction.
    """
    report, day = SyncReport(), (today or date.today()).isoformat()
    with catalogue.writing() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_LOCK})
        known, paths = {row.id: row for row in _known(session)}, list(folder.paths())
        if not allow_removals:
            _refuse_a_loss(folder, paths, known)
        findings = _read(session, folder, paths, known, report, progress)
        owners = {row.id: row.path for row in known.values() if row.path in findings.paths}
        findings.fresh, problems = without_duplicates(findings.fresh, owners)
        report.problems += problems
        fault_point("sync.after-reading")
        for parsed in findings.fresh:
            _take_in(session, folder, parsed, known.get(parsed.name.id), report, day)
        fault_point("sync.after-stamping")
        _remove(session, folder, findings.paths, known, report, day)
        session.flush()
        _take_in_translations(session, findings, report)
        fault_point("sync.before-commit")
    fault_point("sync.after-commit")
    return report


def _known(session: Session) -> Iterable[_Known]:
    names = ("id", "path", "content_hash", "version", "published", "modified", "reader", "withdrawn")
    columns = [getattr(DocumentRow, name) for name in names]
    return [_Known(*row) for row in session.execute(select(*columns))]


def _refuse_a_loss(folder: ContentFolder, paths: list[str], known: dict[str, _Known]) -> None:
    """SyncError where so much is gone that the disk is likelier to be missing than the documents to be withdrawn."""
    published = {row.id for row in known.values() if not row.withdrawn}
    gone = published - {PurePosixPath(path).stem for path in paths}
    if published and not folder.is_there():
        found = f"none of the kinds' folders in {folder.root}"
    elif len(gone) > _FEW and 2 * len(gone) > len(published):
        found = f"no files of {len(gone)} of them in {folder.root}"
    else:
        return
    raise SyncError(
        "Most of what is published would be withdrawn, so nothing was changed",
        expected=f"the files of {len(published)} published documents",
        found=found,
        mend="See that the right folder is mounted there (HUB_CONTENT); if they are to go: hub sync --allow-removals.",
    )


def _read(
    session: Session,
    folder: ContentFolder,
    paths: list[str],
    known: dict[str, _Known],
    report: SyncReport,
    progress: Progress,
) -> _Findings:
    findings = _Findings({*paths})
    seen = {row.path: row.content_hash for row in known.values() if row.reader == READER and not row.withdrawn}
    translated = session.execute(select(TranslationRow.path, TranslationRow.content_hash))
    # A translation without its original beside it is read again, to be refused.
    seen |= {path: content_hash for path, content_hash in translated if original(path) in findings.paths}
    for done, path in enumerate(paths):
        progress(done, len(paths))
        try:
            data = folder.read_bytes(path)
            if seen.get(path) == sha256(data).hexdigest():
                report.unchanged += 1
                continue
            parsed = parse(path, data)
        except DocumentError as error:
            report.problems += error.problems
        except OSError as error:
            mend = "Check the file's rights."
            report.problems.append(Problem("a readable file", str(error.strerror), mend, path=path))
        else:
            report.problems += parsed.notices
            (findings.translations if isinstance(parsed, ParsedTranslation) else findings.fresh).append(parsed)  # type: ignore[arg-type]
    progress(len(paths), len(paths))
    return findings


def _take_in(
    session: Session,
    folder: ContentFolder,
    parsed: ParsedDocument,
    former: _Known | None,
    report: SyncReport,
    today: str,
) -> None:
    try:
        parsed = _stamp(session, folder, parsed, former, today)
    except DocumentError as error:
        report.problems += error.problems
        return
    except OSError as error:
        mend = "Let the hub write in content/, or write version, published and modified into the file."
        report.problems.append(Problem("a file it may write to", str(error.strerror), mend, path=parsed.name.path))
        return
    data = parsed.data
    modified = data.modified or data.published or today
    row = document_row(parsed, version=data.version or 1, published=data.published or today, modified=modified)
    # merge replaces facets, passages and links, and leaves the translations, which are files of their own.
    session.merge(row) if former else session.add(row)
    action = "changed" if former and not former.withdrawn else "added"
    getattr(report, action).append(parsed.name.id)
    session.execute(insert(ChangeRow).values(document_id=parsed.name.id, action=action))


def _stamp(
    session: Session, folder: ContentFolder, parsed: ParsedDocument, former: _Known | None, today: str
) -> ParsedDocument:
    """The document with version and dates in its file; the former version is kept before the file changes.

    DocumentError, with a notice, when somebody saved the file since it was read: theirs is left as it is.
    """
    data = parsed.data
    fields: dict[str, object] = {}
    edited = former is not None and former.content_hash != parsed.source.hash
    if former and edited:
        source = session.scalars(select(DocumentRow.source).where(DocumentRow.id == former.id)).one()
        folder.keep_version(parsed.name, former.version, source)
        fault_point("sync.after-keeping-version")
    if former and edited and (data.version or 0) <= former.version:
        fields = {"version": former.version + 1, "published": former.published, "modified": today}
    else:
        stamps = {
            "version": (data.version, 1),
            "published": (data.published, today),
            "modified": (data.modified, today),
        }
        fields = {name: default for name, (given, default) in stamps.items() if given is None}
    if fields and "status" not in data.model_fields_set:
        fields["status"] = data.status
    if not fields:
        return parsed
    stamped = parse(parsed.name.path, parsed.source.with_fields(fields).text.encode())
    assert isinstance(stamped, ParsedDocument)  # noqa: S101 (the same path names the same kind)
    if not _is_as_read(folder, parsed):
        mend = "It is left as it is and taken in at the next sync."
        changed = Problem(
            "the file as it was read", "that it was saved since", mend, path=parsed.name.path, severity="notice"
        )
        raise DocumentError([changed])
    folder.write(parsed.name.path, stamped.source.text)
    return stamped


def _is_as_read(folder: ContentFolder, parsed: ParsedDocument) -> bool:
    try:
        return folder.read_bytes(parsed.name.path) == parsed.source.text.encode()
    except (DocumentError, OSError):
        return False


def _remove(
    session: Session,
    folder: ContentFolder,
    paths: set[str],
    known: dict[str, _Known],
    report: SyncReport,
    today: str,
) -> None:
    """Documents whose file is gone stay as withdrawn: their address goes on saying so, with the date."""
    # A file that was moved and broken on the way is still there, only not yet publishable.
    present = {PurePosixPath(path).stem for path in paths}
    for row in known.values():
        if row.id not in present and not row.withdrawn:
            name, source = name_of(row.path), split(session.get_one(DocumentRow, row.id).source)
            gone = source.with_fields({"version": row.version, "status": "retired", "modified": today})
            try:
                folder.withdraw(name, row.version, gone.text)
            except OSError as error:
                mend = "Let the hub write in content/.versions/."
                report.problems.append(Problem("a folder it may write to", str(error.strerror), mend, path=row.path))
                continue
            # First what lies there now: a sync that was killed may have withdrawn it the day before.
            texts = (folder.version(name, row.version), gone.text)
            if any(_withdraw(session, row.path, text, report) for text in texts if text):
                report.removed.append(row.id)
    ids = {row.id for row in known.values()} | present
    for path, file in folder.withdrawn():
        if file.parent.name not in ids:
            _withdraw(session, path, file.read_text("utf-8", errors="replace"), report)


def _withdraw(session: Session, path: str, text: str, report: SyncReport) -> bool:
    """Whether it is withdrawn now; a version kept of it that is spoilt is reported and stops none of the others."""
    try:
        parsed = parse(path, text.encode())
    except DocumentError as error:
        report.problems += error.problems
        return False
    assert isinstance(parsed, ParsedDocument)  # noqa: S101 (kept versions are originals)
    data = parsed.data
    session.execute(delete(TranslationRow).where(TranslationRow.document_id == parsed.name.id))
    row = document_row(parsed, version=data.version or 1, published=data.published or "", modified=data.modified or "")
    row.status, row.withdrawn, row.facets, row.passages = "retired", True, [], []
    session.merge(row)
    session.execute(insert(ChangeRow).values(document_id=parsed.name.id, action="removed"))
    return True


def _take_in_translations(session: Session, findings: _Findings, report: SyncReport) -> None:
    former = {row.path: f"{row.document_id}.{row.language}" for row in session.scalars(select(TranslationRow))}
    gone = [path for path in former if path not in findings.paths or original(path) not in findings.paths]
    for path in gone:
        session.execute(delete(TranslationRow).where(TranslationRow.path == path))
    session.expire_all()
    names = {*former.values()}
    for parsed in findings.translations:
        path, row = parsed.name.path, session.get(DocumentRow, parsed.name.id)
        if row is None or row.withdrawn or row.path != original(path):
            report.problems.append(lonely(path, found=f"no published {original(path)}"))
            continue
        session.merge(translation_row(parsed))
        name = f"{parsed.name.id}.{parsed.data.language}"
        (report.changed if name in names else report.added).append(name)
    report.removed += sorted({former[path] for path in gone} - {*report.changed})
