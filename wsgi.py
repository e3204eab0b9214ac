"""What a WSGI server serves, and where `flask --app wsgi` finds the command line."""

import sys

from kapnotes.cli import fit, rescue
from kapnotes.db.trouble import trouble_of
from kapnotes.ground import log
from kapnotes.settings import SettingsRefused
from kapnotes.web.app import create_app

log.fit()
try:
    app = rescue() or create_app()
except SettingsRefused as refusal:
    sys.exit(f"kapnotes: {refusal}")
except Exception as error:
    if (trouble := trouble_of(error)) is None:
        raise
    sys.exit(f"kapnotes: {trouble.sentence}")
fit(app)
