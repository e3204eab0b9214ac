"""`backup FILE`, `backup now`, `backup list`, `backup drill` and `restore FILE`."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import backup, backup_folder, backup_plan, restoring
from kapnotes.cli.terminal import me, show
from kapnotes.serve import fail, in_one_line, plainly

TO = "to"
NO_BACKUP = "There is no backup in the folder of the plan yet. Make one: backup now"


class FileOrCommand(AppGroup):
    """A group in which a word that is no command is the file to make."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read `backup FILE` as `backup to FILE`."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = [TO, *args]
        return super().parse_args(ctx, args)


backup_group = FileOrCommand(
    "backup",
    help="Backups: `backup FILE` makes one as that file, while people work.",
    subcommand_metavar="FILE | COMMAND",
)


@backup_group.command(TO, hidden=True)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@plainly
def make(file: Path) -> None:
    """Make a backup as that file, which must not be there yet."""
    by, at = me()
    _told(backup.make(to=file.absolute(), by=by, at=at))


@backup_group.command("now")
@plainly
def make_now() -> None:
    """Make a backup in the folder of the plan, and take away what is kept no longer."""
    by, at = me()
    _told(backup_plan.make_planned(by=by, at=at))


def _told(made: backup.Made) -> None:
    """Say what was made, in one line."""
    size = max(1, round(made.size / 1_000_000))
    click.echo(f"{made.path}: {size} MB, up to entry {made.manifest.position} of the trail.")


@backup_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As an array of objects.")
@plainly
def listed(*, as_json: bool) -> None:
    """List the backups in the folder of the plan, newest first."""
    folder = backup_folder.folder_of(db.current().settings)
    rows = [
        {"name": one.path.name, "made_at": one.at.isoformat(), "bytes": one.size}
        for one in backup_folder.backups(folder)
    ]
    show(rows, as_json=as_json)


@backup_group.command("drill")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@plainly
def drill(file: Path | None) -> None:
    """Restore the newest backup, or FILE, into a place of its own and prove it; changes nothing."""
    by, at = me()
    found = file or _newest()
    if found is None:
        raise SystemExit(fail(NO_BACKUP))
    result = restoring.drill(file=found, by=by, at=at)
    if not result.is_whole:
        raise SystemExit(fail(f"{found.name} does not come back whole. {' '.join(result.faults)}"))
    click.echo(" ".join([f"{found.name} comes back whole:", *result.verified, result.gap]))


def _newest() -> Path | None:
    kept = backup_folder.backups(backup_folder.folder_of(db.current().settings))
    return kept[0].path if kept else None


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed head that was kept elsewhere: it tells how much is missing.",
)
@in_one_line
def restore(file: Path, anchors: tuple[Path, ...]) -> None:
    """Put a backup into an empty place, prove it there, and say what is missing."""
    by, at = operator(), datetime.now(UTC)
    given = {path.name: path.read_bytes() for path in anchors}
    found = restoring.restore(file=file, anchors=given, by=by, at=at)
    click.echo(" ".join([f"{file.name} is restored:", *found.verified, found.gap]))
