"""A snapshot's list as a file: everyone in it once, and a download that broke off goes on."""

import csv
import gzip
import io

import pytest
from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from campaign import limits
from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.errors import TooSlow
from signatures.listing import queries
from signatures.press import snapshot_csv
from signatures.record import snapshots
from signatures.views.public import files
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    listed,
    load,
    open_letter,
    sequence,
)
from tests.signatures.views.public.test_downloads import goes, network
from tests.signatures.views.signer.test_proofs import proven
from tests.signatures.views.visitors import Page, letter_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    """Four people; Salma left after the snapshot was taken."""
    letter = open_letter()
    formula = BRIGID.but(credit="=1+1")
    brigid, salma, *_others = listed(letter, formula, SALMA, QUIET, GUILD)
    proven(brigid, "domain", "brigid.example")
    sequence(letter)
    snapshots.take(letter=letter)
    withdrawal.withdraw(signature=load(salma.pk))
    sequence(letter)
    return letter


def body(response: HttpResponseBase) -> bytes:
    content = b"".join(response)
    assert isinstance(content, bytes)
    return content


def ask(client: Client, letter: Letter, **headers: str) -> HttpResponseBase:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(letter_url(letter, "snapshots/1.csv"), headers=names)


def test_everyone_is_in_it_once_and_who_left_is_not_named(client: Client, letter: Letter) -> None:
    content = body(ask(client, letter)).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(content))
    assert (header[0], header[1], header[-1]) == ("Number", "Name", "Left the list on")
    assert [row[0] for row in rows] == ["1", "2", "3", "4"]
    assert rows[0][1] == BRIGID.details.name
    assert rows[0][6] == "'=1+1"
    assert rows[0][17].startswith("controls brigid.example (a DNS record), ")
    assert [bool(row[-1]) for row in rows] == [False, True, False, False]
    assert rows[1][1:-1] == [""] * 18
    assert rows[2][1:] == ["counted without being shown"] + [""] * 18
    assert (rows[3][1], rows[3][2]) == (GUILD.details.name, "")
    assert SALMA.details.name not in content


def test_a_download_that_broke_off_goes_on_where_it_ended(client: Client, letter: Letter) -> None:
    whole = ask(client, letter)
    etag, content = whole["ETag"], body(whole)
    assert whole["Accept-Ranges"] == "bytes"
    assert int(whole["Content-Length"]) == len(content)
    for asked, part, told in (
        ("bytes=100-", content[100:], f"bytes 100-{len(content) - 1}/{len(content)}"),
        ("bytes=0-9", content[:10], f"bytes 0-9/{len(content)}"),
        ("bytes=10-999999", content[10:], f"bytes 10-{len(content) - 1}/{len(content)}"),
        ("bytes=-7", content[-7:], f"bytes {len(content) - 7}-{len(content) - 1}/{len(content)}"),
    ):
        response = ask(client, letter, Range=asked, If_Range=etag)
        assert (response.status_code, response["Content-Range"]) == (206, told)
        assert body(response) == part
        assert int(response["Content-Length"]) == len(part)


def test_beyond_its_end_there_is_nothing(client: Client, letter: Letter) -> None:
    size = len(body(ask(client, letter)))
    for asked in (f"bytes={size}-", f"bytes={size}-{size + 9}", "bytes=-0"):
        response = ask(client, letter, Range=asked)
        assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{size}")
        assert (response["Cache-Control"], body(response)) == ("no-store", b"")


