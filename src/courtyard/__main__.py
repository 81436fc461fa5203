"""`python -m courtyard` is the same as `courtyard`."""

from courtyard.cli.main import app

app()
