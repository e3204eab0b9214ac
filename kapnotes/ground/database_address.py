"""Where a PostgreSQL server is, and whether the way to it may carry a record.

A socket or this machine's own address needs no encryption. To any other host the line is encrypted
and the server shows a certificate for the very name it was called by: anything less could be read,
or answered, by whoever stands between.
"""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CHECKED = "verify-full"


def fault(name: str, url: str, env: Mapping[str, str]) -> str:
    """The sentence that refuses this address, in the setting of that name; "" for a safe one."""
    asked = parse_qs(urlsplit(url).query, keep_blank_values=True)
    if "service" in asked or env.get("PGSERVICE"):
        return f"{name} must name its host itself, without a service file. Unset PGSERVICE."
    if all(map(_is_local, _hosts(url, env))) or asked.get("sslmode") == [CHECKED]:
        return ""
    return (
        f"{name} leads to another machine and must end in ?sslmode={CHECKED}, so that the line is "
        "encrypted and the server is known by its certificate. Name who vouches for it with "
        "&sslrootcert=/path/to/authority.pem, or sslrootcert=system."
    )


def _hosts(url: str, env: Mapping[str, str]) -> list[str]:
    """Every host that may be called: by the address, its query, or libpq's own environment."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    named = [*asked.get("host", ()), *([parts.hostname] if parts.hostname else ())]
    numbered = asked.get("hostaddr", [])
    found = [*(named or [env.get("PGHOST", "")]), *(numbered or [env.get("PGHOSTADDR", "")])]
    return [host for group in found for host in group.split(",")]


def _is_local(host: str) -> bool:
    """Whether that is a socket, or this machine by its own address; a port may follow."""
    if not host or host.startswith(("/", "@")):
        return True
    bare = host.rpartition(":")[0] if host.count(":") == 1 else host
    return bare.strip("[]") in LOOPBACK
