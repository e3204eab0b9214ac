"""Schemathesis: odd requests to every door of the practice, as it is described to it."""

import json
import re
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.scan.described import description
from tests.scan.finding import Finding, Grade, Result
from tests.scan.practice import Person, Scanned
from tests.scan.survey import walk

GRACE = 60
ASKED = re.compile(r"not_a_server_error\s+\d+ / (\d+)")
TRIED = re.compile(r"Collected API operations: (\d+)")


def run(
    program: Path, found: Scanned, person: Person, role: str, *, seconds: int, examples: int
) -> Result:
    """Try every door as one person: no failure inside, no answer without its headers."""
    began = time.monotonic()
    walked = walk(person, found.doors)
    base = found.server.base_url
    described = found.folder / f"doors-{role}.json"
    described.write_text(json.dumps(description(found.doors, walked, base)))
    report = found.folder / f"schemathesis-{role}.xml"
    log = found.folder / f"schemathesis-{role}.log"
    trouble = ""
    with log.open("wb") as file:
        try:
            done = subprocess.run(  # noqa: S603 - a program that we installed, with words of ours
                [
                    str(program / "schemathesis"),
                    "run",
                    *_options(person, base, report, examples),
                    str(described),
                ],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                timeout=seconds + GRACE,
                check=False,
                cwd=found.folder,
            )
        except subprocess.TimeoutExpired:
            trouble = "it did not end in its time"
        else:
            trouble = "" if done.returncode in {0, 1} else f"it left with {done.returncode}"
    said = log.read_text(errors="replace")
    tried = int(match[1]) if (match := TRIED.search(said)) else 0
    findings = _findings(report) if report.exists() else ()
    trouble = trouble or ("" if tried else f"it tried nothing\n{said[-1500:]}")
    return Result(
        "schemathesis",
        role,
        tried,
        int(match[1]) if (match := ASKED.search(said)) else 0,
        time.monotonic() - began,
        findings,
        trouble,
    )


def _options(person: Person, base: str, report: Path, examples: int) -> list[str]:
    options = ["--base-url", base, "--validate-schema", "false", "--workers", "2"]
    options += ["--checks", "not_a_server_error,response_headers_conformance"]
    options += ["--data-generation-method", "all", "--hypothesis-max-examples", str(examples)]
    options += ["--hypothesis-phases", "explicit,generate", "--hypothesis-database", "none"]
    options += ["--hypothesis-suppress-health-check", "all", "--hypothesis-seed", "1"]
    options += ["--contrib-openapi-formats-uuid", "--schemathesis-io-telemetry", "false"]
    options += ["--request-timeout", "30000", "--hypothesis-deadline", "60000"]
    options += ["--header", f"Cookie: {person.cookie()}"]
    options += ["--header", f"X-CSRFToken: {person.token()}"]
    return [*options, "--junit-xml", str(report), "--no-color"]


def _findings(report: Path) -> tuple[Finding, ...]:
    """Everything that failed; a failure inside is high, whatever else medium."""
    made = []
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - our own report
        for one in (*case.iter("failure"), *case.iter("error")):
            words = " ".join((one.get("message") or one.text or "").split())[:400]
            grade = Grade.HIGH if "erver error" in words else Grade.MEDIUM
            made.append(Finding("schemathesis", grade, case.get("name", ""), words))
    return tuple(made)
