"""Figures open to a watcher with the token, and hold nothing of a patient."""

import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from kapnotes import db
from kapnotes.ground.figures import Figures
from kapnotes.settings import Settings, SettingsRefused, from_environment
from kapnotes.web.app import create_app
from tests.conftest import KEY
from tests.web.served import Served

pytestmark = pytest.mark.safety("ASVS-16.2/figures")
TOKEN = "a token of many letters"
ASKED = {"Authorization": f"Bearer {TOKEN}"}
SECRETS = ("Falk", "Jördis", "R-1", "Penicillin", "thea@", "Thea")


@pytest.fixture
def client(database: db.Database, tmp_path: Path) -> FlaskClient:
    """A stranger before a practice whose figures are open."""
    url = database.settings.database_url
    settings = Settings(data=tmp_path, database_url=url, key=KEY, metrics_token=TOKEN)
    return create_app(settings).test_client()


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def total(text: str, name: str, **labels: str) -> float:
    """The sum of a figure over all processes."""
    return sum(
        value
        for (found, given), value in samples(text).items()
        if found == name and labels.items() <= dict(given).items()
    )


def test_without_the_setting_there_is_no_such_page(served: Served) -> None:
    assert served.visitor().get("/metrics", headers=ASKED).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_without_the_token_nothing_is_shown(client: FlaskClient, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})
    assert answer.status_code == 401
    assert "kapnotes_requests" not in answer.text


def test_answers_are_counted_by_place_and_never_by_address(client: FlaskClient) -> None:
    client.get("/livez")
    client.get("/livez")
    client.get("/no-such-Falk-page?q=Penicillin")
    text = client.get("/metrics", headers=ASKED).text
    place = {"place": "health.lives", "method": "GET", "status": "200"}
    assert total(text, "kapnotes_requests_total", **place) == 2
    assert total(text, "kapnotes_requests_total", place="nowhere", status="404") == 1
    assert total(text, "kapnotes_request_seconds_count", kind="page") == 3
    assert total(text, "kapnotes_check", check="database") == 1
    assert total(text, "kapnotes_ready") == 1
    assert total(text, "kapnotes_disk_free_bytes") > 0
    assert total(text, "kapnotes_jobs", state="queued") == 0
    assert not [secret for secret in SECRETS if secret in text]


def test_processes_add_up_and_the_dead_go(client: FlaskClient, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    other = Figures(folder, "worker")
    other.requests.labels("health.lives", "GET", "200").inc(5)
    other.tell()
    dead = folder / "web-999999999.json"
    dead.write_text("[]")
    (folder / f"odd-{os.getppid()}.json").write_text("not what it should be")
    client.get("/livez")
    text = client.get("/metrics", headers=ASKED).text
    assert total(text, "kapnotes_requests_total", place="health.lives") == 6
    assert not dead.exists()


def test_figures_that_cannot_be_told_stop_nobody(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("no folder")
    assert client.get("/livez").status_code == 200
    assert client.get("/metrics", headers=ASKED).status_code == 200


def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    env = {"KAPNOTES_DATA": str(tmp_path), "KAPNOTES_METRICS_TOKEN": "short"}
    with pytest.raises(SettingsRefused, match="at least 16"):
        from_environment(env)
