"""The catalogue's tables.

Everything here about published documents can be made again from `content/` alone; what readers kept cannot. JSON
columns hold what is shown but never filtered by, real columns and `document_facets` what is.
"""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can refer to them on both databases."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map = {dict[str, Any]: JSON, dict[str, str]: JSON, list[Any]: JSON}  # noqa: RUF012


class DocumentRow(Base):
    """One document, published or retired; `withdrawn` when its file is gone and only kept versions remain."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    language: Mapped[str]
    status: Mapped[str]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int]
    published: Mapped[str]
    modified: Mapped[str]
    path: Mapped[str] = mapped_column(unique=True)
    content_hash: Mapped[str]
    reader: Mapped[int]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    data: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)

    facets: Mapped[list["FacetRow"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    passages: Mapped[list["PassageRow"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="PassageRow.position"
    )
    links: Mapped[list["LinkRow"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    translations: Mapped[list["TranslationRow"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class FacetRow(Base):
    """A value by which documents are found: facet `theme` is `mobility`, facet `country` is `NO`."""

    __tablename__ = "document_facets"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    facet: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index(None, "facet", "value"),)


class PassageRow(Base):
    """What is searched: a lesson, `<document>#<lesson>`, with its fields in `lesson`; or text, `<document>:<n>`."""

    __tablename__ = "passages"

    id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    role: Mapped[str]
    language: Mapped[str]
    heading: Mapped[str] = mapped_column(default="")
    anchor: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    lesson: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class LinkRow(Base):
    """That a document names another one: `related`, `programme`, `organisation`, `case`, `raised_by`, `redirect`."""

    __tablename__ = "links"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    target_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    relation: Mapped[str] = mapped_column(primary_key=True)


class TranslationRow(Base):
    """A full translation of a document into one language."""

    __tablename__ = "translations"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)
    content_hash: Mapped[str]
    data: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text)


class ChangeRow(Base):
    """A log of which documents changed in which order; the index asks for what came after the last it has seen."""

    __tablename__ = "changes"

    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document_id: Mapped[str]
    action: Mapped[str]


class BriefRow(Base):
    """A brief that a reader kept (`hub.search.brief`), under the digest of what it shows; never changed.

    `created` is a time in UTC, `revision` that of the catalogue it was made from.
    """

    __tablename__ = "briefs"

    hash: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str]
    created: Mapped[str] = mapped_column(index=True)
    revision: Mapped[int]
    content: Mapped[dict[str, Any]]


class StateRow(Base):
    """Facts about the catalogue itself: its `uid`, by which an index knows whose it is."""

    __tablename__ = "state"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
