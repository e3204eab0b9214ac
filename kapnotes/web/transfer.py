"""Bringing in tables, with a look at them first; and handing out the data of a course."""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import fresh, needs
from kapnotes.actions import course_data, transfer
from kapnotes.actions.transfer import PATIENT_COLUMNS, SCORE_COLUMNS, BadTable, Kind, Preview
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.web.session import me, now

place = Blueprint("transfer", __name__)
SHOWN = 50
"""Rows of a preview that are shown; all of them were checked."""
MOST_DIGITS = 4
KEEPS = {Kind.PATIENTS: transfer.import_patients, Kind.SCORES: transfer.import_scores}


@place.get("/import")
@needs(Action.IMPORT_RECORDS)
def form() -> str:
    """Ask for a table; after an import, say how much it was."""
    kept = request.args.get("kept", "")
    is_count = kept.isascii() and kept.isdigit() and len(kept) <= MOST_DIGITS
    return _page(Kind.PATIENTS, kept=int(kept) if is_count else None)


@place.post("/import")
@needs(Action.IMPORT_RECORDS)
def preview() -> tuple[str, int] | str:
    """Check a table and show what keeping it would write."""
    kind = _kind()
    text = _text()
    try:
        found = transfer.preview(kind=kind, text=text, by=me(), at=now())
    except BadTable as refusal:
        return _page(kind, refusal=refusal, text=_said(text)), 422
    return _page(kind, found=found, text=_said(text))


@place.post("/import/keep")
@needs(Action.IMPORT_RECORDS)
def keep() -> tuple[str, int] | Answer:
    """Keep the table that was shown: all of it, or nothing."""
    kind, text = _kind(), request.form.get("text", "")
    try:
        count = KEEPS[kind](text=text, by=me(), at=now())
    except BadTable as refusal:
        return _page(kind, refusal=refusal, text=text), 422
    return redirect(f"/import?kept={count}")


def _kind() -> Kind:
    asked = request.form.get("kind", "")
    return Kind(asked) if asked in set(Kind) else Kind.PATIENTS


def _text() -> bytes | str:
    """The file that was chosen, or else what was pasted."""
    file = request.files.get("file")
    content = file.read() if file is not None else b""
    return content or request.form.get("text", "")


def _said(text: bytes | str) -> str:
    """The table as the page carries it on; what is no text was refused."""
    return text if isinstance(text, str) else text.decode("utf-8-sig", errors="replace")


def _page(
    kind: Kind,
    *,
    found: Preview | None = None,
    refusal: BadTable | None = None,
    text: str = "",
    kept: int | None = None,
) -> str:
    return render_template(
        "transfer/page.html",
        kind=kind,
        found=found,
        shown=found.rows[:SHOWN] if found else (),
        problems=refusal.problems[:SHOWN] if refusal else (),
        more=max(0, len(refusal.problems) - SHOWN) if refusal else 0,
        text=text,
        kept=kept,
        patient_columns=PATIENT_COLUMNS,
        score_columns=SCORE_COLUMNS,
        scales=list(MEASURES),
    )


@place.get("/courses/<uuid:course_id>/data.csv")
@needs(Action.EXPORT_COURSE)
@fresh
def table(course_id: UUID) -> Response:
    """Hand out a course as a table."""
    text = course_data.table(course_id=course_id, by=me(), at=now())
    return _file(text, "text/csv; charset=utf-8", f"course-{course_id}.csv")


@place.get("/courses/<uuid:course_id>/measures.json")
@needs(Action.EXPORT_COURSE)
@fresh
def measures(course_id: UUID) -> Response:
    """Hand out the measures of a course as FHIR."""
    text = course_data.resources(course_id=course_id, by=me(), at=now())
    return _file(text, "application/fhir+json", f"course-{course_id}-measures.json")


def _file(text: str, kind: str, name: str) -> Response:
    answer = make_response(text)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
