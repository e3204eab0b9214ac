"""`reminders send` and `deliveries send`: for a timer, where no worker runs."""

import click
from flask.cli import AppGroup

from kapnotes.actions import delivery, reminder
from kapnotes.cli.terminal import me
from kapnotes.exchange.mail import MailFailed
from kapnotes.serve import fail, plainly

reminders_group = AppGroup("reminders", help="Mail about what waits.")
deliveries_group = AppGroup("deliveries", help="Documents on their way to other systems.")


@reminders_group.command("send")
@plainly
def send_reminders() -> None:
    """Write to everyone for whom something waits: counts alone. Meant for a timer, once a day."""
    by, at = me()
    try:
        told = reminder.send(by=by, at=at)
    except MailFailed as error:
        raise SystemExit(fail(str(error))) from None
    click.echo(f"{told.sent} sent, {told.refused} refused, nothing waits for {told.quiet}.")


@deliveries_group.command("send")
@plainly
def send_deliveries() -> None:
    """Send what is due to the chart folder and the chart's server, where no worker runs."""
    _, at = me()
    told = delivery.send_due(at=at)
    click.echo(f"{told.sent} sent, {told.failed} failed.")
    if told.failed:
        raise SystemExit(fail("Why stands on the documents page of each patient."))
