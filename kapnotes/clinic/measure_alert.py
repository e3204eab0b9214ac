"""Which answers of a scale call for a look at suicide risk at once, complete or not.

The software calls; a clinician judges. From which answer on it calls is a setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.instant import instant
from kapnotes.clinic.measure_scale import Total
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.risk import ORDER, RiskLevel, screener_of, triage

BOUNDS = MappingProxyType(
    {"phq9_item9_from": (1, 3), "qids_item12_from": (1, 3), "imported_days": (1, 365)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """From which answer on a scale calls: items 0 to 3, and the level of the C-SSRS screener.

    PHQ-9 item 9 above 0 asks for a screening; the item of the QIDS-SR16 is treated alike [B].
    Answers that are brought in from elsewhere call while they are at most `imported_days` old: the
    screener asks about the past month, and the other two about less [B].
    """

    phq9_item9_from: int = 1
    qids_item12_from: int = 1
    screener_from: RiskLevel = RiskLevel.LOW
    imported_days: int = 30

    def __post_init__(self) -> None:
        """Raise `BadInput` for a threshold that no answer, or every answer, would reach."""
        refuse(outside({name: getattr(self, name) for name in BOUNDS}, BOUNDS))
        if self.screener_from is RiskLevel.NONE:
            raise BadInput({"screener_from": "Choose low, moderate or high."})

    def is_recent(self, observed_at: datetime, *, at: datetime) -> bool:
        """Say whether answers from elsewhere, given then, are recent enough to call now."""
        return instant(at) - instant(observed_at) <= timedelta(days=self.imported_days)


DEFAULT_RULE = AlertRule()


ITEM, SCREENER = "suicidal_item", "screener_level"


@dataclass(frozen=True, slots=True)
class RiskAlert:
    """Why a scale calls. `code` is stable, `about` the question, "" for the whole scale.

    `level` is that of the screener, None for a single item.
    """

    code: str
    sentence: str
    about: str
    level: RiskLevel | None = None

    @property
    def kept_as(self) -> str:
        """The stored word of the alert on the patient; the screener's says its level."""
        return f"{self.code}_{self.level}" if self.level else self.code


CALLING = frozenset({ITEM, *(f"{SCREENER}_{level}" for level in RiskLevel)})
"""The stored words of alerts that call for a risk note, which alone ends them."""
NO_NOTE = "No risk note is written since."


_ITEMS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "phq-9": ("q9", "phq9_item9_from", "PHQ-9, item 9"),
        "qids-sr16": ("q12", "qids_item12_from", "QIDS-SR16, item 12"),
    }
)
"""The one item of a scale that asks about death, its setting, and its words."""
ASKING = frozenset({*_ITEMS, "c-ssrs"})
"""The scales that can call."""


def risk_alerts(
    key: str, values: Mapping[str, Total | None], rule: AlertRule = DEFAULT_RULE
) -> tuple[RiskAlert, ...]:
    """Return what the answers so far call for; blanks call for nothing and hide nothing."""
    if key == "c-ssrs":
        return _of_screener(values, rule)
    link_id, setting, words = _ITEMS.get(key, ("", "", ""))
    answer = values.get(link_id)
    if answer is None or answer < getattr(rule, setting):
        return ()
    sentence = f"{words} is {answer}: ask about suicide risk now, with the screener."
    return (RiskAlert(ITEM, sentence, link_id),)


def _of_screener(values: Mapping[str, Total | None], rule: AlertRule) -> tuple[RiskAlert, ...]:
    found = triage(screener_of(values))
    if found.level is None or ORDER.index(found.level) < ORDER.index(rule.screener_from):
        return ()
    return (RiskAlert(SCREENER, found.sentence, "", found.level),)
