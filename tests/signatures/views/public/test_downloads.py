"""Downloads as browsers and programs ask for them."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from pytest_django import Settings

from campaign import limits
from campaign.letters.models import Letter
from campaign.shared_pages import CACHE_CONTROL
from signatures.errors import TooSlow
from signatures.press import downloads
from signatures.views.public import files
from tests.signatures.factories import BRIGID, SALMA, WIKTOR, listed, open_letter, someone
from tests.signatures.record.record_invariants import latest
from tests.signatures.views.visitors import AGREED, NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db

BOTH = ("signatories.csv", "signatories.json")


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a few names were many."""
    monkeypatch.setattr(downloads, "BLOCK_BYTES", 200)
    monkeypatch.setattr(downloads, "_MAX_ROWS_AT_ONCE", 0)
    monkeypatch.setattr(downloads, "ROWS_PER_CHUNK", 2)
    monkeypatch.setattr(files, "LARGE_FILE_ROWS", 5)


def body(response: Any) -> bytes:
    """Read to the end, as the server does: then it closes by itself."""
    return b"".join(response) if response.streaming else bytes(response.content)


def goes(response: Any) -> None:
    """The reader takes a block and has gone; the server closes."""
    assert next(iter(response))
    # Of the test's client, which spares the test's own transaction.
    response._iterator.close()


@pytest.mark.parametrize("name", BOTH)
def test_a_small_file_says_its_length_and_its_rows(
    client: Client, letter: Letter, name: str
) -> None:
    listed(letter, BRIGID, SALMA)
    response = client.get(letter_url(letter, name))
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(response.content))
    assert response["X-Total-Count"] == "2"
    assert response["Cache-Control"] == CACHE_CONTROL
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Disposition"].startswith(
        f'attachment; filename="{letter.slug}-signatories-2'
    )
    assert not response.cookies
    assert "Brigid" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, ""),
        ({"profession": "poet", "country": "LB"}, "-poet-LB"),
        ({"level": "1", "kind": "person", "version": "1"}, "-person-level-1-text-1"),
        ({"q": "Łódź سلمى 梅"}, "-name-lodz-slma-mei"),
        ({"q": '"; x=\r\n'}, "-name-x"),
        ({"q": "!"}, "-name"),
        ({"q": "a" * 199}, "-name-" + "a" * 40),
    ],
)
@pytest.mark.parametrize("name", BOTH)
def test_the_name_of_a_file_tells_list_choice_and_time(
    client: Client, letter: Letter, name: str, query: dict[str, str], told: str
) -> None:
    listed(letter, SALMA)
    response = client.get(letter_url(letter, name), query)
    as_of = latest(letter).as_of
    assert response["Content-Disposition"] == (
        f'attachment; filename="{letter.slug}-signatories{told}-{as_of:%Y-%m-%d-%H%M}'
        f'.{name.rpartition(".")[2]}"'
    )


@pytest.mark.parametrize(
    ("separator", "header"),
    [("comma", "Number,Name,"), ("semicolon", "Number;Name;")],
)
def test_a_csv_is_separated_by_what_is_asked_for(
    client: Client, letter: Letter, separator: str, header: str
) -> None:
    response = client.get(letter_url(letter, "signatories.csv"), {"separator": separator})
    assert response.content.decode("utf-8-sig").startswith(header)


@pytest.mark.parametrize(
    ("name", "separator"), [("signatories.csv", "tab"), ("signatories.json", "comma")]
)
def test_another_separator_is_refused(
    client: Client, letter: Letter, name: str, separator: str
) -> None:
    response = client.get(letter_url(letter, name), {"separator": separator})
    assert response.status_code == 422


def test_the_file_is_in_the_language_of_its_path(client: Client, letter: Letter) -> None:
    listed(letter, SALMA)
    english, arabic = (
        client.get(letter_url(letter, "signatories.csv", language)).content.decode()
        for language in ("", "ar")
    )
    assert english.splitlines()[0] != arabic.splitlines()[0]
    assert "Lebanon" in english
    assert "لبنان" in arabic
    assert client.get(letter_url(letter, "signatories.json", "ar")).status_code == 404


