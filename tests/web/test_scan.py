"""The scan itself: it knows every door, and does not take what was found for nothing."""

from collections import defaultdict

import pytest
from flask import Flask

from tests.scan.__main__ import tell
from tests.scan.described import LEFT_OUT, description
from tests.scan.finding import Finding, Grade, Result
from tests.scan.practice import Person
from tests.scan.survey import Door, Walk
from tests.scan.wapiti import findings

pytestmark = pytest.mark.safety("ASVS-15.2/scanned")
FOUND = {"level": 2, "method": "GET", "path": "/patients", "parameter": "q", "info": "it echoes"}


def result(*found: Finding, trouble: str = "") -> Result:
    return Result("wapiti", "therapist", 9, 99, 9.0, found, trouble)


def test_every_door_is_tried_but_those_that_end_the_scan(app: Flask) -> None:
    walked = Walk(Person("http://127.0.0.1"), app.url_map)
    walked.survey["POST", "notes.begin"] = Door(fields=defaultdict(set, kind={"dosing"}))
    told = description(app.url_map, walked, "http://127.0.0.1")
    tried = {one["operationId"] for door in told["paths"].values() for one in door.values()}
    doors = {
        f"{method} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    left = {one for one in doors - tried if not one.endswith(" static")}
    assert {one.partition(" ")[2] for one in left} <= LEFT_OUT
    begin = told["paths"]["/infusions/{infusion_id}/notes"]["post"]
    [form] = begin["requestBody"]["content"].values()
    assert form["schema"]["properties"]["kind"]["anyOf"][0] == {"enum": ["dosing"]}


def test_what_wapiti_reports_is_read_with_its_grade() -> None:
    report = {"vulnerabilities": {"XSS": [FOUND], "None": []}, "anomalies": {"500": [FOUND]}}
    found = findings(report)
    assert [(one.grade, one.fails) for one in found] == [(Grade.MEDIUM, True)] * 2
    assert found[0].what == "XSS: it echoes"


@pytest.mark.parametrize(
    ("results", "failed", "status"),
    [
        ([result()], 0, 0),
        ([result(Finding("wapiti", Grade.LOW, "GET /", "a head"))], 0, 0),
        ([result(Finding("wapiti", Grade.MEDIUM, "GET /", "it echoes"))], 0, 1),
        ([result(trouble="it did not end in its time")], 0, 1),
        ([result()], 1, 1),
        ([], 0, 1),
    ],
    ids=["quiet", "low", "medium", "trouble", "failed inside", "nothing ran"],
)
def test_the_exit_status_tells(results: list[Result], failed: int, status: int) -> None:
    assert tell(results, failed) == status
