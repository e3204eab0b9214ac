"""The floor: a bare Flask app with a page of five queries and thirty fields, and a bare PUT.

It is what anyone would write first with the same libraries: one session per request, plain ORM
queries, one template, no sign-in, no event, no checks. Its database is a file of the same
kind as the practice's, opened by the same code, so that a commit is the same commit.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, jsonify, render_template, request
from jinja2 import DictLoader
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kapnotes import db
from kapnotes.settings import Settings

KEY = bytes(range(32))
KINDS = ("person", "note", "dose", "vitals")
FIELDS = 30

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1>
<form method="post">
{% for one in fields %}
<p><label for="f-{{ one.id }}">{{ one.name }}</label>
<input id="f-{{ one.id }}" name="f-{{ one.id }}" value="{{ one.value }}" maxlength="200"></p>
{% endfor %}
<button type="submit">Save</button></form></body></html>"""


class Base(DeclarativeBase):
    """The floor's tables."""


class Topic(Base):
    """What the page is about."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[bytes]
    version: Mapped[int]


class Line(Base):
    """A value that the page shows."""

    __tablename__ = "line"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]
    name: Mapped[str]
    value: Mapped[str]
    at: Mapped[datetime]


def create_app(folder: Path) -> Flask:
    """The app over the floor's file in the folder."""
    database = _open(folder)
    app = Flask("floor")
    app.jinja_loader = DictLoader({"page.html": PAGE})

    @app.get("/topics/<int:topic_id>")
    def page(topic_id: int) -> str:
        with database.reading() as session:
            topic = session.execute(sa.select(Topic).where(Topic.id == topic_id)).scalar_one()
            lines = [
                line
                for kind in KINDS
                for line in session.execute(
                    sa.select(Line)
                    .where(Line.topic_id == topic_id, Line.kind == kind)
                    .order_by(Line.at, Line.id)
                ).scalars()
            ]
        return render_template("page.html", title=topic.title, fields=lines)

    @app.put("/topics/<int:topic_id>")
    def save(topic_id: int) -> Response:
        text = app.json.dumps(request.form.to_dict(flat=False))
        with database.writing() as session:
            topic = session.execute(sa.select(Topic).where(Topic.id == topic_id)).scalar_one()
            topic.body = text.encode()
            topic.version += 1
            answer: dict[str, Any] = {"version": topic.version}
        return jsonify(answer)

    return app


def from_environment() -> Flask:
    """The app for the server's workers; its file was made before they started."""
    return create_app(Path(os.environ["FLOOR_FOLDER"]))


def make(folder: Path) -> None:
    """Make the floor's file in the folder."""
    database = _open(folder)
    Base.metadata.create_all(database.engine)
    _fill(database)
    database.close()


def _open(folder: Path) -> db.Database:
    url = f"sqlite:///{folder / 'floor.db'}"
    return db.Database(Settings(data=folder, database_url=url, key=KEY))


def _fill(database: db.Database) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        session.add(Topic(id=1, title="A bare page", body=b"", version=1))
        session.add_all(
            Line(
                topic_id=1, kind=KINDS[number % 4], name=f"field {number}", value="a value", at=now
            )
            for number in range(FIELDS)
        )
