"""A practice whose trail has a million entries in the order of their time, rightly chained.

Each row of its 200,000 notes has its event, most readings of vitals but their first have none, and
what people do on every day fills the rest: looks, lists, sign-ins, refusals.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bench import everyday
from bench.chain import Chain, open_chain
from bench.practice import opened
from bench.seed import hurry, seed
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Entry, digest, head

BATCH = 20_000


@dataclass(slots=True)
class Ledger(Chain):
    """What was done, put down without its place in the chain until all of it is known."""

    position: int = 0
    hash: str = ""
    infusions: set[Any] = field(default_factory=set)

    def add(
        self,
        did: Did,
        row: Mapping[str, Any],
        *,
        table: str,
        at: datetime,
        by: UUID,
        **details: str | int,
    ) -> None:
        """Put down the event; of an infusion's readings the first alone."""
        if did is Did.VITALS_RECORDED:
            if row["infusion_id"] in self.infusions:
                return
            self.infusions.add(row["infusion_id"])
        Chain.add(self, did, row, table=table, at=at, by=by, **details)

    def write(self, connection: sa.Connection) -> None:
        """Nothing is written before the end."""
        del connection


def make(folder: Path, *, patients: int, notes: int, events: int) -> None:
    """Fill an empty folder with a practice whose trail has exactly so many entries."""
    ledger = Ledger()
    seed(folder, patients=patients, notes=notes, ledger=ledger)
    with opened(folder) as database, database.engine.connect() as connection:
        hurry(connection)
        writer = connection.execution_options(writes=True)
        with writer.begin():
            chain = open_chain(writer)
            people = everyday.people_of(writer)
            rest = events - chain.position - len(ledger.entries)
            told = sorted(ledger.entries, key=itemgetter("at"))
            acts = everyday.acts(people, max(rest, 0), until=datetime.now(UTC))
            ordered = merge(told, acts, key=itemgetter("at"))
            chained = _chained(ordered, chain, most=events)
            for batch in _batches(chained):
                writer.execute(sa.insert(Entry), batch)
            writer.execute(head.update().values(position=chain.position, hash=chain.hash))


def _chained(
    entries: Iterable[dict[str, Any]], chain: Chain, *, most: int
) -> Iterator[dict[str, Any]]:
    """Each entry with its place after the one before; not more than so many in all."""
    for values in entries:
        if chain.position == most:
            return
        chain.position += 1
        values |= {"position": chain.position, "prev_hash": chain.hash}
        values.pop("hash", None)
        chain.hash = values["hash"] = digest(values)
        yield values


def _batches(entries: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for one in entries:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
