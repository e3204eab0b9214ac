"""What a WSGI server serves, and where `flask --app wsgi` finds the command line."""

from kapnotes.cli import fit
from kapnotes.web.app import create_app

app = create_app()
fit(app)
