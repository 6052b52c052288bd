"""The demo's past: everything in it is exact, it is written once, and never by halves."""

from dataclasses import replace

import pytest
from django.db import IntegrityError
from django.db.models import Count

from campaign.letters import closing
from campaign.letters.models import Event, Letter, Translation
from campaign.organizers.models import Organizer, Team
from demo import seeding, statement
from signatures.models import Checkpoint, Entry, Signature, SignatureState
from signatures.record import merkle, tally
from signatures.record.checkpoint import open_checkpoint
from signatures.record.sequencer import verifier_of
from tests.journeys.visitor import Visitor

FEWER = {
    "ask-before-you-train": 130,
    "names-on-covers": 40,
    "port-library": 30,
    "ferry-lane-music-school": 20,
}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fewer_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same letters with fewer people; all 10,500 come in test_demo_command."""
    fewer = tuple(replace(each, signatures=FEWER[each.slug]) for each in statement.letters())
    monkeypatch.setattr(seeding, "letters", lambda: fewer)


def test_people_tally_and_record_agree_exactly() -> None:
    seeding.seed()
    assert not Event.objects.exists()
    for letter in Letter.objects.all():
        signed = Signature.objects.filter(letter=letter)
        assert not signed.exclude(state=SignatureState.CONFIRMED).exists()
        numbers = signed.order_by("confirmed_at", "pk").values_list("number", flat=True)
        assert list(numbers) == list(range(1, FEWER[letter.slug] + 1))

        counted = tally.latest(letter_id=letter.pk)
        assert counted is not None
        assert counted.total == FEWER[letter.slug]
        assert counted.organisations == signed.filter(kind="organisation").count()
        assert counted.people == signed.filter(kind="person").count()
        assert counted.anonymous == signed.filter(consent_publish=False).count()
        levels = dict(signed.values_list("level").annotate(Count("pk")))
        assert counted.levels == {str(level): levels.get(level, 0) for level in (1, 2, 3, 4)}

        texts = Translation.objects.filter(text__letter=letter).count()
        verified = signed.filter(level__gt=1).count()
        closed = letter.closed_at is not None
        assert counted.size == texts + FEWER[letter.slug] + verified + closed


def test_each_checkpoint_verifies_and_is_the_root_of_the_leaves_before_it() -> None:
    seeding.seed()
    for letter in Letter.objects.all():
        leaves = [
            merkle.leaf_hash(bytes(leaf))
            for leaf in Entry.objects.filter(letter=letter)
            .order_by("index")
            .values_list("leaf", flat=True)
        ]
        checkpoints = Checkpoint.objects.filter(letter=letter).order_by("size")
        assert checkpoints.count() > 3
        for checkpoint in checkpoints:
            opened = open_checkpoint(note=checkpoint.note, verifier=verifier_of(letter))
            assert opened.size == checkpoint.size
            assert opened.root == bytes(checkpoint.root) == merkle.root(leaves[: checkpoint.size])
        assert len(leaves) == checkpoints[len(checkpoints) - 1].size


def test_a_seeding_that_was_interrupted_leaves_nothing_and_starts_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class PowerCut(BaseException):
        pass

    def cut(**_call: object) -> None:
        raise PowerCut

    with monkeypatch.context() as interrupted:
        # The closed letter is the last one: nearly all is written by then.
        interrupted.setattr(closing, "close_letter", cut)
        with pytest.raises(PowerCut):
            seeding.seed()
    assert not seeding.is_seeded()
    for model in (Organizer, Team, Letter, Signature, Event, Entry, Checkpoint):
        assert not model._default_manager.exists()

    seeding.seed()
    assert seeding.is_seeded()
    assert Signature.objects.count() == sum(FEWER.values())


def test_it_is_never_written_twice() -> None:
    seeding.seed()
    with pytest.raises(IntegrityError):
        seeding.seed()
    assert Signature.objects.count() == sum(FEWER.values())


def test_the_organizer_who_is_printed_at_start_logs_in_and_finds_the_letters() -> None:
    seeding.seed()
    organizer = Visitor().goes_to("/desk/")
    organizer.sends("Log in", login=seeding.ORGANIZER, password=seeding.PASSWORD)
    assert organizer.path == "/desk/"
    for letter in Letter.objects.all():
        assert f"/desk/letters/{letter.slug}/" in organizer.page.links.values()
    organizer.follows(statement.letters()[0].versions[0].title)
    assert "Close the letter" in organizer.page.links


def test_everybody_reads_the_letters_and_finds_people_in_the_lists() -> None:
    seeding.seed()
    visitor = Visitor().goes_to("/")
    for each in statement.letters():
        assert each.versions[0].title in visitor.text
    for path in ("/letters/ask-before-you-train/", "/ar/letters/ask-before-you-train/"):
        assert visitor.goes_to(path).status == 200
        assert visitor.goes_to(f"{path}signatories/").status == 200
        assert len(visitor.page.rows) == 1 + 100
    assert "Signing is closed" in visitor.goes_to("/letters/ferry-lane-music-school/").text
