"""A small practice on each database."""

import pytest

from kapnotes import db
from tests.builders import Small, small_practice


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice()


@pytest.fixture
def supervised(database: db.Database) -> Small:
    del database
    return small_practice(cosigns=True)
