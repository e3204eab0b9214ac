"""Imports point down, and each library is known in its own rooms only."""

from tests.house.plan import floors, imports, rooms

NEIGHBOURS = {
    ("cli", "serve"),
    ("cli", "worker"),
    ("worker", "serve"),
    ("settings", "ground"),
    ("settings", "keys"),
    ("ground", "keys"),
    ("ground", "settings"),  # what it looks at, for the reader alone
}
"""Who may import a room of its own floor."""

OUTSIDE = {
    "web": {"flask", "flask_login", "flask_wtf", "jinja2", "markupsafe", "structlog", "werkzeug"},
    "cli": {"alembic", "click", "flask", "granian", "structlog"},
    "serve": {"click"},
    "worker": {"click", "flask", "structlog"},
    "exchange": {"fhir"},
    "paper": {
        "cssselect2",
        "jinja2",
        "markupsafe",
        "pebble",
        "pikepdf",
        "pydyf",
        "segno",
        "weasyprint",
    },
    "paper/certificate": {"asn1crypto", "cryptography"},
    "paper/furniture": {"segno"},
    "web/drawn_code": {"segno"},
    "paper/logo": {"PIL"},
    "paper/pades": {"asn1crypto", "cryptography", "pyhanko", "pyhanko_certvalidator"},
    "paper/seal_reading": {"asn1crypto", "pyhanko", "pyhanko_certvalidator"},
    "paper/time_stamp": {"asn1crypto", "pyhanko"},
    "actions/passkey": {"webauthn"},
    "actions/password": {"argon2"},
    "actions/totp": {"pyotp"},
    "records": {"sqlalchemy"},
    "audit/trail": {"sqlalchemy"},
    "audit/seal": {"cryptography", "sqlalchemy"},  # it exports the whole trail
    "audit/chain": {"sqlalchemy"},  # it reads the whole trail, past its objects
    "audit/proof": {"sqlalchemy"},
    "audit/memory": {"cryptography"},
    "access/door": {"flask", "flask_login"},
    "db": {"sqlalchemy"},
    "db/__init__": {"alembic"},
    "db/cipher": {"sqlcipher3"},
    "db/engine": {"psycopg", "sqlcipher3"},
    "db/parcel": {"cryptography"},
    "ground/figures": {"prometheus_client"},
    "ground/log": {"structlog"},
    "keys": {"cryptography"},
    "library": {"yaml"},
    "forms": {"fhirpathpy", "yaml"},
    "web/metrics": {"prometheus_client"},
}
"""The libraries that a room, or one module of it, may import. Rooms not named: none."""


def may_import(module: str) -> set[str]:
    """Return the libraries of a module: its room's and its own."""
    room = module.partition("/")[0]
    return OUTSIDE.get(room, set()) | OUTSIDE.get(module, set())


def test_every_room_stands_in_the_plan_of_the_package() -> None:
    assert rooms() - floors().keys() == set()


def test_imports_point_to_a_lower_floor() -> None:
    floor = floors()
    wrong = [
        str(found)
        for found in imports()
        if found.target_room in floor
        and found.room != found.target_room
        and (found.room, found.target_room) not in NEIGHBOURS
        and floor[found.target_room] >= floor.get(found.room, 0)
    ]
    assert wrong == []


def test_a_library_is_imported_only_where_the_table_says() -> None:
    wrong = [
        str(found)
        for found in imports()
        if found.outsider and found.outsider not in may_import(found.module)
    ]
    assert wrong == []
