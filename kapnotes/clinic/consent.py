"""Consent to treatment: what was covered, on which form, until when, and whether it was withdrawn.

Consent is a conversation before treatment, and a form besides. Points: off-label use, Schedule III,
altered state, may stop treatment, driving, fasting, touch (published consent forms). Which of them
are needed, the form in force and how long a consent is good for are settings. What is missing asks
for a reason before a dose; the software shows, a clinician decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from kapnotes.clinic.bounds import refuse
from kapnotes.clinic.refusals import Caution
from kapnotes.clinic.working_days import said

LONGEST_VERSION = 60

POINTS = MappingProxyType(
    {
        "off-label": "Off-label use",
        "benefits-risks": "Benefits and risks",
        "alternatives": "Alternatives, and no treatment",
        "altered-state": "Altered state, cannot be stopped at once",
        "may-stop": "May refuse or stop treatment at any time",
        "schedule-iii": "Schedule III medicine, misuse and dependence",
        "bladder": "Bladder and other long-term effects",
        "driving": "No driving until the next day",
        "fasting": "Fasting",
        "touch": "Touch",
        "monitoring": "Monitoring and emergencies",
        "privacy": "Privacy and who reads the notes",
    }
)
"""What a conversation may cover, as the preparation note asks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One consent: `points` are keys of `POINTS`, `by` is who held the conversation."""

    form_version: str
    points: frozenset[str]
    signed_on: date
    by: str = ""
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRule:
    """What a practice asks of a consent. `form_version` is the form in force, "" for any."""

    needed: frozenset[str] = frozenset(
        {"off-label", "altered-state", "may-stop", "schedule-iii", "driving", "fasting", "touch"}
    )
    form_version: str = ""

    def __post_init__(self) -> None:
        """Raise `BadInput` for no point or one that is not known, or for too long a version."""
        errors = {}
        if not self.needed or self.needed - POINTS.keys():
            errors["needed"] = "Choose one point or more from what is listed."
        if len(self.form_version) > LONGEST_VERSION:
            errors["form_version"] = f"Shorten this to {LONGEST_VERSION} characters."
        refuse(errors)


DEFAULT_RULE = ConsentRule()


def in_force(consents: Iterable[Consent], *, on: date) -> Consent | None:
    """Return the consent that counts on that day: the newest, if none was withdrawn since.

    A withdrawal ends every consent signed before it, and the one that it is written on.
    """
    newest = _newest(consents, on)
    return None if newest is None or _withdrawn_on(newest, consents, on) else newest


def expires_on(consent: Consent, valid_days: int | None) -> date | None:
    """Return the last day on which the consent is good, None if it has no end."""
    return None if valid_days is None else consent.signed_on + timedelta(days=valid_days)


def missing(
    consents: Sequence[Consent],
    rule: ConsentRule = DEFAULT_RULE,
    *,
    valid_days: int | None,
    on: date,
) -> tuple[Caution, ...]:
    """Return what speaks against a dose on that day, in words.

    `valid_days` is the protocol's. Codes: `consent_missing`, `consent_withdrawn`,
    `consent_expired`, `consent_old_form`, `consent_points`; the last three can stand together.
    """
    newest = _newest(consents, on)
    if newest is None:
        return (Caution("consent_missing", "There is no consent to treatment."),)
    withdrawn_on = _withdrawn_on(newest, consents, on)
    if withdrawn_on is not None:
        sentence = f"Consent was withdrawn on {said(withdrawn_on)}."
        return (Caution("consent_withdrawn", sentence),)
    found = []
    last = expires_on(newest, valid_days)
    if last is not None and on > last:
        found.append(Caution("consent_expired", f"The consent was good until {said(last)}."))
    if rule.form_version and newest.form_version != rule.form_version:
        sentence = (
            f"The consent is on form {newest.form_version or 'without a version'}; "
            f"form {rule.form_version} is in force."
        )
        found.append(Caution("consent_old_form", sentence))
    left_out = [words for key, words in POINTS.items() if key in rule.needed - newest.points]
    if left_out:
        sentence = f"Not covered by the consent: {'; '.join(left_out)}."
        found.append(Caution("consent_points", sentence))
    return tuple(found)


def check_withdrawal(consent: Consent, withdrawn_on: date, *, today: date) -> None:
    """Raise `BadInput` for a withdrawal that cannot be true."""
    if withdrawn_on > today:
        refuse({"withdrawn_on": "This date is in the future."})
    if withdrawn_on < consent.signed_on:
        refuse({"withdrawn_on": "This is before the consent was signed."})


def _newest(consents: Iterable[Consent], on: date) -> Consent | None:
    """Return the one signed last; of one day the later in the list."""
    newest = None
    for consent in consents:
        if consent.signed_on <= on and (newest is None or consent.signed_on >= newest.signed_on):
            newest = consent
    return newest


def _withdrawn_on(newest: Consent, consents: Iterable[Consent], on: date) -> date | None:
    """Return the day of a withdrawal that reaches the newest consent.

    That of an older consent does so from the day after the newest was signed.
    """
    days = [
        one.withdrawn_on
        for one in consents
        if one.withdrawn_on is not None
        and one.withdrawn_on <= on
        and (one is newest or one.withdrawn_on > newest.signed_on)
    ]
    return max(days, default=None)
