"""What a patient asked to have amended, as plain values for pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """One text of a request for an amendment: what it is, its words, when and by whom."""

    title: str
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class AmendmentWords:
    """What the patient asked to have amended: how it stands, and every text in order."""

    state: str
    lines: tuple[AmendmentLine, ...]
