"""Quotes at the desk: whose words they are, and what is said when they may not be named."""

import pytest
from django.test import Client
from django.urls import reverse

from campaign.letters import press_kit
from campaign.letters.models import Letter, Quote
from campaign.organizers.models import AuditEntry, Organizer
from signatures import withdrawal
from signatures.erasure import erase
from signatures.models import Signature
from signatures.press import quotes
from signatures.screening import watchlist
from tests.signatures.factories import (
    BRIGID,
    QUIET,
    SALMA,
    listed,
    load,
    make_organizer,
    open_letter,
)
from tests.signatures.views.visitors import NAUGHTY

pytestmark = pytest.mark.django_db

SENT = {"words": "Nobody asked.", "speaker": "brigid o'malloran", "about": "novelist"}
NOBODY = "Nobody stands on the list with the number {} now."


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    client = Client()
    client.force_login(ottilie)
    return client


@pytest.fixture
def brigid(letter: Letter) -> Signature:
    return listed(letter, BRIGID, SALMA, QUIET)[0]


def new(letter: Letter) -> str:
    return reverse("desk_press_quote_new", args=[letter.slug]) + "?language=en"


def kit(desk: Client, letter: Letter) -> str:
    return desk.get(reverse("desk_press", args=[letter.slug])).text


def test_with_a_number_the_quote_leads_to_its_signatory(
    desk: Client, letter: Letter, brigid: Signature
) -> None:
    assert desk.post(new(letter), SENT | {"number": " #1 "}).status_code == 302
    quote = Quote.objects.get()
    assert (quote.public_id, quote.speaker) == (brigid.public_id, "brigid o'malloran")
    at_the_desk = kit(desk, letter)
    link = reverse("signatory", args=[letter.slug, 1])
    assert f'<a href="{link}">Number 1 on the list</a>' in at_the_desk
    assert '<bdi translate="no">Brigid O’Malloran</bdi>' in at_the_desk
    public = desk.get(reverse("press", args=[letter.slug])).text
    name = f'<a href="{link}"><bdi translate="no">Brigid O’Malloran</bdi></a>'
    assert f'{name}, <bdi translate="no">novelist</bdi>' in public
    # Saving it again as it stands changes nothing.
    before = Quote.objects.values().get()
    address = reverse("desk_press_quote", args=[letter.slug, quote.pk])
    initial = desk.get(address).context["form"].initial
    assert initial["number"] == 1
    assert desk.post(address, initial).status_code == 302
    assert Quote.objects.values().get() == before


def test_whoever_leaves_the_list_is_not_quoted_and_the_desk_says_so(
    desk: Client, letter: Letter, brigid: Signature
) -> None:
    desk.post(new(letter), SENT | {"number": "1"})
    withdrawal.withdraw(signature=brigid)
    assert "Not shown: who says this is not on the list now." in kit(desk, letter)
    address = reverse("desk_press_quote", args=[letter.slug, Quote.objects.get().pk])
    again = desk.get(address).context["form"].initial
    answer = desk.post(address, again)
    assert (answer.status_code, NOBODY.format(1) in answer.text) == (422, True)
    public = desk.get(reverse("press", args=[letter.slug])).text
    assert "Nobody asked." not in public
    assert "Malloran" not in public.partition("<main")[2]


def test_a_name_alone_tells_nothing_of_who_signed_with_it(
    desk: Client, letter: Letter, brigid: Signature
) -> None:
    desk.post(new(letter), SENT, follow=True)
    before = kit(desk, letter)
    withdrawal.withdraw(signature=brigid)
    assert kit(desk, letter) == before
    assert "Nobody asked." in desk.get(reverse("press", args=[letter.slug])).text


def test_a_watched_name_is_quoted_by_its_number_only(
    desk: Client, letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    watchlist.add(letter=letter, names=[brigid.name], organizer=ottilie)
    answer = desk.post(new(letter), SENT | {"speaker": "Dr Brigid O’Malloran"})
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"number": ["This name is watched on this letter. Give their number on the list."]},
    )
    assert desk.post(new(letter), SENT | {"number": "1"}).status_code == 302


def test_after_erasing_the_desk_sees_the_words_alone(
    desk: Client, letter: Letter, brigid: Signature
) -> None:
    desk.post(new(letter), SENT | {"number": "1"})
    erase(signature=brigid)
    page = kit(desk, letter)
    assert "Nobody asked." in page
    assert "Not shown: the person who said this had everything about them erased." in page
    assert "alloran" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        # Numbers are given to those too who are not named: that they exist is not told.
        ("3", NOBODY.format(3)),
        ("4", NOBODY.format(4)),
        ("1,024", NOBODY.format("1,024")),
        ("0", NOBODY.format(0)),
        ("2", "Number 2 on the list is “سلمى الزيتوني”. Write it so, or another number."),
        ("first", "Give the number as it stands on the list, as 1,024."),
        ("1\x00", "Give the number as it stands on the list, as 1,024."),
        ("9" * 21, "Give the number as it stands on the list, as 1,024."),
        ("9" * 15, "Give the number as it stands on the list, as 1,024."),
    ],
)
@pytest.mark.usefixtures("brigid")
def test_each_mistake_in_the_number_is_a_sentence(
    desk: Client, letter: Letter, typed: str, sentence: str
) -> None:
    answer = desk.post(new(letter), SENT | {"number": typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"number": [sentence]}
    assert not Quote.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.usefixtures("brigid")
def test_a_number_beside_no_name_asks_for_the_name(desk: Client, letter: Letter) -> None:
    answer = desk.post(new(letter), SENT | {"number": "1", "speaker": ""})
    assert answer.context["form"].errors == {"speaker": ["Say whose words these are."]}


@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY)
@pytest.mark.usefixtures("brigid")
def test_whatever_is_typed_for_a_number_is_answered(
    desk: Client, letter: Letter, naughty: str
) -> None:
    answer = desk.post(new(letter), SENT | {"number": naughty})
    assert answer.status_code in (302, 422)


def test_who_leaves_while_the_form_is_sent_is_not_quoted(
    desk: Client, letter: Letter, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = press_kit.add_quote(letter=letter, language="en", **SENT)
    hold = quotes.hold_speaker

    def just_after_the_form(*, letter: Letter, public_id: str) -> None:
        withdrawal.withdraw(signature=load(brigid.pk))
        hold(letter=letter, public_id=public_id)

    monkeypatch.setattr(quotes, "hold_speaker", just_after_the_form)
    for path in (new(letter), reverse("desk_press_quote", args=[letter.slug, found.pk])):
        Signature.objects.filter(pk=brigid.pk).update(state="confirmed", withdrawn_at=None)
        answer = desk.post(path, SENT | {"words": "Ask.", "number": "1", "place": "1"})
        assert (answer.status_code, answer.context["form"].errors) == (
            422,
            {"number": [NOBODY.format(1)]},
        )
    assert Quote.objects.get().words == "Nobody asked."
