"""A small practice of nothing but looks: every part, question and theme, and a draft to save.

The draft's answers can be scripted, so that a test decides what the server says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.serving import make_server

from kapnotes.web import drawn
from tests.look import samples

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NAV = (("Today", "/", True), ("Patients", "/patients", False), ("Trail", "/audit", False))


@dataclass
class Draft:
    """What the server keeps of the one draft, and what it is told to say next."""

    version: int = 1
    saves: list[dict[str, list[str]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    posts: list[dict[str, list[str]]] = field(default_factory=list)
    script: list[int] = field(default_factory=list)
    signed_in: bool = True
    theirs: str = "Their words"


def _shut(response: Response) -> None:
    """Read a file that is sent now, so that a page that goes away leaves none open."""
    if response.direct_passthrough:
        file: Any = response.response
        response.direct_passthrough = False
        response.get_data()
        file.close()


def build(draft: Draft) -> Flask:
    """Return the gallery, which writes into `draft` what reaches it."""
    app = Flask(
        "gallery", static_folder=str(REPOSITORY / "kapnotes/web/static"), template_folder=None
    )
    app.secret_key = "gallery"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.loader = ChoiceLoader(
        [FileSystemLoader(HERE / "templates"), FileSystemLoader(REPOSITORY / "templates")]
    )
    app.jinja_env.globals.update(
        practice=SimpleNamespace(name="Lindenhof Practice", is_demo=True),
        person=SimpleNamespace(name="Mara Feld", role="Therapist"),
        nav=NAV,
        further=(),
        emergency=None,
        csrf_token=lambda: "first-token",
    )
    drawn.fit(app)

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        _shut(response)
        return response

    @app.get("/<any(parts, told, wrong, plain):page>")
    def show(page: str) -> str:
        return render_template(f"{page}.html", samples=samples)

    @app.get("/error/<int:code>")
    def error(code: int) -> str:
        return render_template(f"errors/{code}.html", sentence="", number="7f3a")

    @app.route("/note", methods=["GET", "POST"])
    def note() -> str:
        if request.method == "POST":
            draft.posts.append(request.form.to_dict(flat=False))
        return render_template(
            "note.html", asks=samples.ASKS, version=draft.version, posted=len(draft.posts)
        )

    @app.put("/draft")
    def save() -> Response:
        return _save(draft)

    @app.get("/sign-in/token")
    def token() -> Response:
        if not draft.signed_in:
            return make_response(jsonify(), 401)
        return jsonify(csrf="second-token")

    @app.post("/patients")
    def patients() -> str:
        return render_template("results.html", text=request.form["text"])

    return app


def _save(draft: Draft) -> Response:
    status = draft.script.pop(0) if draft.script else 200
    if not draft.signed_in:
        status = 401
    if status not in {200, 409}:
        return make_response(jsonify(), status)
    posted = request.form.to_dict(flat=False)
    if status == 409 or int(posted["_version"][0]) != draft.version:
        text = draft.saves[-1]["work"][0] if status == 200 else draft.theirs
        draft.version += status == 409
        asks = samples.answered("work", text)
        html = render_template("form.html", asks=asks, version=draft.version)
        answer = jsonify(version=draft.version, saved_at="12:03:10", by="Jo Adler", form_html=html)
        return make_response(answer, 409)
    draft.version += 1
    draft.saves.append(posted)
    draft.tokens.append(request.headers["X-CSRFToken"])
    missing = [] if posted.get("consent") else ["state"]
    return jsonify(
        version=draft.version, saved_at="12:03:04", csrf="renewed-token", missing=missing
    )


@contextmanager
def opened(draft: Draft) -> Iterator[str]:
    """Serve the gallery on a free port of this machine and yield its address."""
    server = make_server("127.0.0.1", 0, build(draft), threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
