"""Paper fetches nothing."""

from urllib.request import Request

import pytest
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from kapnotes.paper.fetcher import RefusingFetcher

ADDRESSES = (
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "http://127.0.0.1:8000/",
    "https://example.org/a.css",
    "ftp://example.org/a",
    "data:text/plain,hello",
    "kapnotes:unknown",
    "relative.png",
    "",
)


@pytest.mark.safety("ASVS-1.3/fetches")
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_is_refused(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        RefusingFetcher().fetch(address)


def test_the_other_doors_of_the_opener_refuse_too() -> None:
    fetcher = RefusingFetcher()
    with pytest.raises(FatalURLFetchingError):
        fetcher("file:///etc/passwd")
    with pytest.raises(FatalURLFetchingError):
        fetcher.open("file:///etc/passwd")
    with pytest.raises(FatalURLFetchingError):
        fetcher.open(Request("http://127.0.0.1/"))


def test_an_asset_of_our_own_is_served_from_memory() -> None:
    response = RefusingFetcher({"mark.svg": (b"<svg/>", "image/svg+xml")}).fetch(
        "kapnotes:mark.svg"
    )
    assert (response.read(), response.content_type) == (b"<svg/>", "image/svg+xml")


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<style>@import "http://127.0.0.1/a.css"</style>',
        '<p style="background: url(file:///etc/passwd)">a</p>',
        '<img alt="a" src="file:///etc/passwd">',
        '<img alt="a" src="data:image/png;base64,AAAA">',
    ],
)
def test_a_refusal_stops_the_document(markup: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        HTML(string=f"<html lang=en>{markup}", url_fetcher=RefusingFetcher()).write_pdf()
