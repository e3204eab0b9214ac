"""What a WSGI server serves, and where `flask --app wsgi` finds the command line."""

import sys

from kapnotes.cli import fit
from kapnotes.settings import SettingsRefused
from kapnotes.web.app import create_app

try:
    app = create_app()
except SettingsRefused as refusal:
    sys.exit(f"kapnotes: {refusal}")
fit(app)
