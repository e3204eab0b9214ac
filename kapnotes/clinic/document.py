"""What leaves on paper: the kinds of document, and the life of the work that makes one.

A document is made once, from signed content alone, and handed out as the very same bytes ever
after. What makes it is a job: asked for, taken up, done or failed, and taken up again.
"""

from enum import StrEnum
from types import MappingProxyType


class DocumentKind(StrEnum):
    """What a document is; each is about one row: infusion, course, patient or note."""

    INFUSION_SUMMARY = "infusion_summary"
    COURSE_SUMMARY = "course_summary"
    CHART = "chart"
    NOTE = "note"
    LETTER = "letter"
    DISCLOSURES = "disclosures"


KIND_WORDS = MappingProxyType(
    {
        DocumentKind.INFUSION_SUMMARY: "Infusion summary",
        DocumentKind.COURSE_SUMMARY: "Course summary",
        DocumentKind.CHART: "Chart",
        DocumentKind.NOTE: "Note",
        DocumentKind.LETTER: "Letter",
        DocumentKind.DISCLOSURES: "List of disclosures",
    }
)

REPORT_WORDS = "Report of a chart audit"
"""What a report is called: it is about no one patient, and so no kind of a patient's document."""

LETTERS = MappingProxyType(
    {
        DocumentKind.INFUSION_SUMMARY: "",
        DocumentKind.COURSE_SUMMARY: "C",
        DocumentKind.CHART: "P",
        DocumentKind.NOTE: "N",
        DocumentKind.LETTER: "L",
        DocumentKind.DISCLOSURES: "D",
    }
)
"""What stands in a document's number for its kind; an infusion summary has always had nothing."""


class JobState(StrEnum):
    """Where the making of a document stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobCause(StrEnum):
    """Why a document is made: somebody asked for it, or a signature called for it."""

    ASKED = "asked"
    SIGNED = "signed"


class Channel(StrEnum):
    """How a document leaves."""

    DOWNLOAD = "download"
    PRINT = "print"
    CHART_FOLDER = "chart_folder"
    FHIR_SERVER = "fhir_server"
    EXPORT = "export"


CHANNEL_WORDS = MappingProxyType(
    {
        Channel.DOWNLOAD: "downloaded",
        Channel.PRINT: "printed",
        Channel.CHART_FOLDER: "to the chart folder",
        Channel.FHIR_SERVER: "to the chart's server",
        Channel.EXPORT: "exported",
    }
)


class Export(StrEnum):
    """What leaves as data, beside the documents."""

    COURSE_TABLE = "course_table"
    COURSE_MEASURES = "course_measures"
    NOTE_ANSWERS = "note_answers"


EXPORT_WORDS = MappingProxyType(
    {
        Export.COURSE_TABLE: "Course as a table",
        Export.COURSE_MEASURES: "Measures of a course as FHIR",
        Export.NOTE_ANSWERS: "Note as FHIR",
    }
)


def what_words(what: str) -> str:
    """What a disclosure was of: a kind of document, or an export."""
    if what in set(Export):
        return EXPORT_WORDS[Export(what)]
    return KIND_WORDS[DocumentKind(what)]


def document_number(kind: DocumentKind, about: str, edition: str, revision: int) -> str:
    """`A1B2C3D4E5F6-F2`: of what (its id in hex), of which kind and edition, and the revision."""
    return f"{about[:12].upper()}-{LETTERS[kind]}{edition[0].upper()}{revision}"
