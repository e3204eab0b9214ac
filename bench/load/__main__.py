"""`make load` and `make soak`: a practice at work on this machine, and what its people wait for.

Fifty therapists save every three seconds, five live sessions run with three people each, five
summaries are printed a minute, and a supervisor searches the trail. The product runs as `make run`
starts it. It ends by itself; the exit status is 0 only if nothing failed, nothing was lost and
saving was fast. The table stands in docs/load.md with `--write`.
"""

import argparse
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import sqlalchemy as sa

from bench import server
from bench.load import crowd, told
from bench.load.crowd import THERAPISTS, Crowd
from bench.load.told import Run
from bench.load.watch import KINDS, Watch, watched
from bench.practice import opened
from bench.seeded import DATABASES
from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import trail
from kapnotes.records.draft import NoteDraft

HERE = Path(__file__).parent
LOCUST = HERE.parents[1] / ".venv-load" / "bin" / "locust"
PAGE = HERE.parents[1] / "docs" / "load.md"
WARM_SECONDS = 15.0
LOAD_SECONDS, SOAK_SECONDS = 120, 3600


def main() -> int:
    """Let them work, tell, and say by the exit status whether it holds."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, help="this one alone")
    parser.add_argument("--seconds", type=int, help="how long, on each database")
    parser.add_argument("--soak", action="store_true", help="an hour; memory and handles count")
    parser.add_argument("--write", action="store_true", help="put the table into docs/load.md")
    asked = parser.parse_args()
    seconds = asked.seconds or (SOAK_SECONDS if asked.soak else LOAD_SECONDS)
    lines, holds = [_where()], True
    for database in (asked.database,) if asked.database else DATABASES:
        run, watch = play(database, seconds)
        grown = [kind for kind in KINDS if watch.grew(kind)] if asked.soak else []
        holds = holds and run.holds and not grown
        lines += ["", *told.table(run), "", *_held(watch, grown)]
        print("\n".join(lines[-20:]), flush=True)
    if asked.write:
        _write("soak" if asked.soak else "load", "\n".join(lines))
    print("It holds." if holds else "It does NOT hold.")
    return 0 if holds else 1


def play(database: str, seconds: int) -> tuple[Run, Watch]:
    """Let a practice on that database work for so long."""
    with crowd.practice(database) as folder:
        work = crowd.prepare(folder)
        with server.product(folder) as product:
            people = crowd.sit_down(product.port, work)
            with watched(product, every=max(1.0, seconds / 240)) as watch:
                requests, kept = _locust(people, product.port, seconds)
        return Run(database, seconds, requests, _faults(folder, kept)), watch


def _locust(people: Crowd, port: int, seconds: int) -> tuple[list[told.Timed], dict[str, int]]:
    """Let locust play them: the requests, and what was reported saved. SystemExit if it cannot."""
    with TemporaryDirectory(prefix="kapnotes-locust-") as name:
        seats, times = Path(name, "crowd.json"), Path(name, "times")
        people.write(seats)
        everyone = sum(
            len(group)
            for group in (people.writers, people.sitters, people.printers, people.searchers)
        )
        done = subprocess.run(  # noqa: S603 - our own command
            [
                *(LOCUST, "--locustfile", HERE / "locustfile.py", "--headless", "--only-summary"),
                *("--host", f"http://127.0.0.1:{port}", "--run-time", f"{seconds}s"),
                *("--users", str(everyone), "--spawn-rate", str(everyone)),
                *("--stop-timeout", "10", "--exit-code-on-error", "0"),
            ],
            env={**os.environ, "LOAD_CROWD": str(seats), "LOAD_TIMES": str(times)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or not times.exists():
            raise SystemExit(f"locust ended with {done.returncode}\n{done.stderr[-2000:]}")
        return told.read(times, warm_seconds=WARM_SECONDS), told.kept(times)


def _faults(folder: Path, kept: dict[str, int]) -> list[str]:
    """What is not as it should be in the practice that they leave."""
    found = [] if len(kept) == THERAPISTS else ["Not everybody said what was saved last."]
    with opened(folder):
        verdict = trail.verify(by=operator(), at=datetime.now(UTC))
        if not verdict.is_whole:
            found.append(verdict.sentence)
        with db.current().reading() as session:
            for path, version in kept.items():
                note_id = UUID(re.findall(r"[0-9a-f-]{36}", path)[0])
                newest = session.scalar(
                    sa.select(sa.func.max(NoteDraft.version)).where(NoteDraft.note_id == note_id)
                )
                if newest is None or newest < version:
                    found.append(f"{path}: version {version} was saved, {newest} is the newest.")
    return found


def _where() -> str:
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores "
        f"({model[1] if model else 'unknown'}), load of the machine at the end "
        f"{os.getloadavg()[0]:.1f}. The players run on the same cores."
    )


def _held(watch: Watch, grown: list[str]) -> list[str]:
    """What the processes held, as lines of Markdown."""
    lines = [
        "| processes | memory, 2nd quarter | last quarter | handles, 2nd quarter | last quarter |",
        "|---|---|---|---|---|",
    ]
    for kind in KINDS:
        (before, files), (after, more) = watch.first(kind), watch.last(kind)
        lines.append(f"| {kind} | {before:.0f} MB | {after:.0f} MB | {files:.0f} | {more:.0f} |")
    return lines + [f"- {kind}: grew more than it may" for kind in grown]


def _write(name: str, text: str) -> None:
    """Put the table between its marks in the page."""
    page = PAGE.read_text()
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    PAGE.write_text(pattern.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page))


if __name__ == "__main__":
    sys.exit(main())
