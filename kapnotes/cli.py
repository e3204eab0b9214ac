"""The command line: `.venv/bin/flask --app wsgi …`. Lists take `--json`; errors are one line."""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import UUID
from zoneinfo import available_timezones

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from kapnotes import db
from kapnotes.access.actor import Actor, operator
from kapnotes.access.roles import PEOPLE
from kapnotes.actions import (
    delivery,
    demo,
    document,
    document_check,
    infusion,
    people,
    practice,
    reminder,
    sealing,
    trail,
)
from kapnotes.actions.attempt import workshop_of
from kapnotes.actions.document import order_for
from kapnotes.actions.sign_in import hashed
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.refusals import BadInput
from kapnotes.exchange.mail import MailFailed
from kapnotes.paper.seal_check import State
from kapnotes.serve import fail, load_demo_practice, plainly, start
from kapnotes.worker import work

P = ParamSpec("P")
T = TypeVar("T")
PASSWORD_FILE = "demo-password"  # noqa: S105 - a file's name

practice_group = AppGroup("practice", help="Set up the practice.")
demo_group = AppGroup("demo", help="The demo practice.")
people_group = AppGroup("people", help="Accounts.")
infusions_group = AppGroup("infusions", help="Infusions.")
paper_group = AppGroup("paper", help="Documents.")
audit_group = AppGroup("audit", help="The trail.")
reminders_group = AppGroup("reminders", help="Mail about what waits.")
deliveries_group = AppGroup("deliveries", help="Documents on their way to other systems.")


def fit(app: Flask) -> None:
    """Attach the commands to the app."""
    for group in (
        practice_group,
        demo_group,
        people_group,
        infusions_group,
        paper_group,
        audit_group,
        reminders_group,
        deliveries_group,
    ):
        app.cli.add_command(group)
    app.cli.add_command(start)
    app.cli.add_command(work)


def _me() -> tuple[Actor, datetime]:
    return operator(db.current().settings.zone), datetime.now(UTC)


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values()))


@practice_group.command("create")
@click.option("--name", prompt="Name of the practice")
@click.option("--zone", prompt="Time zone", default="UTC", show_default=True)
@click.option("--letterhead", default="", help="Lines of the letterhead, separated by |.")
@click.option("--administrator", prompt="E-mail of the first administrator")
@click.option("--administrator-name", prompt="Name of the first administrator")
@plainly
def create(
    name: str, zone: str, letterhead: str, administrator: str, administrator_name: str
) -> None:
    """Set up a practice with its first administrator."""
    by, at = _me()
    _check_new(zone, administrator)
    lines = "\n".join(line.strip() for line in letterhead.split("|") if line.strip())
    paper_size = db.current().settings.paper_size
    practice.create(name=name, zone=zone, letterhead=lines, paper_size=paper_size, by=by, at=at)
    password = secrets.token_urlsafe(15)
    people.add(
        email=administrator,
        name=administrator_name,
        credentials="",
        role="administrator",
        password_hash=hashed(password),
        by=by,
        at=at,
    )
    click.echo(f"{name} is set up. First sign-in of {administrator}: {password}")


def _check_new(zone: str, email: str) -> None:
    """Raise BadInput for a zone or an e-mail that cannot be one, before anything is written."""
    if zone not in available_timezones():
        raise BadInput({"zone": "The zone must be one such as Europe/Berlin."})
    name, _, host = email.partition("@")
    if not name or "." not in host or " " in email:
        raise BadInput({"administrator": "The e-mail of the administrator is not an address."})


@demo_group.command("load")
@plainly
def load_demo() -> None:
    """Load the demo practice into an empty database."""
    click.echo(f"Demo sign-ins: {', '.join(demo.EMAILS)}\nPassword: {load_demo_practice()}")


@people_group.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--credentials", default="")
@click.option("--role", type=click.Choice([role.key for role in PEOPLE]), required=True)
@plainly
def add_person(email: str, name: str, credentials: str, role: str) -> None:
    """Add an account; its first password is printed once."""
    by, at = _me()
    password = secrets.token_urlsafe(15)
    people.add(
        email=email,
        name=name,
        credentials=credentials,
        role=role,
        password_hash=hashed(password),
        by=by,
        at=at,
    )
    click.echo(f"First sign-in of {email}: {password}")


@people_group.command("list")
@click.option("--json", "as_json", is_flag=True)
@plainly
def list_people(*, as_json: bool) -> None:
    """List the accounts."""
    by, at = _me()
    rows = [
        {
            "id": one.id,
            "email": one.email,
            "name": one.name,
            "role": one.role,
            "is_active": one.is_active,
        }
        for one in people.look(by=by, at=at).people
    ]
    _print(rows, as_json=as_json)


