"""What a machine bears: start-up, memory of each process, and two processes that serve at once."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

from bench import pages, server
from bench.clock import once, percentile_99
from bench.figure import Figure
from bench.practice import THERAPIST, opened
from bench.sample import samples
from bench.visitor import Visitor

START_GOAL = 5.0
STARTS = 3
SAVES = 200
PAUSE_SECONDS = 0.02


def figures(folder: Path) -> Iterator[Figure]:
    """Measure on the practice in that folder."""
    starts = []
    for _ in range(STARTS):
        with server.product(folder) as product:
            starts.append(product.start_seconds)
    yield Figure("start to the first answer", sorted(starts)[STARTS // 2], "s", goal=START_GOAL)
    with opened(folder):
        infusion, raw = pages.fullest_infusion(), samples()[pages.KIND][0].raw
    with server.product(folder) as product:
        yield from _at_once(product, infusion, raw)
        yield from _memory(product)


def _at_once(product: server.Server, infusion: UUID, raw: object) -> Iterator[Figure]:
    """Saves on new connections, alone and while summaries are printed one after another."""
    author = Visitor(product.port).sign_in(THERAPIST)
    draft = pages.begin(author, infusion, raw)
    reader = Visitor(product.port, dict(author.cookies), author.token)
    path = f"/infusions/{infusion}/summary.pdf"
    reader.get(path)
    alone = _saves(draft)
    stop = Event()

    def print_on() -> None:
        while not stop.is_set():
            reader.get(path)
            reader.leave()

    printing = Thread(target=print_on)
    printing.start()
    meanwhile = _saves(draft)
    stop.set()
    printing.join()
    yield Figure(
        "save, 99 of 100, while PDFs print / alone",
        percentile_99(meanwhile),
        floor=percentile_99(alone),
    )


def _saves(draft: pages.Draft) -> list[float]:
    times = []
    for _ in range(SAVES):
        times.append(once(draft.save))
        draft.author.leave()
        time.sleep(PAUSE_SECONDS)
    return times


def _memory(product: server.Server) -> Iterator[Figure]:
    found = product.processes()
    workers = [one.megabytes for one in found if one.depth == 1 and "wsgi:app" in one.command]
    printers = [one.megabytes for one in found if "spawn_main" in one.command]
    yield Figure("memory of a worker", max(workers), "MB")
    yield Figure("memory of a printing child", max(printers), "MB")
    yield Figure("memory of all processes", sum(one.megabytes for one in found), "MB")
