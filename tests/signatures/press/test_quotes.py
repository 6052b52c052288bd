"""Whose words may be quoted: nobody's longer than they may be named."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction

from campaign.letters import press_kit
from campaign.letters.models import Letter, Quote
from campaign.organizers.models import Organizer
from signatures import editing, withdrawal
from signatures.erasure import erase
from signatures.errors import NotListed
from signatures.models import Because, Signature, Vetting
from signatures.moderation import decisions, recheck, removal
from signatures.press import quotes
from signatures.screening import watchlist
from tests.concurrency import at_once, while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    QUIET,
    SALMA,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    person,
    sequence,
)

pytestmark = pytest.mark.django_db

# Typed by organizers, without the accents and the letter's own apostrophe.
TYPED = "Brigid O'Malloran"
NAMESAKE = person("other@quayside.example", "Brigid O’Mallorán")


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


def quote(
    letter: Letter, speaker: str = TYPED, who: Signature | None = None, language: str = "en"
) -> Quote:
    return press_kit.add_quote(
        letter=letter,
        language=language,
        words=f"Nobody asked. {language}",
        speaker=speaker,
        about="novelist",
        public_id=who.public_id if who else "",
    )


def shown(letter: Letter, *preferred: str) -> list[tuple[str, int | None]]:
    found = quotes.shown(letter=letter, preferred=preferred or ("en",))
    return [(each.speaker, each.number) for each in found]


# --- how somebody leaves the list, or never was on it ---------------------------------------------

Leaving = Callable[[Letter, Signature, Organizer], object]


def _withdraws(_letter: Letter, signature: Signature, _organizer: Organizer) -> None:
    withdrawal.withdraw(signature=signature)


def _is_removed(_letter: Letter, signature: Signature, organizer: Organizer) -> None:
    removal.remove(
        signature=signature, organizer=organizer, expected_revision=1, because=Because.NOT_THEM
    )


def _is_doubted(_letter: Letter, signature: Signature, organizer: Organizer) -> None:
    recheck.doubt(signature=signature, organizer=organizer, expected_revision=1)


def _is_rejected(letter: Letter, signature: Signature, organizer: Organizer) -> None:
    _is_doubted(letter, signature, organizer)
    vetting = Vetting.objects.get(signature=signature)
    decisions.reject(
        vetting=vetting, organizer=organizer, expected_revision=1, reason="not her", message="no"
    )


def _wants_no_name(_letter: Letter, signature: Signature, _organizer: Organizer) -> None:
    details = BRIGID.but(consent_publish=False).details
    editing.edit(signature=signature, expected_revision=1, details=details)


WAYS_OUT = [_withdraws, _is_removed, _is_doubted, _is_rejected, _wants_no_name]


@pytest.mark.parametrize("leaves", WAYS_OUT)
def test_a_quote_is_shown_while_its_speaker_is_listed(
    letter: Letter, ottilie: Organizer, leaves: Leaving
) -> None:
    [brigid] = listed(letter, BRIGID)
    quote(letter, who=brigid)
    assert shown(letter) == [("Brigid O’Malloran", 1)]
    leaves(letter, brigid, ottilie)
    assert shown(letter) == []
    [hidden] = quotes.said(letter=letter)
    assert (hidden.is_shown, hidden.number) == (False, None)


@pytest.mark.parametrize("leaves", WAYS_OUT)
def test_a_quote_that_leads_nowhere_tells_nothing_of_who_signed_with_the_name(
    letter: Letter, ottilie: Organizer, leaves: Leaving
) -> None:
    [brigid] = listed(letter, BRIGID)
    quote(letter)
    assert shown(letter) == [(TYPED, None)]
    leaves(letter, brigid, ottilie)
    assert shown(letter) == [(TYPED, None)]
    erase(signature=load(brigid.pk))
    assert shown(letter) == [(TYPED, None)]


def test_whoever_is_put_back_is_quoted_again(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    quote(letter, who=brigid)
    _is_removed(letter, brigid, ottilie)
    removal.restore(
        signature=load(brigid.pk),
        organizer=ottilie,
        expected_revision=load(brigid.pk).revision,
        because=Because.MISTAKE,
    )
    assert shown(letter) == [("Brigid O’Malloran", 1)]


def test_whoever_signs_again_must_be_asked_again(letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    quote(letter, who=brigid)
    withdrawal.withdraw(signature=brigid)
    confirmed(letter, BRIGID)
    sequence(letter)
    assert shown(letter) == []


def test_a_name_that_was_changed_is_quoted_as_it_is_now(letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    quote(letter, who=brigid)
    editing.edit(
        signature=brigid, expected_revision=1, details=BRIGID.but(name="B. Quayside").details
    )
    assert shown(letter) == [("B. Quayside", 1)]


def test_a_watched_name_is_not_typed(letter: Letter, ottilie: Organizer) -> None:
    watchlist.add(letter=letter, names=[BRIGID.details.name], organizer=ottilie)
    typed = partial(quotes.may_be_typed, letter=letter)
    assert not typed(speaker=TYPED, about="novelist")
    assert not typed(speaker="Dr. Brigid Mallorann O'Malloran", about="")
    assert not typed(speaker="Somebody Else", about="friend of Brigid O’Mallorán")
    assert typed(speaker="Somebody Else", about="novelist")


def test_neither_who_did_not_sign_nor_another_letter_nor_an_unconfirmed_name_hides_a_quote(
    letter: Letter,
) -> None:
    quote(letter)
    quote(letter, "…", language="ar")
    pending(letter, BRIGID)
    [elsewhere] = listed(open_letter(slug="another"), BRIGID)
    withdrawal.withdraw(signature=elsewhere)
    assert shown(letter) == [(TYPED, None)]
    assert shown(letter, "ar") == [("…", None)]


def test_another_language_is_shown_where_all_of_one_are_hidden(letter: Letter) -> None:
    brigid, salma = listed(letter, BRIGID, SALMA)
    quote(letter, who=brigid)
    quote(letter, who=salma, language="ar")
    assert shown(letter) == [("Brigid O’Malloran", 1)]
    withdrawal.withdraw(signature=brigid)
    assert shown(letter) == [("سلمى الزيتوني", 2)]


def test_it_costs_the_same_at_one_and_at_three(
    letter: Letter, django_assert_num_queries: Callable[..., object]
) -> None:
    brigid, salma, _quiet = listed(letter, BRIGID, SALMA, QUIET)
    quote(letter, who=brigid)
    quote(letter, QUIET.details.name, language="ar")
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        quotes.said(letter=letter)
    quote(letter, who=salma, language="fr")
    quote(letter, "Somebody Else", language="de")
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        assert len(quotes.said(letter=letter)) == 4


# --- erasing --------------------------------------------------------------------------------------


def stored() -> set[tuple[str, str, str]]:
    return set(Quote.objects.values_list("speaker", "about", "public_id"))


@pytest.mark.parametrize("withdraws", [True, False])
def test_whoever_is_erased_says_nothing_any_more(letter: Letter, withdraws: bool) -> None:
    [brigid] = listed(letter, BRIGID)
    mine = quote(letter, who=brigid)
    theirs = quote(letter, "Somebody Else")
    if withdraws:
        withdrawal.withdraw(signature=brigid)
    assert erase(signature=load(brigid.pk))
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.speaker, mine.about, mine.public_id) == ("", "", "")
    assert mine.words == "Nobody asked. en"
    assert theirs.speaker == "Somebody Else"
    assert shown(letter) == [("Somebody Else", None)]


@pytest.mark.parametrize("sequenced", [True, False])
def test_who_signed_anew_and_is_erased_is_unnamed_where_they_were_quoted_before(
    letter: Letter, sequenced: bool
) -> None:
    [brigid] = listed(letter, BRIGID)
    quote(letter, who=brigid)
    withdrawal.withdraw(signature=brigid)
    if sequenced:
        sequence(letter)
    again = pending(letter, BRIGID)
    assert (again.pk, again.public_id == brigid.public_id) == (brigid.pk, False)
    erase(signature=again)
    assert stored() == {("", "", "")}


@pytest.mark.django_db(transaction=True)
def test_nobody_is_quoted_who_is_erased_at_the_same_moment() -> None:
    letter = open_letter()
    [brigid] = listed(letter, BRIGID)

    def write() -> None:
        with transaction.atomic():
            quotes.hold_speaker(letter=letter, public_id=brigid.public_id)
            quote(letter, who=brigid)

    erased, written = while_uncommitted(lambda: erase(signature=brigid), write)
    assert (erased, type(written)) == (True, NotListed)
    assert stored() == set()


@pytest.mark.django_db(transaction=True)
def test_writing_and_erasing_at_once_leaves_no_name() -> None:
    letter = open_letter()
    [brigid] = listed(letter, BRIGID)

    def write() -> None:
        with transaction.atomic():
            quotes.hold_speaker(letter=letter, public_id=brigid.public_id)
            quote(letter, who=brigid)

    answers = at_once([write, lambda: erase(signature=brigid)])
    assert answers[1] is True
    assert stored() <= {("", "", "")}


def test_only_the_listed_are_held(letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    with transaction.atomic():
        quotes.hold_speaker(letter=letter, public_id="")
        quotes.hold_speaker(letter=letter, public_id=brigid.public_id)
    withdrawal.withdraw(signature=brigid)
    with transaction.atomic(), pytest.raises(NotListed):
        quotes.hold_speaker(letter=letter, public_id=brigid.public_id)
