"""A snapshot's list as a file: everyone in it once, and a download that broke off goes on."""

import csv
import io

import pytest
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from campaign import limits
from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.models import Method
from signatures.press import frozen_list, listing, snapshots
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
from tests.signatures.views.test_proofs import proven
from tests.signatures.views.visitors import letter_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    """Four people; Salma left after the snapshot was taken."""
    letter = open_letter()
    formula = BRIGID.but(credit="=1+1")
    brigid, salma, *_others = listed(letter, formula, SALMA, QUIET, GUILD)
    proven(brigid, Method.DOMAIN, "brigid.example")
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
    assert rows[0][4] == "'=1+1"
    assert rows[0][8].startswith("controls brigid.example, ")
    assert [bool(row[-1]) for row in rows] == [False, True, False, False]
    assert rows[1][1:9] == rows[2][1:9] == [""] * 8
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
    for asked in (f"bytes={size}-", "bytes=9-3", "bytes=-0"):
        response = ask(client, letter, Range=asked)
        assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=1-2,4-5", "lines=1-2", "nonsense", ""])
def test_what_is_no_range_gets_the_whole(client: Client, letter: Letter, asked: str) -> None:
    response = ask(client, letter, Range=asked)
    assert response.status_code == 200
    assert len(body(response)) == int(response["Content-Length"])


def test_when_somebody_left_since_it_begins_anew(client: Client, letter: Letter) -> None:
    whole = ask(client, letter)
    etag = whole["ETag"]
    body(whole)
    assert ask(client, letter, If_None_Match=etag).status_code == 304
    signature = listing.listed(letter=letter).get(number=4)
    withdrawal.withdraw(signature=load(signature.pk))
    sequence(letter)
    response = ask(client, letter, Range="bytes=100-", If_Range=etag)
    assert response.status_code == 200
    assert response["ETag"] != etag
    assert GUILD.details.name not in body(response).decode()


def test_all_pages_of_a_long_one_are_in_it(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = body(ask(client, letter))
    monkeypatch.setattr(frozen_list, "_AT_ONCE", 1)
    assert body(ask(client, letter)) == before


def test_in_arabic_its_words_are_arabic(client: Client, letter: Letter) -> None:
    content = body(client.get(letter_url(letter, "snapshots/1.csv", "ar"))).decode("utf-8-sig")
    assert "أيرلندا" in content


def test_only_so_many_an_hour(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(limits, "allows", lambda *_args: False)
    response = ask(client, letter)
    assert (response.status_code, response["Retry-After"]) == (429, "3600")


@pytest.mark.parametrize("number", ["0", "9", "2147483648"])
def test_what_was_never_taken_is_not_there(client: Client, letter: Letter, number: str) -> None:
    assert client.get(letter_url(letter, f"snapshots/{number}.csv")).status_code == 404
