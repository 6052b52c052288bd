"""The record as its readers check it: with nothing but the files that are served."""

import base64
import hashlib
import json
from urllib.parse import quote

import pytest
from django.test import Client

from campaign.letters.models import Event, EventKind, Letter
from signatures.models import Signature
from signatures.record import sequencer, site_log, tally
from signatures.record.format.checkpoint import open_checkpoint
from signatures.record.format.notes import Verifier
from signatures.record.format.tiles import TILE_WIDTH, decode_entries
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    confirmed,
    listed,
    open_letter,
    sequence,
)
from tests.signatures.views.visitors import AGREED, NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db

FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def grow(letter: Letter, size: int) -> None:
    """Make the record this long, with events that need no signer."""
    sequence(letter)
    have = tally.latest(letter_id=letter.pk)
    waiting = size - (have.size if have else 0)
    Event.objects.bulk_create(
        Event(letter=letter, kind=EventKind.TEXT, text_sha256=f"{number:064x}")
        for number in range(waiting)
    )
    sequence(letter)


def file(client: Client, letter: Letter, path: str) -> bytes:
    response = client.get(letter_url(letter, f"record/{path}"))
    assert response.status_code == 200, path
    return bytes(response.content)


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def root_of(hashes: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, written down once more and differently."""
    while len(hashes) > 1:
        paired = [
            hashlib.sha256(b"\1" + hashes[at] + hashes[at + 1]).digest()
            for at in range(0, len(hashes) - 1, 2)
        ]
        hashes = paired + ([hashes[-1]] if len(hashes) % 2 else [])
    return hashes[0]


def test_the_checkpoint_is_signed_by_the_key_that_the_page_names(
    client: Client, letter: Letter
) -> None:
    listed(letter, BRIGID, SALMA)
    response = client.get(letter_url(letter, "record/checkpoint"))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    note = response.content.decode()
    page = client.get(letter_url(letter, "record/"))
    verifier = Verifier.parse(page.context["verifier_key"])
    checkpoint = open_checkpoint(note=note, verifier=verifier)
    assert checkpoint.origin == f"127.0.0.1:8000/letters/{letter.slug}/record"
    assert checkpoint.size == 4
    text = Page(page).text
    assert note in text
    assert base64.b64encode(checkpoint.root).decode() in text


def test_there_is_no_checkpoint_before_the_first(client: Client, letter: Letter) -> None:
    assert client.get(letter_url(letter, "record/checkpoint")).status_code == 404
    assert client.get(letter_url(letter, "record/tile/0/000.p/1")).status_code == 404
    page = Page(client.get(letter_url(letter, "record/")))
    assert "The first one is made within seconds of publication." in page.text


@pytest.mark.parametrize("size", [2, 3, 255, 256, 257, 700])
def test_the_tiles_and_entries_have_the_signed_root(
    client: Client, letter: Letter, size: int
) -> None:
    grow(letter, size)
    checkpoint = open_checkpoint(
        note=file(client, letter, "checkpoint").decode(), verifier=sequencer.verifier_of(letter)
    )
    assert checkpoint.size == size
    hashes, entries, tops = [], [], []
    for index in range((size + TILE_WIDTH - 1) // TILE_WIDTH):
        width = min(TILE_WIDTH, size - index * TILE_WIDTH)
        end = f"{index:03d}" if width == TILE_WIDTH else f"{index:03d}.p/{width}"
        tile = file(client, letter, f"tile/0/{end}")
        bundle = decode_entries(file(client, letter, f"tile/entries/{end}"))
        assert (len(tile), len(bundle)) == (32 * width, width)
        hashes += [tile[at : at + 32] for at in range(0, len(tile), 32)]
        entries += bundle
        if width == TILE_WIDTH:
            tops.append(root_of(hashes[-TILE_WIDTH:]))
    assert [leaf(entry) for entry in entries] == hashes
    assert root_of(hashes) == checkpoint.root
    if tops:
        assert file(client, letter, f"tile/1/000.p/{len(tops)}") == b"".join(tops)
    else:
        assert client.get(letter_url(letter, "record/tile/1/000.p/1")).status_code == 404
    assert [json.loads(entry)["n"] for entry in entries] == list(range(size))


def test_a_tile_of_every_width_stays_what_it_was(client: Client, letter: Letter) -> None:
    grow(letter, 5)
    before = {width: file(client, letter, f"tile/0/000.p/{width}") for width in range(1, 6)}
    entries = {width: file(client, letter, f"tile/entries/000.p/{width}") for width in range(1, 6)}
    grow(letter, 300)
    whole = file(client, letter, "tile/0/000")
    for width in range(1, 6):
        assert file(client, letter, f"tile/0/000.p/{width}") == before[width]
        assert file(client, letter, f"tile/entries/000.p/{width}") == entries[width]
        assert before[width] == whole[: 32 * width]
    assert file(client, letter, "tile/0/000.p/255") == whole[: 32 * 255]


def test_tiles_may_be_kept_for_ever(client: Client, letter: Letter) -> None:
    grow(letter, 3)
    for path in ("tile/0/000.p/3", "tile/entries/000.p/2"):
        response = client.get(letter_url(letter, f"record/{path}"))
        assert response["Cache-Control"] == FOREVER
        assert response["Content-Type"] == "application/octet-stream"
        assert not response.cookies


@pytest.mark.parametrize(
    "path",
    [
        "0/000",
        "0/000.p/4",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/03",
        "0/000.p/-1",
        "0/000.p/",
        "0/0",
        "0/x000/000.p/3",
        "0/001.p/1",
        "00/000.p/3",
        "1/000.p/1",
        "63/000.p/1",
        "64/000.p/1",
        "-1/000.p/3",
        "entries/000",
        "entries/000.p/4",
        "Entries/000.p/3",
        "0/000.p/3/",
        "../checkpoint",
        "0/x999/x999/x999/x999/x999/x999/999",
        "0/٠٠٠.p/3",
        "",
    ],
)
def test_every_other_spelling_of_a_tile_is_not_there(
    client: Client, letter: Letter, path: str
) -> None:
    grow(letter, 3)
    assert client.get(letter_url(letter, "record/tile/0/000.p/3")).status_code == 200
    assert client.get(letter_url(letter, f"record/tile/{path}")).status_code == 404


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_path_breaks_the_tiles(client: Client, letter: Letter, value: str) -> None:
    sequence(letter)
    for path in (f"{quote(value)}/000.p/1", f"0/{quote(value)}000.p/1", f"0/000.p/1{quote(value)}"):
        response = client.get(letter_url(letter, "record/tile/") + path)
        assert response.status_code == (200 if path == "0/000.p/1" else 404)


def counts(client: Client, letter: Letter) -> dict[str, object]:
    answer = client.get(letter_url(letter, "count"))
    assert answer["Content-Type"] == "application/json"
    told: dict[str, object] = answer.json()
    assert list(told) == [
        "total",
        "people",
        "organisations",
        "anonymous",
        "levels",
        "versions",
        "held",
        "size",
        "root",
        "as_of",
    ]
    return told


def test_the_counts_add_up_and_belong_to_the_checkpoint(client: Client, letter: Letter) -> None:
    first = listed(letter, BRIGID, SALMA, QUIET, GUILD)
    client.post(link_url(first[1], "withdraw/"), AGREED)
    confirmed(letter, BRIGID.__class__(email="late@later.example", details=BRIGID.details))
    sequence(letter)
    told = counts(client, letter)
    assert told | {"root": "", "as_of": ""} == {
        "total": 4,
        "people": 3,
        "organisations": 1,
        "anonymous": 1,
        "levels": {"1": 4, "2": 0, "3": 0, "4": 0},
        "versions": [{"version": 1, "total": 4}],
        "held": 0,
        "size": 8,
        "root": "",
        "as_of": "",
    }
    checkpoint = open_checkpoint(
        note=file(client, letter, "checkpoint").decode(), verifier=sequencer.verifier_of(letter)
    )
    assert told["size"] == checkpoint.size
    assert base64.b64decode(str(told["root"])) == checkpoint.root
    shown = Signature.objects.filter(state="confirmed", number__isnull=False).count()
    assert told["total"] == shown
    assert str(told["as_of"]).endswith("Z")


def test_before_the_first_checkpoint_the_count_is_nothing(client: Client, letter: Letter) -> None:
    told = counts(client, letter)
    assert (told["total"], told["size"], told["root"]) == (0, 0, "")


def test_the_count_has_no_language(client: Client, letter: Letter) -> None:
    for rest in ("count", "record/checkpoint", "record/tile/0/000.p/1", "text/1.en.md"):
        assert client.get(letter_url(letter, rest, "ar")).status_code == 404


def test_the_page_links_to_every_text_that_was_ever_signed(client: Client, letter: Letter) -> None:
    page = Page(client.get(letter_url(letter, "record/")))
    texts = [link for link in page.links if "/text/" in link]
    assert texts == [letter_url(letter, f"text/1.{code}.md") for code in ("en", "ar")]
    for link in texts:
        assert client.get(link).status_code == 200
    assert letter_url(letter, "record/checkpoint") in page.links


def test_pages_of_other_sites_may_read_the_files(client: Client, letter: Letter) -> None:
    grow(letter, 3)
    site_log.extend()
    here = letter_url(letter)
    for path in (
        f"{here}count",
        f"{here}record/checkpoint",
        f"{here}record/tile/0/000.p/3",
        f"{here}record/tile/entries/000.p/3",
        f"{here}text/1.en.md",
        "/record/checkpoint",
        "/record/tile/0/000.p/1",
    ):
        response = client.get(path)
        allowed = response["Access-Control-Allow-Origin"]
        assert (response.status_code, allowed) == (200, "*"), path
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert not response.cookies
