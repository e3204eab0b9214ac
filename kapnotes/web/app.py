"""The app: the open practice, its places, and the settings of Flask itself."""

from datetime import UTC, datetime

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from kapnotes import db
from kapnotes.actions import recovery, sealing
from kapnotes.paper.checker import Checker
from kapnotes.paper.press import Printer
from kapnotes.settings import LOOPBACK, Settings, from_environment
from kapnotes.web import (
    account,
    alerts,
    amendments,
    backups,
    calendar,
    chart_audit,
    chart_audit_chart,
    checks,
    compressed,
    confirm,
    consents,
    corrective_action,
    courses,
    documents,
    due,
    emergency,
    errors,
    factors,
    feedback,
    filters,
    hand_out,
    hand_over,
    headers,
    health,
    infusions,
    letterhead,
    letters,
    live,
    locking,
    measures,
    metrics,
    misuse,
    notes,
    outcomes,
    own_measures,
    patients,
    people,
    planning,
    process_notes,
    proof,
    records,
    review,
    second_factor,
    session,
    sign_in,
    signing,
    sittings,
    supervision,
    tasks,
    today,
    trail,
    trail_report,
    transfer,
    unusual,
    verify,
)
from kapnotes.web import settings as practice_rules
from kapnotes.web.request import Request

PLACES = (
    sign_in,
    second_factor,
    confirm,
    account,
    factors,
    sittings,
    locking,
    today,
    due,
    patients,
    consents,
    alerts,
    amendments,
    misuse,
    tasks,
    courses,
    planning,
    calendar,
    infusions,
    live,
    records,
    notes,
    signing,
    process_notes,
    documents,
    hand_out,
    letters,
    review,
    feedback,
    checks,
    chart_audit,
    chart_audit_chart,
    corrective_action,
    outcomes,
    transfer,
    trail,
    trail_report,
    unusual,
    proof,
    backups,
    people,
    emergency,
    supervision,
    letterhead,
    practice_rules,
    measures,
    hand_over,
    own_measures,
    verify,
    health,
    metrics,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Open the practice and build its doors. Raises SettingsRefused for unsafe settings."""
    settings = settings or from_environment()
    sealing.check_setting(settings, at=datetime.now(UTC))
    opened = db.use(db.Database(settings))
    opened.enter()
    opened.check_key()
    recovery.lay_beside()
    app = Flask("kapnotes", template_folder="../templates", static_folder="web/static")
    app.request_class = Request
    app.config.update(
        SECRET_KEY=db.current().ring.cookie_key(),
        SESSION_COOKIE_NAME="__Host-kapnotes" if settings.is_secure else "kapnotes",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=settings.body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.body_bytes,
        MAX_FORM_PARTS=5000,
        TRUSTED_HOSTS=sorted(LOOPBACK) if settings.host in LOOPBACK else [settings.host],
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["printer"] = Printer(
        seconds=settings.print_seconds, megabytes=settings.print_megabytes
    )
    app.extensions["checker"] = Checker()
    CSRFProtect(app)
    for room in (metrics, session, headers, compressed, errors, filters):
        room.fit(app)
    for place in PLACES:
        app.register_blueprint(place.place)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's own way to wrap it
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    return app
