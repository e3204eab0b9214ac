"""Documentation checks: what an auditor would find in the chain of one infusion, found today.

Shown to the author while writing, to the supervisor in review, and as lists. Nothing here refuses
anything: what must be written before a signature is asked by the notes' own rules.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from kapnotes.clinic import (
    check_care,
    check_dose,
    check_leaving,
    check_notes,
    check_text,
    check_vitals,
)
from kapnotes.clinic.check_facts import ChainFacts
from kapnotes.clinic.check_finding import CheckFinding, in_order
from kapnotes.clinic.check_rule import DEFAULT_RULE, CheckCode, CheckRule

Finds: TypeAlias = Callable[[ChainFacts, CheckRule, datetime], Iterator[CheckFinding]]
_C = CheckCode

MADE: Mapping[CheckCode, Finds] = MappingProxyType(
    {
        _C.NOTE_MISSING: check_notes.note_missing,
        _C.NOTE_UNSIGNED: check_notes.note_unsigned,
        _C.NOTE_LATE: check_notes.note_late,
        _C.COSIGNATURE_LATE: check_notes.cosignature_late,
        _C.INTEGRATION_LATE: check_notes.integration_late,
        _C.CONSENT: check_care.consent_on_file,
        _C.RISK_WITHOUT_PLAN: check_care.risk_without_plan,
        _C.DOSE_OUTSIDE: check_dose.dose_outside,
        _C.DOSE_WEIGHT: check_dose.dose_weight,
        _C.WASTE_UNBALANCED: check_dose.waste_unbalanced,
        _C.WASTE_UNWITNESSED: check_dose.waste_unwitnessed,
        _C.WASTE_UNRECORDED: check_dose.waste_unrecorded,
        _C.VITALS_MISSED: check_vitals.vitals_missed,
        _C.VITALS_LATE: check_vitals.vitals_late,
        _C.LEVEL_UNANSWERED: check_vitals.level_unanswered,
        _C.ADVERSE_EVENT_OPEN: check_leaving.adverse_event_open,
        _C.ADVERSE_EVENT_PARTLY: check_leaving.adverse_event_partly,
        _C.DISCHARGE_INCOMPLETE: check_leaving.discharge_incomplete,
        _C.LEFT_EARLY: check_leaving.left_early,
        _C.ESCORT: check_leaving.escort,
        _C.MEASURE_MISSING: check_care.measure_missing,
        _C.GOALS_UNLINKED: check_care.goals_unlinked,
        _C.TEXT_CLONED: check_text.text_cloned,
        _C.PROCESS_SUSPECTED: check_text.process_suspected,
    }
)
"""How each check is made."""
OF_TEXT = frozenset({_C.TEXT_CLONED, _C.PROCESS_SUSPECTED})
"""What is asked even of the notes of an infusion that was cancelled."""


def checks(
    facts: ChainFacts, rule: CheckRule = DEFAULT_RULE, *, at: datetime
) -> tuple[CheckFinding, ...]:
    """Return what the checks that are on find at `at`, the gravest first, in an order that stays.

    Of a cancelled infusion only what is written is looked at.
    """
    made = [
        finds
        for code, finds in MADE.items()
        if code not in rule.off and (code in OF_TEXT or not facts.is_cancelled)
    ]
    return in_order(finding for finds in made for finding in finds(facts, rule, at))
