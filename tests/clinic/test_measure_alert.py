"""An answer about death or suicide calls at once, whatever else is blank."""

import pytest

from kapnotes.clinic.measure_alert import AlertRule, risk_alerts
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.risk import RiskLevel


@pytest.mark.parametrize(("key", "link_id"), [("phq-9", "q9"), ("qids-sr16", "q12")])
def test_any_answer_above_zero_calls(key: str, link_id: str) -> None:
    assert risk_alerts(key, {}) == risk_alerts(key, {link_id: 0}) == ()
    assert risk_alerts(key, {link_id: None}) == ()
    for answer in (1, 2, 3):
        (alert,) = risk_alerts(key, {link_id: answer})
        assert (alert.code, alert.about, alert.level) == ("suicidal_item", link_id, None)
        assert f"is {answer}:" in alert.sentence


def test_a_practice_can_set_from_which_answer_it_calls() -> None:
    rule = AlertRule(phq9_item9_from=2)
    assert risk_alerts("phq-9", {"q9": 1}, rule) == ()
    assert len(risk_alerts("phq-9", {"q9": 2}, rule)) == 1


@pytest.mark.parametrize("key", ["gad-7", "y-bocs", "pain"])
def test_scales_that_do_not_ask_do_not_call(key: str) -> None:
    assert risk_alerts(key, {"q9": 3, "q12": 3}) == ()


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ({"q1": 0, "q2": 0, "q6": 0}, None),
        ({"q1": 1}, RiskLevel.LOW),
        ({"q1": 1, "q2": None, "q3": None}, RiskLevel.LOW),
        ({"q2": 1, "q3": 1}, RiskLevel.MODERATE),
        ({"q6": 1, "q6-recent": 1}, RiskLevel.HIGH),
        ({"q4": 1}, RiskLevel.HIGH),
    ],
)
def test_the_screener_calls_with_its_level_so_far(
    values: dict[str, int | None], level: RiskLevel | None
) -> None:
    found = risk_alerts("c-ssrs", values)
    assert [alert.level for alert in found] == ([] if level is None else [level])
    assert all(str(level) in alert.sentence.lower() for alert in found)


def test_below_the_threshold_of_the_practice_the_screener_is_silent() -> None:
    rule = AlertRule(screener_from=RiskLevel.HIGH)
    assert risk_alerts("c-ssrs", {"q1": 1, "q2": 1, "q3": 1}, rule) == ()
    assert risk_alerts("c-ssrs", {"q5": 1}, rule)[0].code == "screener_level"


@pytest.mark.parametrize(
    ("settings", "about"),
    [
        ({"phq9_item9_from": 0}, "phq9_item9_from"),
        ({"qids_item12_from": 4}, "qids_item12_from"),
        ({"screener_from": RiskLevel.NONE}, "screener_from"),
    ],
)
def test_a_threshold_that_cannot_be_meant_is_refused(settings: dict[str, int], about: str) -> None:
    with pytest.raises(BadInput) as caught:
        AlertRule(**settings)  # type: ignore[arg-type] # whatever a form could hold
    assert list(caught.value.errors) == [about]
