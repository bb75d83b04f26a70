"""What each kind of document must and may say in its front matter: one pydantic model per kind.

All values arrive as strings (YAML is read so, DESIGN.md decision 6) and are typed here. `unknown` is a legal answer
wherever the type says so: an honest gap is worth more than a guess, and it is exported as such.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, model_validator

from hub.documents.vocabularies import vocabulary

Unknown = Literal["unknown"]
Language = Literal["en", "nb", "nn", "nl"]
Line = Annotated[str, Field(min_length=1, max_length=2_000)]
Localised = Annotated[dict[Language, Line], Field(min_length=1)]

ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PARTIAL_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
FULL_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
YEAR = r"^([0-9]{4}|unknown)$"
COUNTRY = r"^[A-Z]{2}$"
REGION = r"^([A-Z]{2}-[A-Z0-9]{1,3}|unknown)$"
LICENCE = r"^[A-Za-z0-9.+-]+$"


def _in_the_calendar(value: str) -> str:
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError as error:
        raise ValueError("a date that is in the calendar") from error
    return value


DocumentId = Annotated[str, Field(pattern=ID, max_length=80)]
LessonId = Annotated[str, Field(pattern=ID, max_length=60)]
PartialDate = Annotated[str, Field(pattern=PARTIAL_DATE), AfterValidator(_in_the_calendar)]
FullDate = Annotated[str, Field(pattern=FULL_DATE), AfterValidator(_in_the_calendar)]
Country = Annotated[str, Field(pattern=COUNTRY)]
Region = Annotated[str, Field(pattern=REGION)]
# Far above any count of versions, and far below what a database's INTEGER holds.
Version = Annotated[int, Field(ge=1, le=1_000_000)]
SourceNumbers = Annotated[list[Annotated[int, Field(ge=1)]], Field(default_factory=list)]


def _web_address(value: str) -> str:
    TypeAdapter(HttpUrl).validate_python(value)
    return value


Url = Annotated[str, AfterValidator(_web_address)]


def _in_vocabulary(name: str, *, unknown: bool = False) -> AfterValidator:
    """A pydantic check: a key of the vocabulary, or `unknown` where a document may not know."""

    def check(value: str) -> str:
        allowed = vocabulary(name)
        if value in allowed or (unknown and value == "unknown"):
            return value
        choices = ", ".join([*allowed, *(["unknown"] if unknown else [])])
        raise ValueError(f"one of {choices}")

    return AfterValidator(check)


ActorTypeOrUnknown = Annotated[str, _in_vocabulary("actor_types", unknown=True)]
AmbitionOrUnknown = Annotated[str, _in_vocabulary("ambitions", unknown=True)]
CommitmentStateOrUnknown = Annotated[str, _in_vocabulary("commitment_states", unknown=True)]
ConfidenceLevel = Annotated[str, _in_vocabulary("confidence")]
Evidence = Annotated[str, _in_vocabulary("evidence")]
EvidenceOrUnknown = Annotated[str, _in_vocabulary("evidence", unknown=True)]
Instrument = Annotated[str, _in_vocabulary("instruments")]
LevelOrUnknown = Annotated[str, _in_vocabulary("levels", unknown=True)]
MandateOrUnknown = Annotated[str, _in_vocabulary("mandates", unknown=True)]
MaturityOrUnknown = Annotated[str, _in_vocabulary("maturities", unknown=True)]
PhaseOrUnknown = Annotated[str, _in_vocabulary("phases", unknown=True)]
Polarity = Annotated[str, _in_vocabulary("polarities")]
Practice = Annotated[str, _in_vocabulary("practices")]
Status = Annotated[str, _in_vocabulary("statuses")]
Theme = Annotated[str, _in_vocabulary("themes")]


class Record(BaseModel):
    """The base of everything in a front matter: no key that we do not know."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class Code(Record):
    """A code of a place and the year it is valid in, since codes change with reforms."""

    code: Line
    scheme: Annotated[str, _in_vocabulary("code_schemes")]
    valid_in: Annotated[str, Field(pattern=YEAR)]


class Point(Record):
    """The centre of a place to two decimals, in degrees (WGS 84)."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    source: Line


class Place(Record):
    """Where it happened."""

    name: Line
    country: Country
    region: Region = "unknown"
    region_name: str = "unknown"
    level: LevelOrUnknown = "unknown"
    codes: list[Code] = []
    codes_note: str = ""
    point: Point | Unknown = "unknown"


class Party(Record):
    """An organisation or group with its part; `id` where the hub has a page about it."""

    name: Line
    id: DocumentId | None = None
    type: ActorTypeOrUnknown = "unknown"
    role: str = ""


class About(Record):
    """Whom and which places a document is about."""

    places: list[Place] = []
    organisations: list[Party] = []


class Writer(Record):
    """Who wrote the text, and from what: what one did oneself, or what others published."""

    name: Line
    id: DocumentId | None = None
    basis: Literal["own_experience", "public_sources", "research"]


class Confirmation(Record):
    """That those whom a text is about have read it and stand by it."""

    name: Line
    id: DocumentId | None = None
    date: FullDate


class Confidence(Record):
    """How far the text can be relied on, and why; the note is in the document's language."""

    level: ConfidenceLevel
    note: Line


class Source(Record):
    """A numbered source; `read` says how much of it the writer read."""

    n: Annotated[int, Field(ge=1)]
    title: Line
    url: Url | None = None
    published: PartialDate | Unknown = "unknown"
    accessed: FullDate | Unknown = "unknown"
    read: str = "unknown"