@pytest.mark.usefixtures("streamed")
@pytest.mark.parametrize("name", BOTH)
def test_a_large_file_streams_the_same_bytes_packed_or_not(
    client: Client, letter: Letter, name: str
) -> None:
    listed(letter, *[someone(number) for number in range(9)])
    plain = client.get(letter_url(letter, name))
    assert (plain.streaming, plain["X-Total-Count"]) == (True, "9")
    assert "Content-Length" not in plain
    content = body(plain)
    packed = client.get(letter_url(letter, name), headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert (packed.streaming, packed["Content-Encoding"]) == (True, "gzip")
    assert packed["Vary"] == "Accept-Encoding"
    assert packed["ETag"] != plain["ETag"]
    assert gzip.decompress(body(packed)) == content
    assert content.count(b"Signer Number") == 9


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    "query",
    [
        "profession=wizard",
        "country=fr",
        "level=9",
        "kind=robot",
        "proffesion=poet",
        "LEVEL=2",
        "order=name",
        "after=100",
        "q[]=x",
        "q=" + "x" * 201,
    ],
)
def test_a_filter_that_is_misspelt_does_not_mean_everybody(
    client: Client, letter: Letter, name: str, query: str
) -> None:
    listed(letter, BRIGID)
    response = client.get(f"{letter_url(letter, name)}?level=1&{query}")
    assert response.status_code == 422
    assert response["Cache-Control"] == "no-store"
    wrong = query.partition("=")[0]
    if name.endswith("json"):
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["detail"].endswith(f": {wrong}")
    else:
        assert f"<code>{wrong}</code>" in response.content.decode()


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("br, x-gzip", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("gzip;q=0.1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("br", False),
        ("", False),
        ("not-gzip", False),
    ],
)
def test_what_is_packed_is_what_was_asked(
    client: Client, letter: Letter, accepted: str, packed: bool
) -> None:
    listed(letter, BRIGID)
    response = client.get(
        letter_url(letter, "signatories.csv"), headers={"Accept-Encoding": accepted}
    )
    assert (response.get("Content-Encoding") == "gzip") is packed
    content = gzip.decompress(response.content) if packed else response.content
    assert b"Brigid" in content


