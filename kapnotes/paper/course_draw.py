"""The course summary as HTML for the printer."""

from kapnotes.paper.course_summary import CourseSummary
from kapnotes.paper.draw import Sheet, fill, notices, trend_drawings
from kapnotes.paper.summary import Line, PaperSize

TITLE = "Course summary"
UNSIGNED = "Not signed yet, and left out."


def draw_course(told: CourseSummary, *, paper: PaperSize) -> str:
    """A course on its pages."""
    said = list(notices(told.edition, draft=told.draft_reason))
    if told.unsigned:
        said.append((UNSIGNED, " ".join(told.unsigned)))
    sheet = Sheet(
        head=told.letterhead,
        paper=paper,
        patient=told.patient,
        title=TITLE,
        subtitle=f"{told.title}, {indication(told.about)}",
        state=told.state,
        notices=said,
    )
    return fill(
        "course_summary",
        sheet=sheet,
        c=told,
        trends=trend_drawings(told.scores.trends),
        effect_heads=[
            (one, "number" if place else "nr") for place, one in enumerate(told.effect_heads)
        ],
        is_cosigned=any(one.cosigned for one in told.signatures),
    )


def indication(about: tuple[Line, ...]) -> str:
    """What the course is for, in the words of its facts."""
    found = next((one.words for one in about if one.label == "Indication"), "")
    return found.partition(".")[0]