class Lesson(Record):
    """One claim that somebody else can use; `origin: reading` marks that the writer drew it, not the source."""

    id: LessonId
    text: Line
    polarity: Polarity
    practices: list[Practice] = []
    conditions: list[Line] = []
    conditions_origin: Literal["source", "reading"] = "source"
    evidence: Evidence
    origin: Literal["source", "reading"] = "source"
    sources: SourceNumbers


class Result(Record):
    """What came of it, with how far it has got."""

    text: Line
    date: str = "unknown"
    maturity: MaturityOrUnknown = "unknown"
    evidence: EvidenceOrUnknown = "unknown"
    sources: SourceNumbers


class Period(Record):
    """From when to when, and whether it still runs as far as the writer knows."""

    start: PartialDate | Unknown = "unknown"
    end: PartialDate | Unknown = "unknown"
    still_running: Literal["yes", "no", "unknown"] = "unknown"


class Document(Record):
    """What all kinds share. The hub writes the last four fields; authors leave them out."""

    localised: ClassVar[tuple[str, ...]] = ("title", "summary")
    kind: ClassVar[str]

    language: Language
    title: Localised
    summary: Localised
    about: About = About()
    written_by: Annotated[list[Writer], Field(min_length=1)]
    confirmed_by: list[Confirmation] = []
    confidence: Confidence | Unknown = "unknown"
    themes: list[Theme] = []
    keywords: list[Line] = []
    lessons: list[Lesson] = []
    sources: list[Source] = []
    related: list[DocumentId] = []
    redirect_from: list[DocumentId] = []
    same_as: list[Url] = []
    licence: Annotated[str, Field(pattern=LICENCE)]

    version: Version | None = None
    published: FullDate | None = None
    modified: FullDate | None = None
    status: Status = "published"

    @model_validator(mode="after")
    def _holds_together(self) -> "Document":
        _no_twice("lessons", [lesson.id for lesson in self.lessons])
        _no_twice("sources", [str(source.n) for source in self.sources])
        known = {source.n for source in self.sources}
        for lesson in self.lessons:
            for number in lesson.sources:
                if number not in known:
                    raise ValueError(f"lessons: a source that is listed; lesson {lesson.id} names {number}")
        for name in self.localised:
            if self.language not in getattr(self, name):
                raise ValueError(f"{name}: a text in the document's own language; no {self.language}")
        return self


def _no_twice(field: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"{field}: every id once; {key} stands twice")


class Case(Document):
    """What a place did. Eight fields are required; everything else may follow later."""

    kind = "case"
    localised = ("title", "summary", "question")

    about: About
    question: Localised
    lessons: Annotated[list[Lesson], Field(min_length=1)]
    phase: PhaseOrUnknown = "unknown"
    ambition: AmbitionOrUnknown = "unknown"
    mandate: MandateOrUnknown = "unknown"
    instruments: list[Instrument] = []
    period: Period = Period()
    programme: DocumentId | Unknown = "unknown"
    cohort: str = "unknown"
    results: list[Result] = []
    costs: str = "unknown"
    last_verified: FullDate | Unknown = "unknown"

    @model_validator(mode="after")
    def _has_a_place(self) -> "Case":
        if not self.about.places:
            raise ValueError("about.places: at least one place that the case is about")
        return self


class Insight(Document):
    """What an institute knows or advises."""

    kind = "insight"


class Question(Document):
    """What a place is asking and nobody has answered yet; `raised_by` are the cases that leave it open."""

    kind = "question"
    localised = ("title", "summary", "question")

    question: Localised
    raised_by: list[DocumentId] = []


class Gathering(Record):
    """A meeting of a cohort."""

    name: Line
    date: PartialDate | Unknown = "unknown"
    place: str = "unknown"
    form: Literal["physical", "digital", "mixed", "unknown"] = "unknown"


class Team(Record):
    """A team in a cohort with its own challenge, and the case it became."""

    name: Line
    challenge: str = "unknown"
    case: DocumentId | Unknown = "unknown"


class Cohort(Record):
    """Those who went through a programme together."""

    id: LessonId
    name: Line
    period: Period = Period()
    teams: list[Team] = []
    gatherings: list[Gathering] = []


class Programme(Document):
    """An incubator, network or deal with its cohorts, gatherings and teams."""

    kind = "programme"

    period: Period = Period()
    cohorts: list[Cohort] = []


class Commitment(Record):
    """What one party promised."""

    party: Line
    text: Line
    due: PartialDate | Unknown = "unknown"
    state: CommitmentStateOrUnknown = "unknown"
    sources: SourceNumbers


class Agreement(Document):
    """A mission contract, climate contract, Local Green Deal or city deal: parties and commitments."""

    kind = "agreement"

    instrument: Instrument
    binding: Literal["yes", "no", "unknown"] = "unknown"
    signed: PartialDate | Unknown = "unknown"
    parties: Annotated[list[Party], Field(min_length=1)]
    commitments: list[Commitment] = []


class Organisation(Document):
    """An organisation that appears in cases, programmes or agreements."""

    kind = "organisation"

    type: ActorTypeOrUnknown = "unknown"
    codes: list[Code] = []
    website: Url | Unknown = "unknown"


class TranslatedLesson(Record):
    """The words of one lesson in another language; everything else stays with the original."""

    id: LessonId
    text: Line
    conditions: list[Line] = []


class Translation(Record):
    """`<id>.<lang>.md`: the whole of a document in another language, of one stated version."""

    language: Language
    translates_version: Version
    translated_by: Annotated[list[Writer] | list[Line], Field(min_length=1)]
    method: Literal["human", "machine"]
    title: Line
    summary: Line
    question: str = ""
    confidence_note: str = ""
    lessons: list[TranslatedLesson] = []
    licence: str = ""


SCHEMAS: dict[str, type[Document]] = {
    schema.kind: schema for schema in (Case, Insight, Question, Programme, Agreement, Organisation)
}
