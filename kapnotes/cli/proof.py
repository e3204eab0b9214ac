"""`audit verify`, `audit anchor`, `audit export` and `notes verify`."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from kapnotes.actions import proof, trail
from kapnotes.cli.terminal import me
from kapnotes.serve import fail, plainly

audit_group = AppGroup("audit", help="The trail.")
notes_group = AppGroup("notes", help="What is signed.")
NEW = "Only what came since the last verification."
ANEW = "From the start, even if one was broken off."


@audit_group.command("verify")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed head that was kept elsewhere; more than one may be given.",
)
@click.option("--new", "only_new", is_flag=True, help=NEW)
@click.option("--anew", is_flag=True, help=ANEW)
@plainly
def verify(anchors: tuple[Path, ...], *, only_new: bool, anew: bool) -> None:
    """Verify the trail; leaves with 1 and names the first bad entry if it is not whole."""
    by, at = me()
    told = {path.name: _content(path) for path in anchors}
    verdict = trail.verify(anchors=told, only_new=only_new, anew=anew, by=by, at=at)
    if not verdict.is_whole:
        raise SystemExit(fail(verdict.sentence))
    click.echo(verdict.sentence)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SystemExit(fail(f"{path} could not be read: {error.strerror}.")) from None


@audit_group.command("anchor")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@plainly
def take_anchor(output: Path) -> None:
    """Write the trail's signed head into a file, to be kept elsewhere."""
    by, at = me()
    content = proof.anchor(by=by, at=at)
    try:
        output.write_bytes(content)
    except OSError as error:
        raise SystemExit(fail(f"{output} could not be written: {error.strerror}.")) from None


@audit_group.command("export")
@plainly
def export() -> None:
    """Write every entry of the trail as a line of JSON."""
    by, at = me()
    for entry in trail.export(by=by, at=at):
        click.echo(json.dumps(entry, ensure_ascii=False))


@notes_group.command("verify")
@click.option("--new", "only_new", is_flag=True, help=NEW)
@click.option("--anew", is_flag=True, help=ANEW)
@plainly
def verify_notes(*, only_new: bool, anew: bool) -> None:
    """Verify all that is signed; leaves with 1 and names the first bad version if it is not."""
    by, at = me()
    verdict = proof.verify_notes(only_new=only_new, anew=anew, by=by, at=at)
    if not verdict.is_whole:
        raise SystemExit(fail(verdict.sentence))
    click.echo(verdict.sentence)
