"""Wapiti: walks the pages of a signed-in person and attacks every parameter that it meets."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.scan.finding import Finding, Grade, Result
from tests.scan.practice import Person, Scanned

MODULES = (
    "cookieflags",
    "crlf",
    "csp",
    "csrf",
    "exec",
    "file",
    "htaccess",
    "http_headers",
    "methods",
    "permanentxss",
    "redirect",
    "sql",
    "timesql",
    "xss",
)
"""What it tries. Left out are those that ask a server outside whether something came there, and
what guesses at a directory (LDAP) by comparing pages: the practice has none, and its filters make
pages differ."""
NEVER = (
    "/sign-out",
    "/lock*",
    "/unlock*",
    "/confirm*",
    "/hand-over*",
    "/account*",
    "/patients/*/hand-over",
    "/static/*",
)
"""What would end the sitting of the scan itself."""
GRACE = 90
REQUEST = "[¨]"
CUT = "Max attack time was reached"
KNOWN: dict[tuple[str, str], str] = {}
"""Findings that are none, by category and words, with the reason."""


def run(program: Path, found: Scanned, person: Person, role: str, *, seconds: int) -> Result:
    """Scan as one person: a third of the time walks, the rest attacks, a share for each module."""
    report = found.folder / f"wapiti-{role}.json"
    began = time.monotonic()
    command = [str(program / "wapiti"), *_options(found, person, report, role, seconds)]
    log = found.folder / f"wapiti-{role}.log"
    trouble = ""
    with log.open("wb") as file:
        try:
            subprocess.run(  # noqa: S603 - a program that we installed, with words of ours
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                timeout=seconds + GRACE,
                check=True,
                cwd=found.folder,
            )
        except subprocess.TimeoutExpired:
            trouble = "it did not end in its time"
        except subprocess.CalledProcessError as error:
            trouble = f"it left with {error.returncode}"
    if not report.exists():
        trouble = trouble or "it left no report"
        said = log.read_text(errors="replace")[-1500:]
        return Result("wapiti", role, 0, 0, time.monotonic() - began, (), f"{trouble}\n{said}")
    told = json.loads(report.read_text())
    pages = int(told["infos"].get("crawled_pages_nbr", 0))
    said = log.read_text(errors="replace")
    found_here = findings(told)
    return Result(
        "wapiti",
        role,
        pages,
        said.count(REQUEST),
        time.monotonic() - began,
        found_here,
        trouble,
        cut=said.count(CUT),
    )


def _options(found: Scanned, person: Person, report: Path, role: str, seconds: int) -> list[str]:
    base = found.server.base_url
    walking = seconds // 3
    attacking = max(5, (seconds - walking) // len(MODULES))
    options = ["--url", f"{base}/", "--scope", "domain", "--module", ",".join(MODULES)]
    for one in NEVER:
        options += ["--exclude", f"{base}{one}"]
    options += ["--header", f"Cookie: {person.cookie()}"]
    options += ["--skip", "csrf_token", "--max-parameters", "60", "--tasks", "4"]
    options += ["--max-scan-time", str(walking), "--max-attack-time", str(attacking)]
    options += ["--external-endpoint", base, "--internal-endpoint", base]
    options += ["--store-session", str(found.folder / f"wapiti-{role}"), "--flush-session"]
    options += ["--store-config", str(found.folder / "wapiti-config")]
    options += ["--format", "json", "--output", str(report), "--no-bugreport", "--verbose", "2"]
    return [*options, "--timeout", "20"]


def findings(told: dict[str, Any]) -> tuple[Finding, ...]:
    """The findings of a report, but for those that are known to be none."""
    made = []
    for group in ("vulnerabilities", "anomalies"):
        for category, ones in told.get(group, {}).items():
            for one in ones:
                words = str(one.get("info", ""))
                if (category, words) in KNOWN:
                    continue
                where = f"{one.get('method', '')} {one.get('path', '')} {one.get('parameter', '')}"
                grade = Grade(int(one.get("level", Grade.HIGH)))
                made.append(Finding("wapiti", grade, where, f"{category}: {words}"))
    return tuple(made)
