"""The picture of a letter: what is on it, in each language, and how often it is drawn."""

import io
from collections.abc import Iterator

import pytest
from django.utils import timezone, translation
from PIL import Image

from campaign.letters import drafting, publishing
from campaign.letters.models import Letter, Translation
from campaign.letters.texts import current_text, draft_text, translation_for
from campaign.templatetags.locale_format import day
from signatures.press import card as cards
from signatures.press import standing
from signatures.press.card import Card
from signatures.press.typesetting import Direction
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    draft_letter,
    listed,
    make_team,
    open_letter,
)

pytestmark = pytest.mark.django_db
SOME = Card(title="Ask", figure="3", words="people have signed, 1 May 2026", side="ltr")


@pytest.fixture(autouse=True)
def _nothing_drawn() -> Iterator[None]:
    cards.forget()
    yield
    cards.forget()


def card_of(letter: Letter, language: str = "en") -> Card:
    text = current_text(letter=letter)
    assert text is not None
    with translation.override(language):
        shown = translation_for(text=text, language=language)
        assert shown is not None
        return cards.of(standing=standing.now(letter=letter, text=text), shown=shown)


def letter_in(language: str, title: str) -> Letter:
    letter = drafting.create_letter(
        team=make_team(),
        slug=f"in-{language}",
        language=language,
        opens_at=None,
        closes_at=None,
        title=title,
        addressee="x",
        body="y",
    )
    publishing.publish(letter=letter, now=timezone.now())
    letter.refresh_from_db()
    return letter


def shown_in(letter: Letter, language: str) -> Translation:
    text = current_text(letter=letter)
    assert text is not None
    shown = translation_for(text=text, language=language)
    assert shown is not None
    return shown


def today(language: str = "en") -> str:
    with translation.override(language):
        return day(timezone.now())


def test_title_count_and_date_and_nothing_else() -> None:
    letter = open_letter()
    listed(letter, BRIGID, SALMA, QUIET)
    assert card_of(letter) == Card(
        title="For work that is ours",
        figure="3",
        words=f"people have signed, {today()}",
        side="ltr",
    )


def test_in_arabic_it_is_arabic_and_begins_at_the_right() -> None:
    letter = open_letter()
    listed(letter, BRIGID)
    found = card_of(letter, "ar")
    assert (found.title, found.figure, found.side) == ("من أجل عملٍ هو لنا", "١", "rtl")
    assert found.words.endswith(today("ar"))


def test_with_an_organisation_they_are_signatures() -> None:
    letter = open_letter()
    listed(letter, BRIGID, GUILD)
    assert card_of(letter).words == f"signatures, {today()}"


def test_before_the_first_signature_there_is_no_count() -> None:
    found = card_of(open_letter())
    assert (found.figure, found.words) == ("", f"Open letter · published {today()}")


@pytest.mark.parametrize(
    ("title", "set_title"),
    [
        ("Trio in F♯ minor 🎻", "Trio in F# minor"),
        ("Ours → theirs", "Ours – theirs"),
        ("👨‍👩‍👧 First, ask", "First, ask"),
        ("Save❤️art", "Save art"),
        ("1️⃣ ask, 2️⃣ pay", "1 ask, 2 pay"),
        ("عملنا ✊ لنا", "عملنا لنا"),
        ("H₂O for ⓐll", "H2O for all"),
        ("🎭", ""),
        ("仕事は私たちのもの", ""),
        ("העבודה שלנו", ""),
        ("งานของเรา", ""),
        ("Work 仕事", ""),
    ],
)
def test_sign_that_no_font_has_costs_the_card_that_sign_only(title: str, set_title: str) -> None:
    letter = letter_in("en", title)
    assert card_of(letter, "en").title == set_title
    told = cards.alt(shown=shown_in(letter, "en"))
    assert told == (
        f"“{set_title}”, with the number of signatures and its date"
        if set_title
        else "The number of signatures under this open letter and its date"
    )


def test_letters_that_no_font_has_leave_the_title_out() -> None:
    letter = letter_in("ja", "まず尋ねてください")
    assert card_of(letter, "ja") == Card(
        title="", figure="", words=f"Open letter · published {today()}", side="ltr"
    )


def test_or_the_text_that_counts_names_the_letter() -> None:
    letter = draft_letter()
    text = draft_text(letter=letter)
    assert text is not None
    drafting.save_translation(text=text, language="ja", title="まず", addressee="x", body="y")
    publishing.publish(letter=letter, now=timezone.now())
    letter.refresh_from_db()
    assert card_of(letter, "ja").title == "For work that is ours"


def test_without_shaping_the_words_are_latin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signatures.press.typesetting.can_shape", lambda: False)
    letter = open_letter()
    listed(letter, BRIGID, SALMA)
    assert card_of(letter, "ar") == card_of(letter)


def picture_of(card: Card) -> Image.Image:
    picture = Image.open(io.BytesIO(cards.png(card)))
    picture.load()
    return picture.convert("L")


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """The part that is not paper."""
    found = picture.point(lambda value: 255 if value < 200 else 0).getbbox()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("title", "side"),
    [
        ("Ask.", "ltr"),
        ("For work that is ours", "ltr"),
        ("Ask before you train on anything that any of us has ever made " * 3, "ltr"),
        ("W" * 160, "ltr"),
        ("من أجل عملٍ هو لنا", "rtl"),
        ("", "ltr"),
        ("", "rtl"),
    ],
)
def test_everything_stands_inside_the_margin(title: str, side: Direction) -> None:
    card = Card(title=title, figure="10,512", words="people have signed, 1 May 2026", side=side)
    picture = picture_of(card)
    assert picture.size == (1200, 630)
    left, top, right, bottom = ink(picture)
    assert (left >= 70, top >= 60, right <= 1130, bottom <= 600) == (True, True, True, True)
    # Words begin where readers of this script begin.
    half = picture.crop((0, 60, 600, 125) if side == "ltr" else (600, 60, 1200, 125))
    assert ink(half) is not None


def test_a_large_number_leaves_room_for_its_words() -> None:
    card = Card(
        title="Ask", figure="12,345,678", words="people have signed, 22 September 2026", side="ltr"
    )
    assert ink(picture_of(card))[2] <= 1130


def test_a_card_is_drawn_once_for_what_is_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Card] = []
    draw_title = cards._draw_title

    def counting(draw: object, card: Card) -> None:
        drawn.append(card)
        draw_title(draw, card)  # type: ignore[arg-type]

    monkeypatch.setattr(cards, "_draw_title", counting)
    pictures = at_once([lambda: cards.png(SOME)] * 4)
    assert (len(set(pictures)), len(drawn)) == (1, 1)
    assert cards.png(SOME) == pictures[0]
    assert len(drawn) == 1


def test_only_some_cards_are_kept() -> None:
    assert cards._drawn.cache_parameters()["maxsize"] == cards.CARDS_KEPT


def test_a_card_is_small() -> None:
    assert len(cards.png(SOME)) < 60_000
