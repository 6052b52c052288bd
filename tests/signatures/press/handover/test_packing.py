"""The package: all of one snapshot, with sums that fit, and kept while nobody in it left."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import erasure, withdrawal
from signatures.errors import PackageMissing
from signatures.models import HandoverPackage, Signature, Snapshot
from signatures.press.handover import packing
from signatures.press.paper import typesetting
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    draft_letter,
    listed,
    make_organizer,
    make_team,
    open_letter,
)
from tests.signatures.press.handover.packages import packed, without_compiler
from tests.signatures.press.paper.printed import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    listed(letter, BRIGID, SALMA)
    return letter


@pytest.fixture
def owner(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


def first(letter: Letter) -> Signature:
    return Signature.objects.get(letter=letter, number=1)


def test_it_has_every_file_and_its_sums(letter: Letter, owner: Organizer) -> None:
    package = packed(letter, owner)
    assert package.content is not None
    with zipfile.ZipFile(io.BytesIO(bytes(package.content))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(files) == sorted(
        [
            *("SHA256SUMS", "letter-en.pdf", "letter-ar.pdf", "count-en.pdf", "count-ar.pdf"),
            *("signatories.csv", "signatories.json", "record.ndjson"),
        ]
    )
    told = {name: (size, hashed) for name, size, hashed in package.files}
    assert told == {name: (len(data), sha256(data).hexdigest()) for name, data in files.items()}
    lines = files["SHA256SUMS"].decode().splitlines()
    listed_sums = {name: hashed for hashed, _two, name in (each.partition("  ") for each in lines)}
    assert listed_sums == {name: told[name][1] for name in files if name != "SHA256SUMS"}
    assert package.snapshot == Snapshot.objects.get(letter=letter)
    assert (b"Brigid" in files["signatories.csv"], b"@" in files["signatories.csv"]) == (
        True,
        False,
    )


def test_one_is_made_at_a_time_and_a_draft_has_none(letter: Letter, owner: Organizer) -> None:
    for _twice in range(2):
        packing.ask(letter=letter, organizer=owner, now=timezone.now())
    assert HandoverPackage.objects.filter(letter=letter).count() == 1
    draft = draft_letter(slug="unheard-of", team=make_team())
    with pytest.raises(PackageMissing):
        packing.ask(letter=draft, organizer=owner, now=timezone.now())


@pytest.mark.parametrize(
    ("leave", "is_kept"),
    [(withdrawal.withdraw, True), (erasure.erase, False)],
    ids=["withdraw", "erase"],
)
def test_it_is_not_given_out_once_somebody_in_it_left(
    letter: Letter, owner: Organizer, leave: Callable[..., object], *, is_kept: bool
) -> None:
    package = packed(letter, owner)
    assert packing.is_current(package) is True
    leave(signature=first(letter))
    assert packing.is_current(package) is False
    kept = HandoverPackage.objects.get(pk=package.pk)
    assert (kept.content is not None, kept.files) == (is_kept, package.files)


def test_a_name_that_is_erased_while_it_is_made_is_not_kept(
    letter: Letter, owner: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    zipped = packing._zipped

    def zipped_while_erased(files: list[tuple[str, bytes]]) -> bytes:
        assert erasure.erase(signature=first(letter)) is True
        return zipped(files)

    monkeypatch.setattr(packing, "_zipped", zipped_while_erased)
    package = packed(letter, owner)
    assert (package.content, packing.is_current(package)) == (None, False)
    assert len(package.files) > 0


def test_names_of_old_and_of_earlier_ones_are_forgotten(letter: Letter, owner: Organizer) -> None:
    earlier, latest = packed(letter, owner), packed(letter, owner)
    kept = HandoverPackage.objects.filter(content__isnull=False)
    assert (earlier.pk != latest.pk, list(kept)) == (True, [latest])
    assert packing.forget_old(now=timezone.now()) == 0
    assert packing.forget_old(now=timezone.now() + packing.CONTENT_FOR + timedelta(days=1)) == 1
    assert packing.is_current(latest) is False


def test_after_a_failure_it_is_tried_again(
    letter: Letter, owner: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> bytes:
        raise OSError(28, "disk full")

    packing.ask(letter=letter, organizer=owner, now=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(typesetting, "pdf", fail)
        assert (packing.make_due(), packing.is_being_made(letter=letter)) == (0, True)
    with without_compiler():
        assert packing.make_due() == 0
        HandoverPackage.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
        assert (packing.make_due(), packing.is_being_made(letter=letter)) == (1, False)


def test_the_certificate_is_typeset_without_names(letter: Letter, owner: Organizer) -> None:
    packing.ask(letter=letter, organizer=owner, now=timezone.now())
    assert packing.make_due() == 1
    package = HandoverPackage.objects.get(letter=letter)
    assert package.content is not None
    with zipfile.ZipFile(io.BytesIO(bytes(package.content))) as archive:
        words = words_of(archive.read("count-en.pdf"))
    assert ("2 signatures" in words, "Brigid" in words, "Root" in words) == (True, False, True)
