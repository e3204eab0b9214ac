"""The practice's rules as a session is run by them: as they stood when it began."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from kapnotes.clinic import setting as settings
from kapnotes.clinic.arrival import ArrivalRule
from kapnotes.clinic.check_rule import CheckRule
from kapnotes.clinic.consent import ConsentRule
from kapnotes.clinic.discharge import DischargeRule
from kapnotes.clinic.dose import DoseLimits
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.measure_alert import AlertRule
from kapnotes.clinic.misuse import MisuseRule
from kapnotes.clinic.outcome_rule import OutcomeChoice
from kapnotes.clinic.protocol import Protocol
from kapnotes.clinic.rubric import Rubric
from kapnotes.clinic.schedule import Schedule
from kapnotes.clinic.tap import Tap
from kapnotes.clinic.unusual_rule import UnusualRule
from kapnotes.clinic.vitals import VitalsLimits
from kapnotes.clinic.working_days import WorkingDays
from kapnotes.db import Session
from kapnotes.records import setting
from kapnotes.records.course import Infusion


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule by its name; one that the practice has not made is the product's default."""

    made: Mapping[str, Any]

    def _rule(self, name: str) -> Any:
        if name not in self.made:
            return settings.DEFAULTS[name]
        return settings.from_plain(name, self.made[name])

    def schedule(self, route: Route) -> Schedule:
        """When vitals are taken after a dose by that route."""
        return cast("Schedule", self._rule(f"schedule.{route}"))

    def dose_limits(self, route: Route) -> DoseLimits:
        """What may be given in one session by that route."""
        return cast("DoseLimits", self._rule(f"dose_limits.{route}"))

    @property
    def vitals_levels(self) -> VitalsLimits:
        """When a reading warns, holds the dose, or is urgent."""
        return cast("VitalsLimits", self._rule("vitals_levels"))

    @property
    def taps(self) -> tuple[Tap, ...]:
        """What can be put down by one tap, in the practice's order."""
        return cast("tuple[Tap, ...]", self._rule("taps"))

    @property
    def arrival(self) -> ArrivalRule:
        """What is checked before a dose."""
        return cast("ArrivalRule", self._rule("arrival_rule"))

    @property
    def discharge(self) -> DischargeRule:
        """What is asked for before the patient leaves."""
        return cast("DischargeRule", self._rule("discharge_rule"))

    def protocol(self, key: str) -> Protocol:
        """What a course by that protocol plans to do; a course keeps the one it began with."""
        return cast("Protocol", self._rule(f"protocol.{key}"))

    @property
    def working_days(self) -> WorkingDays:
        """The days on which infusions are planned."""
        return cast("WorkingDays", self._rule("working_days"))

    @property
    def consent(self) -> ConsentRule:
        """What a consent covers."""
        return cast("ConsentRule", self._rule("consent_rule"))

    @property
    def misuse(self) -> MisuseRule:
        """When somebody is asked to look at signs of misuse."""
        return cast("MisuseRule", self._rule("misuse_rule"))

    @property
    def alerts(self) -> AlertRule:
        """From which answer on a scale calls for a look at suicide risk."""
        return cast("AlertRule", self._rule("alert_rule"))

    @property
    def outcome(self) -> OutcomeChoice:
        """By which rule each scale is judged."""
        return cast("OutcomeChoice", self._rule("outcome_rule"))

    @property
    def checks(self) -> CheckRule:
        """Which documentation checks are made, and from when on each finds something."""
        return cast("CheckRule", self._rule("check_rule"))

    @property
    def unusual(self) -> UnusualRule:
        """What is taken for unusual access to a record."""
        return cast("UnusualRule", self._rule("unusual_rule"))

    @property
    def rubric(self) -> Rubric:
        """The rows by which charts are audited; an audit keeps those of its drawing."""
        return cast("Rubric", self._rule("rubric"))


def rules_at(session: Session, at: datetime) -> Rules:
    """The rules as they stood at that time."""
    return Rules(setting.as_of(session, at))


def rules_of(session: Session, infusion: Infusion, *, at: datetime) -> Rules:
    """The rules of an infusion: those of the moment when its session began, or of now."""
    return rules_at(session, infusion.started_at or at)
