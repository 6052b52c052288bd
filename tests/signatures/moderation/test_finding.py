import pytest

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import withdrawal
from signatures.models import Because, Signature
from signatures.moderation import finding, lifting, removing
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
    which: str = finding.LISTED,
    *,
    q: str = "",
    after: int | None = None,
    private: bool = True,
) -> list[str]:
    page = finding.page(letter=letter, q=q, which=which, after=after, private=private)
    return [row.name for row in page.rows]


@pytest.fixture
def all_kinds(letter: Letter, ottilie: Organizer) -> list[Signature]:
    """Numbers 1 to 5: listed, vetted, removed, anonymous, rejected; and one that is pending."""
    signatures = listed(letter, BRIGID, WIKTOR, MEI, QUIET, GUILD)
    lifting.vet(
        signature=signatures[1], organizer=ottilie, seen=signatures[1].revision, evidence="known"
    )
    removing.remove(signature=signatures[2], organizer=ottilie, seen=1, because=Because.RULES)
    Signature.objects.filter(pk=signatures[4].pk).update(state="rejected", level=0)
    pending(letter, SALMA)
    return [load(each.pk) for each in signatures]


def test_each_is_found_where_it_is(letter: Letter, all_kinds: list[Signature]) -> None:
    brigid, wiktor, mei, quiet, guild = (each.name for each in all_kinds)
    assert _names(letter) == [wiktor, brigid]
    assert _names(letter, finding.VETTED) == [wiktor]
    assert _names(letter, finding.REMOVED) == [mei]
    assert _names(letter, finding.ANONYMOUS) == [quiet]
    assert _names(letter, finding.REJECTED) == [guild]
    assert _names(open_letter(slug="elsewhere")) == []


def test_who_may_not_see_private_data_finds_only_names_that_were_public(
    letter: Letter, all_kinds: list[Signature]
) -> None:
    brigid, wiktor, mei, *_others = (each.name for each in all_kinds)
    for which in (finding.LISTED, finding.ANONYMOUS, finding.REJECTED):
        assert _names(letter, which, private=False) == [wiktor, brigid]
    assert _names(letter, finding.REMOVED, private=False) == [mei]
    for number in ("4", "5"):
        assert _names(letter, q=number, private=False) == []
    assert finding.visible(letter=letter, private=False).count() == 3
    withdrawal.withdraw(signature=all_kinds[0])
    assert finding.visible(letter=letter, private=False).count() == 2
    assert finding.visible(letter=letter, private=True).count() == 5


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
    assert _names(letter, finding.REMOVED, q=MEI.details.name) == [MEI.details.name]


@pytest.mark.parametrize("which", [finding.LISTED, finding.REMOVED])
def test_pages_follow_each_other_by_key(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)
    signatures = listed(letter, *(someone(number) for number in range(5)))
    if which == finding.REMOVED:
        for each in signatures:
            removing.remove(signature=each, organizer=ottilie, seen=1, because=Because.RULES)
    found: list[str] = []
    after = None
    for _page in range(3):
        page = finding.page(letter=letter, q="", which=which, after=after, private=True)
        found += [row.name for row in page.rows]
        after = page.next
    assert after is None
    assert found == [each.name for each in reversed(signatures)]


def test_no_address_is_loaded(letter: Letter) -> None:
    listed(letter, BRIGID)
    confirmed(letter, WIKTOR)
    [row] = finding.page(letter=letter, q="", which="", after=None, private=True).rows
    assert {"email", "email_key", "network_key", "salt", "nonce"} <= row.get_deferred_fields()
