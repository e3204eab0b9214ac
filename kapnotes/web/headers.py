"""What every answer carries, and which requests from elsewhere are turned away."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from kapnotes import db

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
DOCUMENT = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy of a file that the browser shows: nothing in it runs, and no page frames it."""
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def fit(app: Flask) -> None:
    """Attach both to the app."""
    app.before_request(_refuse_foreign)
    app.after_request(_protect)


def _refuse_foreign() -> None:
    """A change asked for by another site's page is refused, whatever token it has.

    Under our own no-referrer policy a browser's form says `Origin: null`; then its word on the
    site must be that it is ours.
    """
    if request.method not in CHANGES:
        return
    site = request.headers.get("Sec-Fetch-Site", "")
    if site not in {"", "same-origin", "none"}:
        abort(403)
    origin = request.headers.get("Origin", "")
    if origin == "null" and site != "same-origin":
        abort(403)
    if origin not in {"", "null"} and urlsplit(origin).netloc != request.host:
        abort(403)


def _protect(answer: Response) -> Response:
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.endpoint == "static":
        answer.headers["Cache-Control"] = "public, max-age=300"
    else:
        answer.headers["Cache-Control"] = "no-store"
    if db.current().settings.is_secure:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return answer
