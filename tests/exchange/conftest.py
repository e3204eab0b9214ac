"""The sample as a bundle, made once."""

from typing import Any

import pytest

from kapnotes import forms
from kapnotes.exchange.document import document_bundle
from tests.exchange.sample import CHARTED


@pytest.fixture(scope="session")
def bundle() -> dict[str, Any]:
    made: dict[str, Any] = forms.read_json(document_bundle(CHARTED))
    return made