@people_group.command("disable")
@click.argument("email")
@plainly
def disable_person(email: str) -> None:
    """Close an account."""
    by, at = _me()
    found = [one for one in people.look(by=by, at=at).people if one.email == email.casefold()]
    if not found:
        raise SystemExit(fail(f"There is no account {email}."))
    people.disable(person_id=found[0].id, by=by, at=at)


@infusions_group.command("list")
@click.option("--json", "as_json", is_flag=True)
@plainly
def list_infusions(*, as_json: bool) -> None:
    """List the infusions."""
    by, at = _me()
    rows = [
        {
            "id": one.id,
            "patient_id": one.patient_id,
            "course_id": one.course_id,
            "number": one.number,
            "phase": one.phase,
            "route": one.route,
            "state": one.state,
            "planned_for": one.planned_for.isoformat(),
        }
        for one in infusion.every(by=by, at=at)
    ]
    _print(rows, as_json=as_json)


def _printing(name: str, kind: DocumentKind, about: str, what: str) -> None:
    """A command that prints a document of that kind into a file."""

    @paper_group.command(name, help=f"Print {what} into a file.")
    @click.argument("about_id", metavar=about, type=click.UUID)
    @click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
    @plainly
    def command(about_id: UUID, output: Path) -> None:
        _print_document(kind, about_id, output)


def _print_document(kind: DocumentKind, about_id: UUID, output: Path) -> None:
    by, at = _me()
    printer = current_app.extensions["printer"]
    try:
        order = order_for(kind, about_id, by=by)
        pdf = document.make_now(order=order, shop=workshop_of(printer), by=by, at=at)
    finally:
        printer.stop()
    try:
        output.write_bytes(pdf.content)
    except OSError as error:
        raise SystemExit(fail(f"{output} could not be written: {error.strerror}.")) from None


_printing("summary", DocumentKind.INFUSION_SUMMARY, "INFUSION", "the summary of an infusion")
_printing("course", DocumentKind.COURSE_SUMMARY, "COURSE", "the summary of a course")
_printing("chart", DocumentKind.CHART, "PATIENT", "the chart of a patient")


@paper_group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@plainly
def verify_document(file: Path) -> None:
    """Say whether a PDF is a document of this practice; leaves with 1 unless it is unchanged."""
    by, at = _me()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SystemExit(fail(f"{file} could not be read: {error.strerror}.")) from None
    checker = current_app.extensions["checker"]
    answer = document_check.of_file(content=content, checker=checker, address="", by=by, at=at)
    if answer.state is not State.UNCHANGED:
        raise SystemExit(fail(f"{answer.state.value}: {answer.line}"))
    click.echo(f"{answer.state.value}: {answer.line}")


@paper_group.command("rekey")
@plainly
def renew_seal() -> None:
    """Make a new key for the seal, in place of one that was stolen or lost."""
    by, at = _me()
    click.echo(f"The new certificate's SHA-256: {sealing.renew(by=by, at=at)}")


@audit_group.command("verify")
@plainly
def verify() -> None:
    """Verify the trail; leaves with 1 and names the first bad entry if it is not whole."""
    by, at = _me()
    verdict = trail.verify(by=by, at=at)
    if not verdict.is_whole:
        raise SystemExit(fail(verdict.sentence))
    click.echo(verdict.sentence)


@audit_group.command("export")
@plainly
def export() -> None:
    """Write every entry of the trail as a line of JSON."""
    by, at = _me()
    for entry in trail.export(by=by, at=at):
        click.echo(json.dumps(entry, ensure_ascii=False))


@reminders_group.command("send")
@plainly
def send_reminders() -> None:
    """Write to everyone for whom something waits: counts alone. Meant for a timer, once a day."""
    by, at = _me()
    try:
        told = reminder.send(by=by, at=at)
    except MailFailed as error:
        raise SystemExit(fail(str(error))) from None
    click.echo(f"{told.sent} sent, {told.refused} refused, nothing waits for {told.quiet}.")


@deliveries_group.command("send")
@plainly
def send_deliveries() -> None:
    """Send what is due to the chart folder and the chart's server, where no worker runs."""
    _, at = _me()
    told = delivery.send_due(at=at)
    click.echo(f"{told.sent} sent, {told.failed} failed.")
    if told.failed:
        raise SystemExit(fail("Why stands on the documents page of each patient."))
