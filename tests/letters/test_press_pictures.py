"""Pictures for the press: described in several languages, ordered, taken out."""

import hashlib
from collections.abc import Callable

import pytest

from campaign.letters import errors, press_pictures
from campaign.letters.models import Letter, PressImage
from tests.letters.test_pictures import picture as uploaded

WORDS = {"description": "A table", "credit": "Amira"}


@pytest.mark.django_db
def test_words_in_a_language_are_told_changed_and_taken_back(draft: Letter) -> None:
    added = press_pictures.add_picture(letter=draft, data=uploaded(), **WORDS)

    def told(language: str) -> tuple[str, str, str]:
        found = PressImage.objects.get(pk=added.pk)
        caption = press_pictures.caption(picture=found, language=language)
        return caption.description, caption.credit, caption.language

    press_pictures.tell_in(picture=added, language="ar", description="طاولة", credit="أميرة")
    press_pictures.tell_in(picture=added, language="de", description="Ein Tisch", credit="")
    assert (told("ar"), told("de")) == (("طاولة", "أميرة", "ar"), ("Ein Tisch", "", "de"))
    assert told("en") == ("A table", "Amira", "")
    press_pictures.tell_in(picture=added, language="de", description="", credit="Amira")
    assert told("de") == ("A table", "Amira", "")
    assert told("ar")[0] == "طاولة"


@pytest.mark.django_db
def test_words_for_a_picture_that_was_taken_out_are_dropped(draft: Letter) -> None:
    added = press_pictures.add_picture(letter=draft, data=uploaded(), **WORDS)
    press_pictures.remove_picture(picture=added)
    press_pictures.tell_in(picture=added, language="ar", description="طاولة", credit="")
    assert not PressImage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_languages_at_once_are_both_kept(
    draft: Letter, at_once: Callable[..., list[str]]
) -> None:
    added = press_pictures.add_picture(letter=draft, data=uploaded(), **WORDS)
    codes = iter(("ar", "de", "fr", "es", "pl", "pt"))

    def tell() -> None:
        code = next(codes)
        press_pictures.tell_in(picture=added, language=code, description=code, credit="")

    assert set(at_once(tell)) == {"done"}
    assert sorted(PressImage.objects.get().captions) == ["ar", "de", "es", "fr", "pl", "pt"]


@pytest.mark.django_db
def test_a_picture_is_kept_under_the_hash_of_its_own_bytes(draft: Letter) -> None:
    added = press_pictures.add_picture(letter=draft, data=uploaded("WEBP"), **WORDS)
    stored = PressImage.objects.get()
    assert stored == added
    assert stored.sha256 == hashlib.sha256(bytes(stored.content)).hexdigest()
    assert (stored.content_type, stored.width, stored.height, stored.place) == (
        "image/jpeg",
        60,
        40,
        1,
    )
    with pytest.raises(errors.PictureKnown):
        press_pictures.add_picture(letter=draft, data=uploaded("WEBP"), **WORDS)
    press_pictures.change_picture(picture=stored, description="A chair", credit="", place=4)
    stored.refresh_from_db()
    assert (stored.description, stored.credit, stored.place) == ("A chair", "", 4)
    another = press_pictures.add_picture(letter=draft, data=uploaded("PNG"), **WORDS)
    assert another.place == 5
    press_pictures.remove_picture(picture=stored)
    press_pictures.remove_picture(picture=stored)
    assert list(PressImage.objects.values_list("pk", flat=True)) == [another.pk]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_than_twelve_are_kept(
    draft: Letter, at_once: Callable[..., list[str]]
) -> None:
    def add(number: int) -> None:
        data = uploaded("PNG", colour=(number, 0, 0))
        press_pictures.add_picture(letter=draft, data=data, **WORDS)

    for number in range(10):
        add(number)
    numbers = iter(range(100, 106))
    assert at_once(lambda: add(next(numbers))) == [*["EnoughForThePress"] * 4, *["done"] * 2]
    with pytest.raises(errors.EnoughForThePress):
        add(200)
    assert PressImage.objects.count() == press_pictures.MAX_PICTURES
