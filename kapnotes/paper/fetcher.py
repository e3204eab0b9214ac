"""The fetcher that refuses: paper is made from what it was handed, and from nothing else."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn
from urllib.request import Request

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

SCHEME = "kapnotes:"


class RefusingFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
    """Serves `kapnotes:<name>` from a list of our own assets in memory and refuses all else.

    A refusal is a FatalURLFetchingError, a BaseException: it stops the document instead of
    leaving a hole in it, and whoever calls WeasyPrint must catch it by name.
    """

    def __init__(self, assets: Mapping[str, tuple[bytes, str]] = MappingProxyType({})) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._assets = dict(assets)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Hand out one of our own assets, or stop the document."""
        del headers
        found = self._assets.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if found is None:
            self._refuse(url)
        body, kind = found
        return URLFetcherResponse(url, body, {"Content-Type": kind})

    def open(
        self, url: str | Request, data: object = None, timeout: float | None = None
    ) -> URLFetcherResponse:
        """Take the same narrow door as `fetch`, whichever way the opener is called."""
        del data, timeout
        return self.fetch(url.full_url if isinstance(url, Request) else url)

    @staticmethod
    def _refuse(url: str) -> NoReturn:
        raise FatalURLFetchingError(f"Paper fetches nothing: {url[:80]!r} was refused.")
