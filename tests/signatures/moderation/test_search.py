import pytest

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import withdrawal
from signatures.models import Because, Signature
from signatures.moderation import attestation, removal, search
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    open_letter,
    pending,
    someone,
)

pytestmark = pytest.mark.django_db


def _names(
    letter: Letter,
    which: str = search.LISTED,
    *,
    q: str = "",
    after: int | None = None,
    private: bool = True,
) -> list[str]:
    page = search.page(letter=letter, q=q, which=which, after=after, private=private)
    return [row.name for row in page.rows]


@pytest.fixture
def all_kinds(letter: Letter, ottilie: Organizer) -> list[Signature]:
    """Numbers 1 to 5: listed, vetted, removed, anonymous, rejected; and one that is pending."""
    signatures = listed(letter, BRIGID, WIKTOR, MEI, QUIET, GUILD)
    attestation.vet(
        signature=signatures[1],
        organizer=ottilie,
        expected_revision=signatures[1].revision,
        evidence="known",
    )
    removal.remove(
        signature=signatures[2], organizer=ottilie, expected_revision=1, because=Because.RULES
    )
    Signature.objects.filter(pk=signatures[4].pk).update(state="rejected", level=0)
    pending(letter, SALMA)
    return [load(each.pk) for each in signatures]


def test_each_is_found_where_it_is(letter: Letter, all_kinds: list[Signature]) -> None:
    brigid, wiktor, mei, quiet, guild = (each.name for each in all_kinds)
    assert _names(letter) == [wiktor, brigid]
    assert _names(letter, search.VETTED) == [wiktor]
    assert _names(letter, search.REMOVED) == [mei]
    assert _names(letter, search.ANONYMOUS) == [quiet]
    assert _names(letter, search.REJECTED) == [guild]
    assert _names(open_letter(slug="elsewhere")) == []


def test_who_may_not_see_private_data_finds_only_names_that_were_public(
    letter: Letter, all_kinds: list[Signature]
) -> None:
    brigid, wiktor, mei, *_others = (each.name for each in all_kinds)
    for which in (search.LISTED, search.ANONYMOUS, search.REJECTED):
        assert _names(letter, which, private=False) == [wiktor, brigid]
    assert _names(letter, search.REMOVED, private=False) == [mei]
    for number in ("4", "5"):
        assert _names(letter, q=number, private=False) == []
    assert search.visible(letter=letter, private=False).count() == 3
    withdrawal.withdraw(signature=all_kinds[0])
    assert search.visible(letter=letter, private=False).count() == 2
    assert search.visible(letter=letter, private=True).count() == 5


@pytest.mark.parametrize("q", ["3", " #3 ", "٣", "0,003"])
def test_a_number_finds_its_signature_wherever_it_is(
    letter: Letter, all_kinds: list[Signature], q: str
) -> None:
    assert _names(letter, q=q) == [MEI.details.name]


@pytest.mark.parametrize("q", ["6", "99999999999", "2147483648", "!!", "²", "no such name"])
def test_what_fits_nothing_finds_nothing(
    letter: Letter, all_kinds: list[Signature], q: str
) -> None:
    assert _names(letter, q=q) == []


def test_a_name_is_found_by_its_parts_whatever_its_accents(
    letter: Letter, all_kinds: list[Signature]
) -> None:
    assert _names(letter, q="zolcik wik") == [WIKTOR.details.name]
    assert _names(letter, search.REMOVED, q=MEI.details.name) == [MEI.details.name]


@pytest.mark.parametrize("which", [search.LISTED, search.REMOVED])
def test_pages_follow_each_other_by_key(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(search, "PAGE_ROWS", 2)
    signatures = listed(letter, *(someone(number) for number in range(5)))
    if which == search.REMOVED:
        for each in signatures:
            removal.remove(
                signature=each, organizer=ottilie, expected_revision=1, because=Because.RULES
            )
    found: list[str] = []
    after = None
    for _page in range(3):
        page = search.page(letter=letter, q="", which=which, after=after, private=True)
        found += [row.name for row in page.rows]
        after = page.next
    assert after is None
    assert found == [each.name for each in reversed(signatures)]


def test_no_address_is_loaded(letter: Letter) -> None:
    listed(letter, BRIGID)
    confirmed(letter, WIKTOR)
    [row] = search.page(letter=letter, q="", which="", after=None, private=True).rows
    assert {"email", "email_key", "network_key", "salt", "nonce"} <= row.get_deferred_fields()
