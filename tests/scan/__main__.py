"""`make scan`: two independent scanners, as each role, against a demo practice on loopback.

Nothing at medium or above may be found, and no request may fail inside. It ends by itself; the
exit status is 0 only if every run counts and nothing was found. `--seconds` bounds each run.
"""

import argparse
import sys
from pathlib import Path

from tests.scan import fuzz, wapiti
from tests.scan.finding import Result
from tests.scan.practice import Scanned, scanned, signed_in

PROGRAMS = Path(__file__).parents[2] / ".venv-scan" / "bin"
ROLES = ("therapist", "medical", "supervisor", "administrator")
SECONDS = 120
EXAMPLES = 12


def main() -> int:
    """Scan, tell, and say by the exit status whether it holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.scan", description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for each run")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="for each door")
    parser.add_argument("--role", choices=ROLES, action="append", help="this one alone")
    parser.add_argument("--tool", choices=("wapiti", "schemathesis"), help="this one alone")
    parser.add_argument("--keep", type=Path, help="keep the reports in this folder")
    asked = parser.parse_args()
    results: list[Result] = []
    with scanned() as found:
        for role in asked.role or ROLES:
            for tool in ("schemathesis", "wapiti"):
                if asked.tool in {None, tool}:
                    results.append(_run(found, tool, role, asked.seconds, asked.examples))
                    print(results[-1].line(), flush=True)  # noqa: T201 - the table
        failed = found.log().count('"request failed"') + found.log().count("request failed ")
        if asked.keep:
            _keep(found, asked.keep)
    return tell(results, failed)


def _run(found: Scanned, tool: str, role: str, seconds: int, examples: int) -> Result:
    person = signed_in(found.server.base_url, role)
    if tool == "wapiti":
        result = wapiti.run(PROGRAMS, found, person, role, seconds=seconds)
    else:
        result = fuzz.run(PROGRAMS, found, person, role, seconds=seconds, examples=examples)
    if "sign-out" not in person.get("/")[2]:
        result = Result(
            result.tool,
            role,
            result.pages,
            result.requests,
            result.seconds,
            result.findings,
            f"the sitting ended before the scan did {result.trouble}",
        )
    return result


def _keep(found: Scanned, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in found.folder.iterdir():
        if one.is_file() and one.suffix in {".json", ".xml", ".log"}:
            (folder / one.name).write_bytes(one.read_bytes())


def tell(results: list[Result], failed: int) -> int:
    """Print what was found; 0 only if every run counts and nothing is at medium or above."""
    grave = [one for result in results for one in result.findings if one.fails]
    light = [one for result in results for one in result.findings if not one.fails]
    for one in dict.fromkeys((*grave, *light)):
        print(f"{one.grade.name:8} {one.tool:13} {one.where}\n         {one.what}")  # noqa: T201 - the report
    print(f"{len(grave)} at medium or above, {len(light)} below, {failed} requests failed inside")  # noqa: T201 - the report
    troubled = any(one.trouble for one in results)
    return 1 if grave or failed or troubled or not results else 0


if __name__ == "__main__":
    sys.exit(main())
