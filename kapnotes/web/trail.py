"""The trail, in sentences: searched by anything, read page by page, and reported."""

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import trail
from kapnotes.actions.trail import Pick, Question, TrailPage
from kapnotes.audit.events import Did, Outcome
from kapnotes.audit.sentences import SENTENCES
from kapnotes.audit.things import CATEGORY_WORDS, THING_WORDS, thing_of
from kapnotes.clinic.refusals import BadInput
from kapnotes.web.errors import status_of
from kapnotes.web.filters import day
from kapnotes.web.session import me, now
from kapnotes.web.trail_question import address, asked, posted, without_patient

place = Blueprint("trail", __name__)
DIGITS = 19
"""More than a position of the trail can have."""
LONGEST = 200
MOST_PICKS = 20
OUTCOMES = ((Outcome.DONE.value, "Done"), (Outcome.REFUSED.value, "Refused"))
NOBODY = "No record that you may see has this name or number."
NO_SUCH_NUMBER = "No record has exactly this number."


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed about a patient, the records that it may mean, and what was wrong."""

    text: str = ""
    picks: tuple[Pick, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()


@place.get("/audit")
@needs(Action.SEE_TRAIL)
def page() -> str:
    """Show a page of the trail; what is looked for stands in the address as ids, words and days."""
    question = asked(request.args)
    shown = trail.look(
        question=question,
        before=position("before"),
        after=position("after"),
        by=me(),
        at=now(),
    )
    return _shown(question, shown, Form())


@place.post("/audit")
@needs(Action.SEE_TRAIL)
def search() -> Response | tuple[str, int]:
    """Take what is looked for, and lead to the page that shows it."""
    text = request.form.get("text", "").replace("\x00", "").strip()[:LONGEST]
    try:
        question = posted(request.form)
        picks = trail.pick(text=text, by=me(), at=now()) if text else ()
        if text and not picks:
            raise BadInput({"text": NO_SUCH_NUMBER if trail.sees_whole(me()) else NOBODY})
    except BadInput as refusal:
        form = Form(text, (), tuple(refusal.errors.items()))
        return _shown(asked(request.form), TrailPage(()), form), status_of(refusal)
    if len(picks) > 1:
        return _shown(question, TrailPage(()), Form(text, tuple(picks[:MOST_PICKS]))), 200
    known = address(question) | ({"patient": str(picks[0].id)} if picks else {})
    return redirect(url_for("trail.page", **known))  # type: ignore[arg-type] # words of ours


def _shown(question: Question, shown: TrailPage, form: Form) -> str:
    known = address(question)
    return render_template(
        "trail/page.html",
        page=shown,
        form=form,
        known=known,
        others=address(without_patient(question)),
        is_whole=trail.sees_whole(me()),
        may_close=me().can(Action.SEE_UNUSUAL),
        reports=True,
        people=trail.people_to_ask(by=me(), at=now()),
        days=days_of(shown),
        outcomes=OUTCOMES,
        actions=ACTIONS,
        categories=[(one.value, words) for one, words in CATEGORY_WORDS.items()],
        things=[(one.value, words) for one, words in THING_WORDS.items()],
    )


def days_of(shown: TrailPage) -> list[tuple[str, list[trail.Line]]]:
    """The lines of a page under their days."""
    return [(words, list(lines)) for words, lines in groupby(shown.lines, lambda one: day(one.at))]


def _actions() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Every action under what it is about, in the order of its words."""
    every = sorted((words, did) for did, words in SENTENCES.items())
    return tuple(
        (
            label,
            tuple(
                (did.value, f"{words[0].upper()}{words[1:]}")
                for words, did in every
                if thing_of(Did(did)) is thing
            ),
        )
        for thing, label in THING_WORDS.items()
    )


ACTIONS = tuple(group for group in _actions() if group[1])


def position(name: str = "before") -> int | None:
    """Where in the trail the page begins, None for the newest and for what is no position."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < DIGITS else None
