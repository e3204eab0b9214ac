"""Figures for watching: how many requests, how long they took, and how the practice stands.

They open to a watcher with the token of the setting, and hold names of ours and numbers: no
address that was asked for, no id, nobody's name.
"""

import hmac
from collections.abc import Iterator
from time import perf_counter

from flask import Blueprint, Flask, Response, abort, current_app, g, make_response, request
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from kapnotes import db
from kapnotes.access.door import open_to_all
from kapnotes.actions import health
from kapnotes.ground.figures import Figures
from kapnotes.web.health import watch

FOLDER = "figures"
SAVES = frozenset({"notes.save_draft", "notes.save", "live.send"})
SCHEME = "Bearer "
place = Blueprint("metrics", __name__)


def fit(app: Flask) -> None:
    """Count every answer, where a token is set; without one nothing is counted."""
    settings = db.current().settings
    if not settings.metrics_token:
        return
    app.extensions["figures"] = Figures(settings.data / FOLDER, "web")
    app.before_request(_begin)
    app.after_request(_count)


def _begin() -> None:
    g.begun = perf_counter()


def _count(answer: Response) -> Response:
    counted: Figures = current_app.extensions["figures"]
    at = request.endpoint or "nowhere"
    counted.requests.labels(at, _method(), str(answer.status_code)).inc()
    if "begun" in g:
        counted.seconds.labels(_kind()).observe(perf_counter() - g.begun)
    if trouble := g.get("trouble"):
        counted.troubles.labels(trouble).inc()
    counted.counted()
    return answer


def _method() -> str:
    """The method, of those that are known."""
    return request.method if request.method in {"GET", "HEAD", "POST", "PUT"} else "other"


def _kind() -> str:
    if request.endpoint in SAVES:
        return "save"
    if request.endpoint == "static":
        return "static"
    return "document" if request.path.endswith(".pdf") else "page"


class Standing(Collector):
    """How the practice stands at the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        """The checks as 1 and 0, then what can be counted."""
        found = watch().look()
        checks = GaugeMetricFamily("kapnotes_check", "1 is ok.", labels=["check"])
        for name, said in found.checks.items():
            checks.add_metric([name], float(said == health.OK))
        yield checks
        yield GaugeMetricFamily("kapnotes_ready", "1 is ready.", float(found.is_ready))
        if found.trail_age is not None:
            yield GaugeMetricFamily(
                "kapnotes_trail_age_seconds", "Since the newest entry.", found.trail_age
            )
        if found.checks["database"] == health.OK:
            yield from _counted(health.count())


def _counted(counts: health.Counts) -> Iterator[Metric]:
    yield GaugeMetricFamily("kapnotes_disk_free_bytes", "In the data folder.", counts.free)
    yield GaugeMetricFamily("kapnotes_trail_entries", "Length of the trail.", counts.entries)
    jobs = GaugeMetricFamily("kapnotes_jobs", "Documents to make, or failed.", labels=["state"])
    for state, many in counts.jobs.items():
        jobs.add_metric([state], many)
    yield jobs


@place.get("/metrics")
@open_to_all("a watcher with the token of the setting; the figures hold no patient data")
def figures() -> Response:
    """Every figure, as Prometheus reads it; nowhere without the setting."""
    token = db.current().settings.metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "")
    shown = given.removeprefix(SCHEME) if given.startswith(SCHEME) else ""
    if not hmac.compare_digest(shown.encode(), token.encode()):
        answer = make_response("Show the token of KAPNOTES_METRICS_TOKEN.\n", 401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        answer.headers["Content-Type"] = "text/plain; charset=utf-8"
        return answer
    answer = make_response(current_app.extensions["figures"].text(Standing()))
    answer.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return answer
