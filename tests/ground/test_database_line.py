"""Over the network the server is known by its certificate, for the very name it was called by."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from kapnotes.db.engine import owner_engine_of
from kapnotes.settings import Settings
from tests.conftest import KEY
from tests.plumbing.postgres import Postgres
from tests.plumbing.role import owner_of
from tests.plumbing.tls_line import encrypted

pytestmark = pytest.mark.safety("ASVS-12.3/database-tls")


def asked(url: str, folder: Path) -> bool:
    """Whether the line is encrypted, as the client knows; raises if there is none."""
    engine = owner_engine_of(Settings(data=folder, database_url=url, owner_url=url, key=KEY))
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        return bool(driver.pgconn.ssl_in_use)


def test_the_name_that_was_called_and_no_other(postgresql: Postgres, tmp_path: Path) -> None:
    with (
        postgresql.fresh() as url,
        encrypted(postgresql.folder / ".s.PGSQL.5432", tmp_path) as line,
    ):
        base = make_url(owner_of(url)).set(query={}, port=line.port)

        def address(host: str, authority: Path) -> str:
            query = {"sslmode": "verify-full", "sslrootcert": str(authority)}
            made = base.set(host=host, query=query)
            return made.render_as_string(hide_password=False)

        assert asked(address("localhost", line.authority), tmp_path)
        with pytest.raises(sa.exc.OperationalError, match="does not match host name"):
            asked(address("127.0.0.1", line.authority), tmp_path)
        stranger = tmp_path / "stranger"
        stranger.mkdir()
        with (
            encrypted(postgresql.folder / ".s.PGSQL.5432", stranger) as other,
            pytest.raises(sa.exc.OperationalError, match="certificate verify failed"),
        ):
            asked(address("localhost", other.authority), tmp_path)
