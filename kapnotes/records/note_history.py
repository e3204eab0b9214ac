"""What is signed and said of a note: its versions, co-signatures, comments of a review, addenda.

Rows of these tables are never updated or deleted: the database refuses. Who asks for them asks
`records.note`, which names them too.
"""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kapnotes import db


class NoteVersion(db.Base):
    """A signed version: the content that was signed for, its digest, and the signature in words."""

    __tablename__ = "note_version"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    number: Mapped[int]
    definition_version: Mapped[str] = mapped_column(sa.String(20))
    content_sealed: Mapped[bytes]
    content = db.sealed_text("content_sealed")
    digest: Mapped[str] = mapped_column(sa.String(64))
    cautions_sealed: Mapped[bytes | None]
    cautions = db.sealed_json("cautions_sealed")
    signer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    signer: Mapped[str]
    signer_role: Mapped[str] = mapped_column(sa.String(20))
    signed_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("note_id", "number"),)


class Cosignature(db.Base):
    """A supervisor's signature beside the author's, over the same digest; one for each version.

    `deputy_for` is the supervisor in whose absence a deputy signed, as under a signature, else "".
    """

    __tablename__ = "cosignature"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    signer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    signer: Mapped[str]
    signer_role: Mapped[str] = mapped_column(sa.String(20))
    deputy_for: Mapped[str] = mapped_column(sa.String(250), server_default="", default="")
    signed_at: Mapped[datetime]

    __table_args__ = (sa.Index("uq_cosignature_note_id_number", "note_id", "number", unique=True),)


class ReviewComment(db.Base):
    """What was said of a signed version in review; `move` says on which occasion.

    Sent back: one row for each comment, in the order of `place`, each on a section, on a question
    of it (`link_id`), or with neither on the whole note. Withdrawn: the author's reason. Asked and
    answered: a question to the author while the note waits, and its answer.
    """

    __tablename__ = "review_comment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), index=True)
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    number: Mapped[int]
    move: Mapped[str] = mapped_column(sa.String(20))
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    by: Mapped[str]
    at: Mapped[datetime]
    place: Mapped[int] = mapped_column(server_default="0", default=0)
    section: Mapped[str] = mapped_column(sa.String(80), server_default="", default="")
    link_id: Mapped[str] = mapped_column(sa.String(80), server_default="", default="")
    comment_sealed: Mapped[bytes]
    comment = db.sealed_text("comment_sealed")


class Addendum(db.Base):
    """What its author added to a signed note, with the reason and a signature of its own."""

    __tablename__ = "addendum"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    number: Mapped[int]
    reason_sealed: Mapped[bytes]
    reason = db.sealed_text("reason_sealed")
    text_sealed: Mapped[bytes]
    text = db.sealed_text("text_sealed")
    digest: Mapped[str] = mapped_column(sa.String(64))
    signer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    signer: Mapped[str]
    signer_role: Mapped[str] = mapped_column(sa.String(20))
    signed_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("note_id", "number"),)
