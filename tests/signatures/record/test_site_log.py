"""The log over all letters' records: grows with them, once for each size, and leads to its root."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from campaign.letters.models import Letter
from signatures import tasks
from signatures.models import SiteCheckpoint, SiteEntry, SiteTile
from signatures.record import rollback_guard, site_log, tally
from signatures.record.format.checkpoint import Checkpoint, open_checkpoint
from signatures.record.format.merkle import BrokenTree, leaf_hash, root
from signatures.record.format.proofs import consistency_proof, verify_consistency
from signatures.record.format.tiles import decode_entries
from signatures.record.rollback_guard import DatabaseBehind
from tests.concurrency import at_once
from tests.signatures.factories import BRIGID, SALMA, listed, open_letter, sequence
from tests.signatures.views.visitors import Page

NOW = datetime(2026, 10, 22, 14, 5, 30, 999, tzinfo=UTC)


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


def _leaves() -> list[bytes]:
    return [bytes(entry.leaf) for entry in SiteEntry.objects.order_by("index")]


def _opened() -> Checkpoint:
    latest = site_log.latest()
    assert latest is not None
    opened = open_checkpoint(note=latest.note, verifier=site_log.verifier_of_site())
    assert (opened.size, opened.root) == (latest.size, bytes(latest.root))
    return opened


@pytest.mark.django_db
def test_without_a_record_there_is_nothing_to_write() -> None:
    assert site_log.extend() == 0
    assert site_log.latest() is None


def test_each_size_that_was_seen_is_written_once(letter: Letter) -> None:
    other = open_letter(slug="another")
    listed(letter, BRIGID)
    sequence(other)

    assert site_log.extend(now=lambda: NOW) == 2
    assert site_log.extend(now=lambda: NOW) == 0
    listed(other, SALMA)
    assert site_log.extend(now=lambda: NOW - timedelta(days=1)) == 1

    told = [json.loads(leaf) for leaf in _leaves()]
    assert [(each["n"], each["o"], each["size"]) for each in told] == [
        (0, letter.origin, 3),
        (1, other.origin, 2),
        (2, other.origin, 3),
    ]
    # Time does not run backwards, whatever the clock does.
    assert {each["t"] for each in told} == {"2026-10-22T14:05:30Z"}
    latest = tally.latest(letter_id=letter.pk)
    assert latest is not None
    assert _leaves()[0] == (
        b'{"n":0,"t":"2026-10-22T14:05:30Z","o":"%s","size":3,"root":"%s"}'
        % (letter.origin.encode(), told[0]["root"].encode())
    )
    opened = _opened()
    assert (opened.size, opened.root) == (3, root([leaf_hash(leaf) for leaf in _leaves()]))


def test_it_only_grows(letter: Letter) -> None:
    for who in (BRIGID, SALMA):
        listed(letter, who)
        site_log.extend()
    first, second = SiteCheckpoint.objects.order_by("size")
    verify_consistency(
        old_size=first.size,
        old_root=bytes(first.root),
        new_size=second.size,
        new_root=bytes(second.root),
        proof=consistency_proof(
            site_log.tree_of(second), old_size=first.size, new_size=second.size
        ),
    )


def test_it_keeps_its_name_when_the_site_moves(letter: Letter, settings: Settings) -> None:
    sequence(letter)
    site_log.extend()
    settings.SITE_HOST = "elsewhere.example"
    listed(letter, BRIGID)
    site_log.extend()
    assert _opened().origin == "127.0.0.1:8000/record"


def test_an_older_database_is_refused_and_told_of(
    letter: Letter, caplog: pytest.LogCaptureFixture
) -> None:
    sequence(letter)
    site_log.extend()
    published = site_log.latest()
    assert published is not None
    rollback_guard.keep(origin=site_log.verifier_of_site().name, note=published.note)
    for model in (SiteEntry, SiteTile, SiteCheckpoint):
        model.objects.all().delete()

    with pytest.raises(DatabaseBehind):
        site_log.extend()
    tasks.extend_site_log()

    assert SiteEntry.objects.count() == 0
    assert "record_refused" in caplog.text


def test_a_damaged_tile_is_refused(letter: Letter) -> None:
    sequence(letter)
    site_log.extend()
    SiteTile.objects.update(hashes=bytes(32))
    listed(letter, BRIGID)

    with pytest.raises(BrokenTree):
        site_log.extend()

    assert SiteEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_each_letter_once() -> None:
    letter = open_letter()
    sequence(letter)
    answers = at_once([site_log.extend, site_log.extend, site_log.extend])
    assert sorted(answers) == [0, 0, 1]
    assert SiteEntry.objects.count() == 1
    assert _opened().size == 1


def test_a_batch_takes_only_so_many(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_log, "BATCH_LEAVES", 1)
    sequence(letter)
    sequence(open_letter(slug="another"))
    tasks.extend_site_log()
    assert SiteEntry.objects.count() == 2


# --- as its readers see it ----------------------------------------------------------------------


def test_its_files_are_those_of_any_such_log(client: Client, letter: Letter) -> None:
    for path in ("/record/checkpoint", "/record/tile/0/000.p/1"):
        assert client.get(path).status_code == 404
    listed(letter, BRIGID)
    site_log.extend()
    assert client.get("/record/checkpoint").content.decode() == site_log.latest().note  # type: ignore[union-attr]
    assert decode_entries(client.get("/record/tile/entries/000.p/1").content) == _leaves()
    assert client.get("/record/tile/0/000.p/1").content == leaf_hash(_leaves()[0])
    for path in ("0/000", "0/000.p/2", "1/000.p/1", "entries/000.p/9", "x", "0/../0"):
        assert client.get(f"/record/tile/{path}").status_code == 404


def test_the_page_explains_and_shows_the_latest(client: Client, letter: Letter) -> None:
    assert "The first one is made within" in Page(client.get("/record/")).text
    sequence(letter)
    site_log.extend()
    page = Page(client.get("/record/"))
    latest = site_log.latest()
    assert latest is not None
    assert latest.note in page.text
    assert str(site_log.verifier_of_site()) in page.text
