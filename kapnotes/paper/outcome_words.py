"""How an outcome reads, on page and paper: verdict, sentence, claims and rule of a scale.

Every figure keeps its sign and its date, and what is not known is said in words.
"""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kapnotes.clinic.outcome import Moved, Outcome, Response
from kapnotes.paper import words
from kapnotes.records.scale_standing import Scale

ARROW = "\N{RIGHTWARDS ARROW}"
VERDICTS = {
    Response.RESPONSE: ("response", "Response"),
    Response.PARTIAL: ("partial", "Partial response"),
    Response.NO_RESPONSE: ("no_response", "No response"),
    Response.WORSE: ("worse", "Worse than at baseline"),
}
UNKNOWN = ("unknown", "Not known yet")
OPEN = ("unknown", "Response open")
"""Enough for a response, by a rule that also takes what is not recorded here."""
IMPRESSION = (
    "A response and a remission by this rule also take the clinician's global impression (CGI), "
    "which is not recorded here"
)


def verdict(scale: Scale) -> tuple[str, str]:
    """The state of a scale in a word, and how it is said."""
    outcome = scale.outcome
    if outcome is None:
        return "watched", "Watched"
    if not (scale.doses and scale.baseline and scale.now):
        return _unknown(scale)
    if outcome.is_remission and outcome.response is Response.RESPONSE:
        return "response", "Response and remission"
    if outcome.response is not None:
        return VERDICTS[outcome.response]
    if scale.rule and scale.rule.needs_impression and outcome.percent is not None:
        return OPEN
    return _moved(outcome)


def _unknown(scale: Scale) -> tuple[str, str]:
    """What is missing for a verdict."""
    if not scale.doses:
        return "unknown", "No dose yet"
    return UNKNOWN if scale.baseline else ("unknown", "No baseline")


def _moved(outcome: Outcome) -> tuple[str, str]:
    """The verdict of a rule without a response: whether the change is more than chance."""
    counts = outcome.is_meaningful if outcome.is_meaningful is not None else outcome.is_reliable
    if outcome.moved is None:
        return UNKNOWN
    if counts is None:
        return "watched", "Watched"
    if not counts:
        return "no_response", "No change that counts"
    if outcome.moved is Moved.WORSE:
        return VERDICTS[Response.WORSE]
    return "response", "Better"


def sentence(scale: Scale, zone: ZoneInfo) -> str:
    """From where to where a scale went, by how much, since when."""
    base, now = scale.baseline, scale.now
    if base is None and now is None:
        return "No complete rating yet." if not scale.doses else "Nothing complete was rated."
    if base is None or base.total is None:
        return "Nothing complete was rated before the first dose, so a change is not known."
    began = f"{words.figure(base.total)} at baseline on {_day(base.observed_at, zone)}"
    if now is None or now.total is None:
        return f"{began}; nothing complete was rated since the first dose."
    return (
        f"{words.figure(base.total)} {ARROW} {words.figure(now.total)}: "
        f"{_changed(scale, now.total - base.total)} since {_day(base.observed_at, zone)}, "
        f"last rated {_day(now.observed_at, zone)}{_after(scale)}."
    )


def _changed(scale: Scale, change: Decimal) -> str:
    said = words.change(change)
    percent = scale.outcome.percent if scale.outcome else None
    return f"{said} ({words.change(percent)} %)" if percent is not None else said


def _after(scale: Scale) -> str:
    point = scale.last_point
    return f", {point.since.words}" if point and point.since else ""


def _day(at: datetime, zone: ZoneInfo) -> str:
    return words.day(at.astimezone(zone).date())


def claims(scale: Scale) -> list[str]:
    """What else holds by the rule: remission, reliable change, how long it lasts."""
    outcome = scale.outcome
    if outcome is None or scale.now is None or scale.baseline is None:
        return []
    found = []
    if outcome.change_from_last is not None:
        found.append(f"{words.change(outcome.change_from_last)} since the rating before")
    if outcome.is_remission is not None:
        found.append("Remission" if outcome.is_remission else "No remission")
    if outcome.is_reliable is not None:
        is_so = outcome.is_reliable
        found.append("Reliable change" if is_so else "Less than a reliable change")
    if outcome.is_meaningful is not None:
        is_so = outcome.is_meaningful
        found.append("Change that patients notice" if is_so else "Less than patients notice")
    if scale.held is not None and scale.held.days:
        found.append(f"Response has lasted {scale.held.days} d between ratings")
    if scale.rule and scale.rule.needs_impression:
        found.append(IMPRESSION)
    return found


def rule_said(scale: Scale) -> str:
    """The rule that judges a scale, with its version and its figures."""
    rule = scale.rule
    if rule is None:
        return ""
    said = [f"Rule {rule.scale} {rule.version}" + (f" ({rule.title})" if rule.title else "")]
    if rule.response_percent is not None:
        said.append(f"response from {rule.response_percent} %")
    if rule.partial_percent is not None:
        said.append(f"partial from {rule.partial_percent} %")
    if rule.remission_at_most is not None:
        said.append(f"remission at {rule.remission_at_most} or less")
    if rule.reliable_points is not None:
        said.append(f"reliable from {rule.reliable_points} points")
    if rule.meaningful_points is not None:
        said.append(f"noticed from {rule.meaningful_points} points")
    if rule.needs_impression:
        said.append("with the clinician's global impression")
    if rule.lasting_days is not None:
        said.append(f"lasting {rule.lasting_days} d")
    return ", ".join(said) + "."