@pytest.mark.parametrize("name", BOTH)
def test_nothing_new_costs_nothing(client: Client, letter: Letter, name: str) -> None:
    [first] = listed(letter, BRIGID)
    etag = client.get(letter_url(letter, name))["ETag"]
    for asked in (etag, f"W/{etag}", f'"x", {etag}'):
        again = client.get(letter_url(letter, name), headers={"If-None-Match": asked})
        assert (again.status_code, body(again), again["ETag"]) == (304, b"", etag)
        # They would be those of the file.
        assert not {"Content-Type", "Content-Length"} & set(again.headers)
    client.post(link_url(first, "withdraw/"), AGREED)
    changed = client.get(letter_url(letter, name), headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert b"Brigid" not in changed.content


@pytest.mark.usefixtures("streamed")
def test_head_tells_the_rows_and_sends_none(client: Client, letter: Letter) -> None:
    listed(letter, *[someone(number) for number in range(9)])
    response = client.head(letter_url(letter, "signatories.csv"))
    assert (response.status_code, response["X-Total-Count"]) == (200, "9")
    assert body(response) == b""
    packed = client.head(letter_url(letter, "signatories.csv"), headers={"Accept-Encoding": "gzip"})
    assert (packed["Content-Encoding"], body(packed)) == ("gzip", b"")
    assert "Content-Length" not in packed


@pytest.mark.usefixtures("streamed")
def test_a_reader_who_goes_makes_room_for_the_next(client: Client, letter: Letter) -> None:
    listed(letter, *[someone(number) for number in range(9)])
    for _reader in range(4):
        response = client.get(letter_url(letter, "signatories.csv"))
        goes(response)
    assert files.at_once._under_way.total() == 0


def network(address: str) -> bytes:
    return limits.network_key(RequestFactory().get("/", REMOTE_ADDR=address))


@pytest.mark.usefixtures("streamed")
def test_only_so_many_large_ones_at_the_same_time(client: Client, letter: Letter) -> None:
    """The others are under way in threads of their own."""
    listed(letter, *[someone(number) for number in range(9)])
    url = letter_url(letter, "signatories.csv")
    mine = network("127.0.0.1")
    assert files.at_once.enter(mine)
    response = client.get(url)
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert Page(response).headings == ["Please try again later"]
    small = client.get(url, {"q": "number 3"})
    assert (small.status_code, small["X-Total-Count"]) == (200, "1")
    assert b"Number 3" in body(small)
    files.at_once.leave(mine)
    others = [network("192.0.2.1"), network("192.0.2.2")]
    assert [files.at_once.enter(other) for other in others] == [True, True]
    busy = client.get(letter_url(letter, "signatories.json"))
    assert (busy.status_code, busy["Content-Type"]) == (503, "application/problem+json")
    files.at_once.leave(others[0])
    response = client.get(url)
    assert response.status_code == 200
    assert files.at_once._under_way.total() == 2
    goes(response)
    files.at_once.leave(others[1])
    assert files.at_once._under_way.total() == 0


@pytest.mark.usefixtures("streamed")
def test_only_so_many_in_an_hour(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, *[someone(number) for number in range(9)])
    refused: set[limits.Limit] = set()
    monkeypatch.setattr(limits, "hit", lambda limit, _who: limit not in refused)
    url = letter_url(letter, "signatories.json")
    refused.add(limits.Limit.LARGE_DOWNLOADS_FROM_NETWORK)
    response = client.get(url)
    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    assert response.json()["title"] == "Too many downloads"
    small = client.get(url, {"q": "number 3"})
    assert (small.status_code, json.loads(body(small))["listed"]) == (200, 1)
    assert files.at_once._under_way.total() == 0
    refused.add(limits.Limit.DOWNLOADS_FROM_NETWORK)
    assert client.get(url, {"q": "number 3"}).status_code == 429


@pytest.mark.usefixtures("streamed")
def test_without_redis_it_still_goes(client: Client, letter: Letter, settings: Settings) -> None:
    listed(letter, *[someone(number) for number in range(9)])
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    limits._limiter.cache_clear()
    try:
        assert body(client.get(letter_url(letter, "signatories.csv"))).count(b"\r\n") == 10
    finally:
        limits._limiter.cache_clear()


def test_a_slow_database_is_no_error(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(**_asked: object) -> None:
        raise TooSlow

    monkeypatch.setattr(downloads, "open_download", slow)
    for name in BOTH:
        response = client.get(letter_url(letter, name))
        assert (response.status_code, response["Retry-After"]) == (503, "60")


def test_an_error_at_the_first_row_frees_the_place(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, BRIGID)
    monkeypatch.setattr(files, "LARGE_FILE_ROWS", 0)

    def broken(_asked: object) -> Iterator[bytes]:
        if _asked:
            raise RuntimeError
        yield b""

    monkeypatch.setattr("signatures.press.json_download.lines", broken)
    client = Client(raise_request_exception=False)
    assert client.get(letter_url(letter, "signatories.json")).status_code == 500
    assert files.at_once._under_way.total() == 0


@pytest.mark.usefixtures("streamed")
@pytest.mark.parametrize("name", ["csv", "json"])
def test_a_file_that_breaks_off_says_so(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A server ends what it streams like a whole file; unfinished JSON is no JSON."""
    listed(letter, *[someone(number) for number in range(9)])
    found = downloads.blocks

    def broken(*args: Any) -> Iterator[bytes]:
        yield next(found(*args)) * 100
        raise OperationalError("the database has gone")

    monkeypatch.setattr(downloads, "blocks", broken)
    response = client.get(letter_url(letter, f"signatories.{name}"), {"kind": "person"})
    content = body(response)
    if name == "csv":
        assert content.endswith(
            b"This file is not complete: the database failed on the way. Download it again.\r\n"
        )
    else:
        with pytest.raises(ValueError, match=r"delimiter|Expecting"):
            json.loads(content)
    assert files.at_once._under_way.total() == 0


def test_a_file_that_fails_before_its_first_block_is_an_error(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, BRIGID)

    def broken(*_args: Any) -> Iterator[bytes]:
        raise OperationalError("the database has gone")

    monkeypatch.setattr(downloads, "blocks", broken)
    client = Client(raise_request_exception=False)
    assert client.get(letter_url(letter, "signatories.csv")).status_code == 503


def test_the_page_links_to_both_with_its_filters(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, WIKTOR)
    page = Page(client.get(letter_url(letter, "signatories/"), {"country": "LB", "order": "name"}))
    found = [link for link in page.links if "signatories." in link]
    assert found == [
        letter_url(letter, f"signatories.{rest}")
        for rest in (
            "csv?country=LB",
            "csv?country=LB&separator=semicolon",
            "xlsx?country=LB",
            "json?country=LB",
        )
    ]
    assert "Download this 1 name:" in " ".join(page.text.split())
    for link in found:
        response = client.get(link)
        assert response["X-Total-Count"] == "1"
        if ".xlsx" not in link:
            assert SALMA.details.name in response.content.decode()
    arabic = Page(client.get(letter_url(letter, "signatories/", "ar")))
    assert letter_url(letter, "signatories.csv", "ar") in arabic.links


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_question_breaks_a_download(client: Client, letter: Letter, value: str) -> None:
    listed(letter, BRIGID)
    is_no_name = len(value) > 200 or "\0" in value
    for name in BOTH:
        url = letter_url(letter, name)
        assert client.get(url, {"q": value}).status_code == (422 if is_no_name else 200)
        for narrowing in ("profession", "country", "level", "kind"):
            answer = client.get(url, {narrowing: value})
            assert answer.status_code == (422 if value else 200)


def test_there_is_no_file_of_a_letter_that_is_not_public(client: Client) -> None:
    for slug in ("nobody", "-"):
        for name in BOTH:
            assert client.get(f"/letters/{slug}/{name}").status_code == 404


@pytest.mark.parametrize("name", BOTH)
def test_a_file_is_only_read(client: Client, letter: Letter, name: str) -> None:
    assert client.post(letter_url(letter, name)).status_code == 405