def test_two_parts_are_the_whole(client: Client, letter: Letter) -> None:
    whole = body(ask(client, letter))
    for cut in (1, 3, len(whole) // 2, len(whole) - 1):
        first = body(ask(client, letter, Range=f"bytes=0-{cut - 1}"))
        rest = body(ask(client, letter, Range=f"BYTES={cut}-"))
        assert first + rest == whole


@pytest.mark.parametrize(
    "asked",
    ["bytes=-", "bytes=5-2", "bytes=1-2,4-5", "lines=1-2", "nonsense", "", f"bytes={'9' * 40}-"],
)
def test_what_is_no_range_gets_the_whole(client: Client, letter: Letter, asked: str) -> None:
    response = ask(client, letter, Range=asked)
    assert response.status_code == 200
    assert len(body(response)) == int(response["Content-Length"])


def test_when_somebody_left_since_it_begins_anew(client: Client, letter: Letter) -> None:
    whole = ask(client, letter)
    etag = whole["ETag"]
    body(whole)
    assert ask(client, letter, If_None_Match=etag).status_code == 304
    signature = queries.listed(letter=letter).get(number=4)
    withdrawal.withdraw(signature=load(signature.pk))
    sequence(letter)
    response = ask(client, letter, Range="bytes=100-", If_Range=etag)
    assert response.status_code == 200
    assert response["ETag"] != etag
    assert GUILD.details.name not in body(response).decode()


def test_packed_it_is_another_file_of_the_same_lines(client: Client, letter: Letter) -> None:
    plain = ask(client, letter)
    content = body(plain)
    packed = ask(client, letter, Accept_Encoding="br, gzip")
    assert (packed["Content-Encoding"], packed["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(body(packed)) == content
    assert packed["ETag"] != plain["ETag"]
    assert packed["X-Total-Count"] == plain["X-Total-Count"] == "4"
    assert not {"Content-Length", "Accept-Ranges"} & set(packed.headers)
    # Each is known by its own name.
    again = {}
    for accepted in ("", "gzip"):
        for etag in (plain["ETag"], packed["ETag"]):
            response = ask(client, letter, Accept_Encoding=accepted, If_None_Match=etag)
            again[accepted, etag] = response.status_code
            body(response)
    assert again == {
        ("", plain["ETag"]): 304,
        ("", packed["ETag"]): 200,
        ("gzip", plain["ETag"]): 200,
        ("gzip", packed["ETag"]): 304,
    }


def test_a_part_is_never_packed(client: Client, letter: Letter) -> None:
    whole = ask(client, letter)
    content = body(whole)
    part = ask(client, letter, Accept_Encoding="gzip", Range="bytes=7-", If_Range=whole["ETag"])
    assert (part.status_code, part["ETag"]) == (206, whole["ETag"])
    assert body(part) == content[7:]
    packed = ask(client, letter, Accept_Encoding="gzip")
    body(packed)
    # What this reader has begun with goes on nowhere.
    range_of = {"Range": "bytes=7-", "If_Range": packed["ETag"]}
    anew = ask(client, letter, Accept_Encoding="gzip", **range_of)
    assert (anew.status_code, body(anew)) == (200, content)


def test_head_tells_what_get_would(client: Client, letter: Letter) -> None:
    for accepted in ("", "gzip"):
        # The first time it has to write the file to know.
        for _time in range(2):
            headers = {"Accept-Encoding": accepted}
            head = client.head(letter_url(letter, "snapshots/1.csv"), headers=headers)
            assert (head.status_code, body(head)) == (200, b"")
        full = ask(client, letter, Accept_Encoding=accepted)
        body(full)
        differing = {"Content-Security-Policy"}
        assert {name: full[name] for name in full.headers if name not in differing} == {
            name: head[name] for name in head.headers if name not in differing
        }


def test_while_nothing_changed_only_who_wants_bytes_has_it_written(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ask(client, letter)
    size = whole["Content-Length"]
    body(whole)
    monkeypatch.setattr(snapshot_csv, "write", lambda **_asked: 1 / 0)
    monkeypatch.setattr(limits, "hit", lambda *_args: False)
    same = ask(client, letter, If_None_Match=f'"x", W/{whole["ETag"]}')
    assert (same.status_code, same["ETag"], body(same)) == (304, whole["ETag"], b"")
    # They would be those of the file.
    assert not {"Content-Type", "Content-Length"} & set(same.headers)
    assert client.head(letter_url(letter, "snapshots/1.csv"))["Content-Length"] == size
    beyond = ask(client, letter, Range=f"bytes={size}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{size}")
    assert ask(client, letter, If_None_Match='"x"').status_code == 429


def test_in_arabic_its_words_are_arabic(client: Client, letter: Letter) -> None:
    content = body(client.get(letter_url(letter, "snapshots/1.csv", "ar"))).decode("utf-8-sig")
    assert "أيرلندا" in content


def test_only_so_many_an_hour(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(limits, "hit", lambda *_args: False)
    response = ask(client, letter)
    assert (response.status_code, response["Retry-After"]) == (429, "3600")


@pytest.fixture
def large(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> Letter:
    """As if a few names were many."""
    monkeypatch.setattr(files, "LARGE_FILE_ROWS", 3)
    return letter


def test_a_large_one_has_its_place_until_its_reader_is_done(client: Client, large: Letter) -> None:
    mine = network("127.0.0.1")
    asked: dict[str, str]
    for asked in ({}, {"Range": "bytes=3-"}, {"Accept_Encoding": "gzip"}):
        response = ask(client, large, **asked)
        assert files.at_once._under_way == {mine: 1}
        busy = ask(client, large)
        assert (busy.status_code, busy["Retry-After"]) == (503, "60")
        assert Page(busy).headings == ["Please try again later"]
        # The reader takes a little and has gone.
        goes(response)
        assert files.at_once._under_way == {}
        assert body(ask(client, large))
        assert files.at_once._under_way == {}
    # Whoever gets no bytes keeps no place.
    cache.clear()
    assert ask(client, large, Range="bytes=-0").status_code == 416
    assert files.at_once._under_way == {}


def test_lists_and_snapshots_share_their_places(client: Client, large: Letter) -> None:
    others = [network("192.0.2.1"), network("192.0.2.2")]
    assert [files.at_once.enter(other) for other in others] == [True, True]
    assert ask(client, large).status_code == 503
    for other in others:
        files.at_once.leave(other)
    assert body(ask(client, large))


def test_only_so_many_large_ones_an_hour(
    client: Client, large: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = limits.Limit.LARGE_DOWNLOADS_FROM_NETWORK
    monkeypatch.setattr(limits, "hit", lambda limit, _who: limit != refused)
    response = ask(client, large)
    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    assert response["Cache-Control"] == "no-store"
    assert files.at_once._under_way == {}
    monkeypatch.setattr(files, "LARGE_FILE_ROWS", 4)
    assert body(ask(client, large))


def test_a_slow_database_is_no_error(
    client: Client, large: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(**_asked: object) -> None:
        raise TooSlow

    monkeypatch.setattr(snapshot_csv, "write", slow)
    response = ask(client, large)
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert files.at_once._under_way == {}


@pytest.mark.parametrize("number", ["0", "9", "2147483648"])
def test_what_was_never_taken_is_not_there(client: Client, letter: Letter, number: str) -> None:
    assert client.get(letter_url(letter, f"snapshots/{number}.csv")).status_code == 404
