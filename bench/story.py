"""One seeded patient: a course of infusions with doses, readings, notes and signatures, as rows.

Every row is valid: sealed with the patient's own keys, in its place, and with its event.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from bench import scores
from bench.chain import Chain
from bench.sample import KINDS, Sample, signed_row
from kapnotes import db
from kapnotes.audit.events import Did
from kapnotes.db import place_of
from kapnotes.keys import DataKey, Purpose
from kapnotes.records.content import digest
from kapnotes.records.patient import search_name_of

FIRST = ("Abara", "Bergström", "Castillo", "Dimitrov", "García", "Ibrahim", "Kowalski", "Rossi")
SECOND = ("Eriksen", "Fontaine", "Janssen", "Nakamura", "Okonkwo", "Petrov", "Tanaka", "Winkler")
GIVEN = ("Amara", "Clara", "Elif", "Farid", "Greta", "Hugo", "Katya", "Mira", "Nils", "Samir")
GAPS = (0, 3, 7, 10, 14, 17)
READINGS = (-10, 0, 10, 20, 30, 40, 60, 90)
STAY = timedelta(minutes=100)
ENDS_AFTER = timedelta(days=150)
LONGEST = timedelta(hours=30)
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Clinician:
    """Who writes the story: a therapist with a caseload."""

    id: UUID
    signature: str


@dataclass(slots=True)
class Story:
    """What is made for one patient."""

    number: int
    by: Clinician
    chain: Chain
    samples: dict[str, list[Sample]]
    dice: random.Random
    rows: Rows = field(default_factory=lambda: defaultdict(list))
    keys: dict[Purpose, DataKey] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid4)

    def uuid(self) -> UUID:
        """An opaque id."""
        return UUID(int=self.dice.getrandbits(128), version=4)

    def tell(
        self,
        *,
        notes: int,
        now: datetime,
        is_due_today: bool,
        team: Sequence[UUID],
        ratings: int = 0,
    ) -> None:
        """Make every row of the patient; the notes are three for each infusion that was given."""
        begin = now - timedelta(days=self.dice.randint(1, 900))
        begin = begin.replace(minute=0, second=0, microsecond=0)
        self._welcome(begin, team)
        course = self._course(begin)
        count = -(-notes // len(KINDS))
        starts = []
        for place in range(count):
            gap = GAPS[place] if place < len(GAPS) else GAPS[-1] + 30 * (place - len(GAPS) + 1)
            kinds = KINDS[: min(len(KINDS), notes - place * len(KINDS))]
            starts.append(begin + timedelta(days=gap))
            if starts[-1] + LONGEST < now:
                self._infusion(course["id"], place + 1, starts[-1], kinds)
            else:  # it lies ahead
                self._plan(course["id"], place + 1, starts[-1], begin)
        self._rate(course, starts, ratings, now)
        if is_due_today:
            on = now.replace(minute=30, second=0, microsecond=0)
            self._plan(course["id"], count + 1, on, now)

    def _welcome(self, at: datetime, team: Sequence[UUID]) -> None:
        self.id = self.uuid()
        ring = db.current().ring
        for purpose in Purpose:
            place = f"{self.id}|{purpose}"
            wrapped = ring.new_data_key(purpose, place)
            self.keys[purpose] = ring.unwrap(purpose, wrapped, place)
            key = {"id": self.uuid(), "owner_id": self.id, "purpose": purpose, "wrapped": wrapped}
            self.rows["data_key"].append(key)
        family = f"{FIRST[self.number % len(FIRST)]}-{SECOND[self.number // 7 % len(SECOND)]}"
        given = GIVEN[self.number // 11 % len(GIVEN)]
        record = f"L-{self.number:05}"
        made = {
            "id": self.id,
            "family_name": family,
            "given_name": given,
            "search_name": search_name_of(family, given, record),
            "birth_date": date(1950 + self.number % 55, 1 + self.number % 12, 1 + self.number % 28),
            "record_number": record,
            "allergies_sealed": self._seal("patient", "allergies_sealed", self.id, b"None known"),
            "version": 1,
            "created_at": at,
        }
        self._add("patient", made, Did.PATIENT_ADDED, at)
        for person in team:
            row = {"patient_id": self.id, "person_id": person, "starts_on": at.date()}
            self.rows["care_team"].append({"id": self.uuid(), **row})

    def _course(self, at: datetime) -> dict[str, Any]:
        made = {
            "id": self.uuid(),
            "patient_id": self.id,
            "number": 1,
            "indication": ("ocd", "depression", "ptsd", "anxiety")[self.number % 4],
            "protocol": "iv_induction_six",
            "started_on": at.date(),
            "ended_on": None,
            "state": "active",
            "version": 1,
        }
        goals = b"To sleep through, and to take up work again by the summer."
        made["goals_sealed"] = self._seal("course", "goals_sealed", made["id"], goals)
        self._add("course", made, Did.COURSE_STARTED, at, number=1, protocol=made["protocol"])
        return made

    def _rate(
        self, course: dict[str, Any], starts: list[datetime], ratings: int, now: datetime
    ) -> None:
        """The scores; a course whose last infusion is long ago has ended."""
        for key, at in scores.plan(course["indication"], starts, ratings if starts else 0):
            if at > now:
                continue
            known = {"id": self.uuid(), "patient_id": self.id, "course_id": course["id"]}
            done = sum(start < at for start in starts)
            made = {
                **known,
                **scores.row_of(key, at, infusions=done, start=self.number),
                "recorded_by_id": self.by.id,
            }
            made["answers_sealed"] = self._seal("measure", "answers_sealed", made["id"], b"{}")
            self._add("measure", made, Did.MEASURE_RECORDED, at, scale=key, source="imported")
        ends = (starts[-1] if starts else now) + ENDS_AFTER
        if ends < now:
            course |= {"state": "ended", "ended_on": ends.date()}
            self.chain.add(Did.COURSE_ENDED, course, table="course", at=ends, by=self.by.id)

    def _plan(self, course: UUID, number: int, on: datetime, at: datetime) -> dict[str, Any]:
        made = {
            "id": self.uuid(),
            "course_id": course,
            "patient_id": self.id,
            "number": number,
            "phase": "induction" if number <= len(GAPS) else "maintenance",
            "route": "iv",
            "planned_for": on,
            "state": "planned",
            "started_at": None,
            "completed_at": None,
            "version": 1,
        }
        self._add("infusion", made, Did.INFUSION_PLANNED, at, infusion=number)
        return made

    def _infusion(self, course: UUID, number: int, on: datetime, kinds: Sequence[str]) -> None:
        made = self._plan(course, number, on, on - timedelta(days=2))
        session = self._session(made, on)
        ends = on + STAY
        made |= {"state": "completed", "started_at": on, "completed_at": ends, "version": 3}
        self.chain.add(
            Did.INFUSION_COMPLETED, made, table="infusion", at=ends, by=self.by.id, infusion=number
        )
        for kind, hours in zip(kinds, (-20, 3, 26), strict=False):
            rows = session if kind == "dosing" else []
            self._note(made, kind, on + timedelta(hours=hours), rows)

    def _session(self, infusion: dict[str, Any], on: datetime) -> list[dict[str, Any]]:
        weight = Decimal(55 + self.number % 40)
        about = {"infusion_id": infusion["id"], "patient_id": self.id, "recorded_by_id": self.by.id}
        dose = {
            "id": self.uuid(),
            **about,
            "observed_at": on,
            "recorded_at": on,
            "stopped_at": on + timedelta(minutes=40),
            "drug_form": "racemic",
            "route": "iv",
            "concentration_mg_per_ml": Decimal(10),
            "lot": "L7",
            "weight_kg": weight,
            "planned_mg_per_kg": Decimal("0.5"),
            "mg": weight / 2,
            "drawn_mg": Decimal(50),
            "wasted_mg": 50 - weight / 2,
        }
        self._add("dose", dose, Did.DOSE_RECORDED, on, infusion=infusion["number"])
        signed = [signed_row("dose", dose)]
        for minutes in READINGS:
            at = on + timedelta(minutes=minutes)
            peak = max(0, 24 - abs(minutes - 25))
            reading = {
                "id": self.uuid(),
                **about,
                "observed_at": at,
                "recorded_at": at,
                "systolic": 120 + peak,
                "diastolic": 76 + peak // 2,
                "heart_rate": 70 + peak,
                "spo2": 98,
                "respiratory_rate": 14,
                "sedation": 5,
                "distress": 1,
                "nausea": 0,
            }
            self._add("vitals", reading, Did.VITALS_RECORDED, at, infusion=infusion["number"])
            signed.append(signed_row("vitals", reading))
        return signed

    def _note(
        self, infusion: dict[str, Any], kind: str, at: datetime, session: list[dict[str, Any]]
    ) -> None:
        choice = self.samples[kind]
        sample = choice[self.number % len(choice)]
        note = {
            "id": self.uuid(),
            "infusion_id": infusion["id"],
            "patient_id": self.id,
            "kind": kind,
            "author_id": self.by.id,
            "definition_version": sample.definition_version,
            "state": "draft",
            "begun_at": at,
            "state_at": at + timedelta(hours=1),
            "signed_versions": 1,
        }
        self._add("note", note, Did.NOTE_BEGUN, at, kind=kind, infusion=infusion["number"])
        self._draft(note, sample, at + timedelta(minutes=50))
        self._sign(note, sample.content_for(note, session), at + timedelta(hours=1))

    def _draft(self, note: dict[str, Any], sample: Sample, at: datetime) -> None:
        draft = {
            "id": self.uuid(),
            "note_id": note["id"],
            "patient_id": self.id,
            "version": 2,
            "is_aside": False,
            "begun_at": at,
            "saved_at": at,
            "saved_by_id": self.by.id,
        }
        draft["raw_sealed"] = self._seal("note_draft", "raw_sealed", draft["id"], sample.draft, 2)
        self.rows["note_draft"].append(draft)
        saved = {**note, "version": 2}
        self.chain.add(Did.NOTE_SAVED, saved, table="note", at=at, by=self.by.id, kind=note["kind"])

    def _sign(self, note: dict[str, Any], content: str, at: datetime) -> None:
        made = {
            "id": self.uuid(),
            "note_id": note["id"],
            "patient_id": self.id,
            "number": 1,
            "definition_version": note["definition_version"],
            "digest": digest(content),
            "signer_id": self.by.id,
            "signer": self.by.signature,
            "signer_role": "therapist",
            "signed_at": at,
        }
        made["content_sealed"] = self._seal(
            "note_version", "content_sealed", made["id"], content.encode()
        )
        self.rows["note_version"].append(made)
        signed = {**note, "version": 1}
        self.chain.add(
            Did.NOTE_SIGNED,
            signed,
            table="note",
            at=at,
            by=self.by.id,
            kind=note["kind"],
            digest=made["digest"],
        )

    def _add(
        self, table: str, row: dict[str, Any], did: Did, at: datetime, **details: str | int
    ) -> None:
        self.rows[table].append(row)
        self.chain.add(did, row, table=table, at=at, by=self.by.id, **details)

    def _seal(self, table: str, column: str, row_id: UUID, plain: bytes, version: int = 1) -> bytes:
        place = place_of(table, column, row_id, self.id, version)
        return self.keys[Purpose.RECORD].seal(plain, place)
