"""Whose patients are measured."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from kapnotes.records.care_team import CareTeam
from kapnotes.records.person import Person


def of(email: str, patient_id: InstrumentedAttribute[UUID]) -> sa.ColumnElement[bool]:
    """The condition that the person with this address is on the patient's care team."""
    mine = (
        sa.select(CareTeam.patient_id)
        .join(Person, Person.id == CareTeam.person_id)
        .where(Person.email == email)
    )
    return patient_id.in_(mine)
