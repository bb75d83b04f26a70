"""The one root of the hub's own errors.

    HubError
    ├── documents.problems.DocumentError       a file of content/ that cannot be published
    ├── catalogue.database.CatalogueError      a catalogue that cannot be opened
    ├── catalogue.briefs.TooManyBriefsError    more kept briefs within an hour than the hub takes
    ├── catalogue.sync.SyncError               a sync that would withdraw most of what is published
    ├── search.brief.BriefError                a kept brief of another release
    ├── search.encoder.EncoderError            an encoder that cannot be loaded
    ├── search.generation.IndexUnusableError   an index that is not there, damaged, or for another encoder
    └── settings.SettingsError                 a setting that makes no sense

Every error says what was expected, what was found and how to mend it; doors (web, commands) turn it into a page
or a line on stderr, never into a traceback.
"""


class HubError(Exception):
    """Something the user can mend; `str()` gives the whole sentence."""

    def __init__(self, message: str, *, expected: str = "", found: str = "", mend: str = "") -> None:
        self.message = message
        self.expected = expected
        self.found = found
        self.mend = mend
        super().__init__(message)

    def __str__(self) -> str:
        parts = [self.message.rstrip(".")]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.found:
            parts.append(f"found {self.found}")
        text = "; ".join(parts) + "."
        return f"{text} {self.mend}" if self.mend else text
