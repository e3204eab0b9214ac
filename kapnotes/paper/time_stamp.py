"""Asking a time stamp authority (RFC 3161) when a document was sealed: a digest leaves, no more."""

import http.client
from urllib.parse import urlsplit

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

LARGEST_ANSWER = 65536
KIND = "application/timestamp-reply"


class NoTimeStamp(Exception):
    """The authority gave no time stamp; the text is a sentence."""


class Stamper(TimeStamper):
    """One authority, asked once for each document."""

    def __init__(self, url: str, seconds: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko left it bare
        self._parts = urlsplit(url)
        self._seconds = seconds

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> object:
        """The authority's token over that digest. Raises NoTimeStamp."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (TimestampRequestError, ValueError, TypeError, KeyError):
            raise NoTimeStamp(
                f"The time stamp authority {self._parts.hostname} answered with no time stamp "
                "that fits. Ask its keeper, or unset KAPNOTES_TSA_URL; then try again."
            ) from None

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send the request and read the answer, within the time limit. Raises NoTimeStamp."""
        try:
            return tsp.TimeStampResp.load(self._ask(req.dump()))
        except (OSError, http.client.HTTPException) as error:
            raise NoTimeStamp(
                f"The time stamp authority {self._parts.hostname} did not answer "
                f"({type(error).__name__}). Try again later, or unset KAPNOTES_TSA_URL."
            ) from None

    def _ask(self, body: bytes) -> bytes:
        parts = self._parts
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=self._seconds)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Content-Type": "application/timestamp-query", "Accept": KIND}
            connection.request("POST", path, body, headers)
            with connection.getresponse() as answer:
                content = answer.read(LARGEST_ANSWER + 1)
                if answer.status != http.HTTPStatus.OK or len(content) > LARGEST_ANSWER:
                    raise http.client.HTTPException
        finally:
            connection.close()
        return content
