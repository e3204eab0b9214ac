"""Tiny definitions, one for each thing to be tried."""

from pathlib import Path

import pytest

from kapnotes.forms import Definition, load

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="session")
def every_type() -> Definition:
    """Return a definition with every field type."""
    return load(SAMPLES / "every_type.yaml")


@pytest.fixture(scope="session")
def conditions() -> Definition:
    """Return a definition with every kind of condition."""
    return load(SAMPLES / "conditions.yaml")


@pytest.fixture(scope="session")
def scale() -> Definition:
    """Return a definition with scores."""
    return load(SAMPLES / "scale.yaml")
