"""What organizers tell the press: in which language it is shown, and what two writers do to it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from campaign.letters import errors, press_kit
from campaign.letters.models import Letter, PressKit, Quote

pytestmark = pytest.mark.django_db
NOTHING = dict.fromkeys(press_kit.FIELDS, "")
SAID = {"words": "Nobody asked.", "speaker": "Amira Lindqvist", "about": "novelist"}


def save(
    letter: Letter, language: str = "en", expected_seal: str | None = None, **fields: str
) -> PressKit:
    return press_kit.save_kit(
        letter=letter, language=language, expected_seal=expected_seal, **NOTHING | fields
    )


def parts_of(found: dict[str, PressKit]) -> dict[str, str]:
    return {part: kit.language for part, kit in found.items()}


def test_a_kit_is_one_for_each_language_however_often_it_is_saved(draft: Letter) -> None:
    first = save(draft, facts="One")
    assert save(draft, facts="Two") == first
    save(draft, "ar", facts="واحد")
    kits = PressKit.objects.order_by("language")
    assert [(kit.language, kit.direction, kit.facts) for kit in kits] == [
        ("ar", "rtl", "واحد"),
        ("en", "ltr", "Two"),
    ]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(draft: Letter) -> None:
    empty = press_kit.seal_of(None)
    theirs = save(draft, expected_seal=empty, facts="Theirs")
    with pytest.raises(errors.KitChangedMeanwhile) as refused:
        save(draft, expected_seal=empty, facts="Mine")
    assert refused.value.stored == theirs
    save(draft, expected_seal=press_kit.seal_of(theirs), facts="Both")
    assert PressKit.objects.get().facts == "Both"


def test_an_emptied_kit_counts_as_none(draft: Letter) -> None:
    assert press_kit.seal_of(save(draft)) == press_kit.seal_of(None)
    assert press_kit.shown(kits=PressKit.objects.all(), preferred=("en",)) == {}


def test_each_part_falls_back_by_itself(draft: Letter) -> None:
    save(draft, "en", facts="Facts", funding="Fees", contact_email="press@letters.example")
    save(draft, "ar", facts="حقائق", contact_name="أميرة")
    save(draft, "de", embargo="Sperrfrist", organizers="Wir")
    kits = list(PressKit.objects.all())
    assert parts_of(press_kit.shown(kits=kits, preferred=("ar", "en"))) == {
        "embargo": "de",
        "facts": "ar",
        "organizers": "de",
        "funding": "en",
        "contact": "ar",
    }
    assert parts_of(press_kit.shown(kits=kits, preferred=("fr", "en")))["facts"] == "en"
    assert parts_of(press_kit.shown(kits=kits, preferred=()))["facts"] == "ar"


def shown(*preferred: str) -> list[Quote]:
    quotes = list(Quote.objects.all())
    return press_kit.quotes_in_one_language(quotes=quotes, preferred=preferred)


def test_quotes_are_those_of_one_language_in_their_places(draft: Letter) -> None:
    assert shown("en") == []
    first = press_kit.add_quote(letter=draft, language="en", **SAID)
    second = press_kit.add_quote(letter=draft, language="en", **SAID | {"words": "Ask."})
    arabic = press_kit.add_quote(letter=draft, language="ar", **SAID | {"words": "اسألوا."})
    assert [quote.place for quote in (first, second, arabic)] == [1, 2, 3]
    press_kit.change_quote(quote=first, **SAID, place=9)
    assert shown("en") == [second, first]
    assert shown("ar", "en") == [arabic]
    assert shown("fr") == [arabic]
    assert arabic.direction == "rtl"


def test_the_same_quote_twice_is_one_and_gone_twice_is_gone(draft: Letter) -> None:
    quote = press_kit.add_quote(letter=draft, language="en", **SAID)
    assert press_kit.add_quote(letter=draft, language="en", **SAID) == quote
    # Later it is known who they are.
    for public_id in ("x" * 22, ""):
        known = SAID | {"public_id": public_id}
        assert press_kit.add_quote(letter=draft, language="en", **known) == quote
    assert Quote.objects.get().public_id == "x" * 22
    press_kit.remove_quote(quote=quote)
    press_kit.remove_quote(quote=quote)
    press_kit.change_quote(quote=quote, **SAID, place=1)
    assert not Quote.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_one_kit_and_no_quote_too_many(
    draft: Letter, at_once: Callable[..., list[str]]
) -> None:
    seal = press_kit.seal_of(None)
    kits = iter(range(6))
    assert at_once(lambda: save(draft, expected_seal=seal, facts=f"{next(kits)}")) == [
        *["KitChangedMeanwhile"] * 5,
        "done",
    ]
    for number in range(press_kit.MAX_QUOTES - 2):
        add(draft, number)
    numbers = iter(range(100, 106))
    assert at_once(lambda: add(draft, next(numbers))) == [
        *["EnoughForThePress"] * 4,
        *["done"] * 2,
    ]
    assert Quote.objects.count() == press_kit.MAX_QUOTES


def add(letter: Letter, number: int) -> Any:
    said = partial(press_kit.add_quote, letter=letter, language="en")
    return said(words=f"Ask {number}.", speaker="Amira", about="")
