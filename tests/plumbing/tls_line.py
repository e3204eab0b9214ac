"""A PostgreSQL behind TLS, with a certificate of an authority of its own.

The PostgreSQL of the tests is built without TLS. Here a small door in front of it does what a
server that has it does: it answers the request for TLS, shows its certificate, and passes on the
rest.
"""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "localhost"
REQUEST = 8
"""Bytes in which a client asks for TLS."""
READ_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Line:
    """A door with TLS: where it is, and who vouches for its certificate."""

    port: int
    authority: Path


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the name, and a file with its key; it vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, hidden = folder / "server.pem", folder / "server.key"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    hidden.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return shown, hidden


@contextmanager
def encrypted(socket: Path, folder: Path, *, port: int = 0) -> Iterator[Line]:
    """Answer with TLS on a port of this machine, and pass on to the socket."""
    shown, hidden = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, hidden)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readexactly(REQUEST)
            writer.write(b"S")
            await writer.drain()
            await writer.start_tls(context)
            inside = await asyncio.open_unix_connection(str(socket))
            await asyncio.gather(_pass(reader, inside[1]), _pass(inside[0], writer))

    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opening = asyncio.start_server(serve, "127.0.0.1", port)
    listening = asyncio.run_coroutine_threadsafe(opening, loop).result(10)
    try:
        yield Line(listening.sockets[0].getsockname()[1], shown)
    finally:
        loop.call_soon_threadsafe(listening.close)
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes, until it ends."""
    with suppress(OSError):
        while piece := await reader.read(READ_BYTES):
            writer.write(piece)
            await writer.drain()
    writer.close()


async def _end_all() -> None:
    """End whatever is under way."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
