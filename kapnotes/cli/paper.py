"""`paper summary`, `paper course`, `paper chart`, `paper verify` and `paper rekey`."""

from pathlib import Path
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup

from kapnotes.actions import document, document_check, printed, sealing
from kapnotes.actions.attempt import workshop_of
from kapnotes.actions.document import order_for
from kapnotes.cli.terminal import me
from kapnotes.clinic.document import DocumentKind
from kapnotes.paper.seal_check import State
from kapnotes.serve import fail, plainly

paper_group = AppGroup("paper", help="Documents.")


def _printing(name: str, kind: DocumentKind, about: str, what: str) -> None:
    """A command that prints a document of that kind into a file."""

    @paper_group.command(name, help=f"Print {what} into a file.")
    @click.argument("about_id", metavar=about, type=click.UUID)
    @click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
    @click.option("--recipient", default="", help="To whom it goes, for the patient's list.")
    @click.option("--purpose", default="", help="What for, for the patient's list.")
    @plainly
    def command(about_id: UUID, output: Path, recipient: str, purpose: str) -> None:
        _print_document(kind, about_id, output, (recipient, purpose))


def _print_document(
    kind: DocumentKind, about_id: UUID, output: Path, told: tuple[str, str]
) -> None:
    """Print it, and write into the patient's list that it leaves before it does."""
    by, at = me()
    printer = current_app.extensions["printer"]
    try:
        order = order_for(kind, about_id, by=by)
        pdf = document.make_now(order=order, shop=workshop_of(printer), by=by, at=at)
    finally:
        printer.stop()
    if pdf.id is not None:
        recipient, purpose = told
        printed.keep(
            document_id=pdf.id, recipient=recipient[:200], purpose=purpose[:300], by=by, at=at
        )
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
    by, at = me()
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
    by, at = me()
    click.echo(f"The new certificate's SHA-256: {sealing.renew(by=by, at=at)}")
