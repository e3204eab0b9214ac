"""The rules of a course in words, and in their forms: a scale of the practice's own stays in it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kapnotes.actions import setting
from kapnotes.clinic.consent import ConsentRule
from kapnotes.clinic.measure_alert import AlertRule
from kapnotes.clinic.misuse import MisuseRule
from kapnotes.clinic.outcome_rule import OutcomeChoice
from kapnotes.clinic.protocol import IM_TWO_DOSE, IV_INDUCTION_SIX, OTHER, SUBLINGUAL, Protocol
from kapnotes.clinic.setting import Rule, to_plain
from kapnotes.clinic.working_days import WorkingDays
from kapnotes.web import setting_words as words
from kapnotes.web.course_words import sentences
from tests.builders import AT
from tests.web.served import Served
from tests.web.visitor import Page

CHRISTMAS = date(2026, 12, 24)


def test_a_protocol_is_said_whole() -> None:
    assert sentences(IV_INDUCTION_SIX) == (
        "Six IV infusions in 2 to 3 weeks, then maintenance. Route: IV.",
        "Induction: 6 infusions in 14 to 21 days, at least 1 day from one to the next.",
        "Planned dose: 0.5 mg/kg over 40 min.",
        "Maintenance every 2 to 6 months.",
        "The whole course is looked at after 6 infusions or 6 months, within 14 days.",
        (
            "Measures before the first dose: the scale of the indication, PHQ-9, GAD-7, WHO-5, "
            "C-SSRS screener, AUDIT-C; before each dose: the scale of the indication, C-SSRS "
            "screener; 24 h after a dose: MEQ-30, EBI; 168 h after a dose: the scale of the "
            "indication; every 4 weeks: the scale of the indication, PHQ-9."
        ),
        (
            "Due: the dosing note within 24 h of the session, the integration note within 72 h of "
            "the dose, a co-signature within 72 h of the signature. Preparation is called for 72 h "
            "before the dose."
        ),
        "A consent is good for 365 days.",
        "Misuse is asked about before maintenance, as it is at every integration.",
    )


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (SUBLINGUAL, "Sublingual doses at home are out of scope"),
        (IM_TWO_DOSE, "Planned dose: 0.5, then 1 mg/kg."),
        (IM_TWO_DOSE, "at least 7 days from one to the next, as a rule 7."),
        (IM_TWO_DOSE, "where it can be rated that often: the Y-BOCS, and pain."),
        (replace(OTHER, consent_days=None), "A consent has no end."),
        (Protocol(key="other", title="Bare"), "No measures are planned."),
        (WorkingDays(), "Monday, Tuesday, Wednesday, Thursday, Friday."),
        (WorkingDays(closed=frozenset({CHRISTMAS})), "Closed on 24 December 2026."),
        (
            WorkingDays(closed=frozenset(CHRISTMAS + timedelta(days=days) for days in range(9))),
            "Closed on 9 days, 24 December 2026 to 1 January 2027.",
        ),
        (ConsentRule(form_version="B 7"), "Form in force: B 7."),
        (MisuseRule(), "Reported medicine as lost; Moderate or high concern of the clinician."),
        (MisuseRule(at_once=frozenset(), signals=1), "Somebody looks at 1 signal of any kind"),
        (AlertRule(phq9_item9_from=2), "from 2 in item 9 of the PHQ-9"),
        (AlertRule(), "the level “low” of the C-SSRS screener"),
        (AlertRule(imported_days=1), "count while they are at most 1 day old."),
        (OutcomeChoice(y_bocs="consensus_2016"), "Y-BOCS: International consensus 2016"),
    ],
)
def test_a_rule_is_said_as_it_is(rule: Rule, says: str) -> None:
    assert says in " ".join(sentences(rule)).replace("\N{NO-BREAK SPACE}", " ")


def test_a_protocol_without_a_question_about_misuse_says_nothing_of_it() -> None:
    assert "Misuse" not in " ".join(sentences(replace(OTHER, asks_misuse=False)))


def test_a_scale_of_ones_own_is_shown_kept_and_said_to_be_new(served: Served) -> None:
    name = "protocol.other"
    path = f"/settings/{name}"
    values = to_plain(OTHER) | {"measures_before": ["main", "our-own", "another"]}
    setting.change(name=name, values=values, by=served.small.administrator, at=AT)
    visitor = served.visitor("administrator")
    page = Page(visitor.get(path).text)
    typed = page.typed()
    assert typed["measures_before~other"] == ["our-own; another"]
    assert "our-own, another" in page.words() or "another, our-own" in page.words()
    typed["title"] = ["Our own"]
    form = {key: value for key, value in typed.items() if key != "_default"}
    form["_base"] = typed["_base"][:1]
    assert visitor.post(path, form).status_code == 302
    found = setting.look(by=served.small.administrator, at=AT)
    protocol = next(one.value for one in found if one.name == name)
    assert isinstance(protocol, Protocol)
    assert protocol.measures_before == ("main", "our-own", "another")
    [change] = words.changes(name, replace(protocol, title="Before"), protocol)
    assert (change.before, change.after) == ("Before", "Our own")
    setting.change(
        name=name, values=to_plain(OTHER), by=served.small.administrator, at=served.clock.at
    )
