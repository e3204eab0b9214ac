"""What a database looks like from outside its rows: tables, columns, indexes and triggers."""

import sqlalchemy as sa

_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal"
    ),
}

Shape = tuple[dict[str, list[str]], dict[str, list[str]], list[str]]


def shape_of(connection: sa.Connection) -> Shape:
    """The columns and the indexes of each table, and every trigger; by name, in order."""
    here = sa.inspect(connection)
    tables = sorted(set(here.get_table_names()) - {"alembic_version"})
    columns = {name: sorted(one["name"] for one in here.get_columns(name)) for name in tables}
    indexes = {name: sorted(str(one["name"]) for one in here.get_indexes(name)) for name in tables}
    triggers = connection.execute(sa.text(_TRIGGERS[connection.dialect.name])).scalars()
    return columns, indexes, sorted(triggers)
