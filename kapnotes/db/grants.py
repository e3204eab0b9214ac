"""What PostgreSQL lets the application do: read, add, and change what may change.

The tables belong to an owner, who migrates; people are served by a role that can neither change a
table nor take one away. Where a trigger refuses every change of a row, the role has no right to it
either: two locks, of which neither knows the other's key. Rows are deleted in few tables only.
"""

import sqlalchemy as sa

EMPTIED = frozenset(
    {"audit_cover", "kept_due", "part", "passkey", "recovery_code", "totp", "waiting_note"}
)
"""The tables that rows are deleted from: what can be worked out or printed again, and factors that
a person gave up. Nothing of a record is among them.
"""

_REFUSED = sa.text(
    "SELECT c.relname, bool_or(t.tgtype & 16 > 0) FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND p.proname = 'kapnotes_refuse' AND t.tgqual IS NULL "
    "AND cardinality(t.tgattr::int2[]) = 0 AND t.tgtype & 3 = 3 "
    "AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname"
)
"""Tables with a trigger before every row (1 row, 2 before, 16 update) that lets nothing pass."""

_TABLES = sa.text(
    "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') "
    "AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname"
)

_ROLE = sa.text(
    "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls "
    "FROM pg_roles WHERE rolname = current_user"
)
_RIGHTS_OF_A_ROLE = (
    "is a superuser",
    "may make databases",
    "may make roles",
    "may copy the whole server",
    "passes row security",
)
_PLACES = sa.text(
    "SELECT has_schema_privilege(current_schema(), 'CREATE'), "
    "has_database_privilege(current_database(), 'TEMPORARY'), "
    "has_database_privilege(current_database(), 'CREATE'), "
    "EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
    "AND pg_has_role(relowner, 'MEMBER'))"
)
_RIGHTS_OF_A_PLACE = (
    "may make tables",
    "may make temporary tables",
    "may make schemas",
    "owns tables, or is a member of who does",
)
_HELD = sa.text(
    "SELECT c.relname, v.verb FROM pg_class c, "
    "(VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER'), "
    "('REFERENCES')) v (verb) WHERE c.relkind IN ('r', 'p') "
    "AND c.relnamespace = current_schema()::regnamespace "
    "AND has_table_privilege(c.oid, v.verb)"
)


def due(connection: sa.Connection) -> dict[str, frozenset[str]]:
    """What the application's role may do with each table that is there."""
    fixed = {name for name, is_update in connection.execute(_REFUSED) if is_update}
    rights = {}
    for name in connection.execute(_TABLES).scalars():
        verbs = {"SELECT"}
        if name != "alembic_version":
            verbs.add("INSERT")
            if name not in fixed:
                verbs.add("UPDATE")
            if name in EMPTIED:
                verbs.add("DELETE")
        rights[name] = frozenset(verbs)
    return rights


def grant(connection: sa.Connection, role: str) -> None:
    """Give the role what is due to it, and nothing besides, in the caller's transaction.

    The connection is the owner's; the role is there. Who is served meanwhile notices nothing.
    """
    quoted = _quoted(connection, role)
    schema, database = connection.execute(
        sa.text("SELECT quote_ident(current_schema()), quote_ident(current_database())")
    ).one()
    for statement in (
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {quoted}",
        f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {quoted}",
        f"GRANT CONNECT ON DATABASE {database} TO {quoted}",
        f"GRANT USAGE ON SCHEMA {schema} TO {quoted}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {quoted}",
    ):
        connection.exec_driver_sql(statement)
    for table, verbs in due(connection).items():
        named = _quoted(connection, table)
        connection.exec_driver_sql(
            f"GRANT {', '.join(sorted(verbs))} ON {schema}.{named} TO {quoted}"
        )


def faults(connection: sa.Connection) -> list[str]:
    """What the role of this connection may do and should not, or may not and should.

    Each is a claim about the role: "may make tables". Empty: it is the application's own.
    """
    rights = zip(connection.execute(_ROLE).one(), _RIGHTS_OF_A_ROLE, strict=True)
    found = [claim for holds, claim in rights if holds]
    places = zip(connection.execute(_PLACES).one(), _RIGHTS_OF_A_PLACE, strict=True)
    found += [claim for holds, claim in places if holds]
    held = {(table, verb) for table, verb in connection.execute(_HELD)}
    wanted = {(table, verb) for table, verbs in due(connection).items() for verb in verbs}
    found += [f"may {verb} in {table}" for table, verb in sorted(held - wanted)]
    found += [f"may not {verb} in {table}" for table, verb in sorted(wanted - held)]
    return found


def _quoted(connection: sa.Connection, name: str) -> str:
    return str(
        connection.execute(sa.text("SELECT quote_ident(:name)"), {"name": name}).scalar_one()
    )
