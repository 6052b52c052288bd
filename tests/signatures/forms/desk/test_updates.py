from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test.client import encode_multipart
from django.utils import timezone, translation

from campaign import languages
from campaign.letters.updates import Words
from signatures.forms.desk.updates import UpdateForm, audience_in_words
from signatures.models import Kind, Profession
from signatures.names.countries import names
from signatures.notifications.audience import Audience

WORDS = {"subject_en": "We were heard", "body_en": "They meet on *Friday*."}
ARABIC = {"subject_ar": "سُمع صوتنا", "body_ar": "يجتمعون يوم الجمعة."}
NO_CHOICE = "“%s” is none of the choices. Please choose again."
LONG_SUBJECT = "Shorten the subject to 160 characters."
NO_TIME = "Give a date and a time, as 2026-11-23 09:30."
PAST = "Choose a time from now on and within a year, or none."
SUBJECT_MISSING = "Write a subject as well, or leave the text empty too."
TEXT_MISSING = "Write the text as well, or leave the subject empty too."


def _form(**typed: Any) -> UpdateForm:
    sent = QueryDict(mutable=True)
    for name, value in typed.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return UpdateForm(sent, spoken=["en", "ar"])


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (WORDS, {}),
        (WORDS | ARABIC, {}),
        ({}, {"subject_en": "Write a subject.", "body_en": "Write the text."}),
        (ARABIC, {"subject_en": "Write a subject.", "body_en": "Write the text."}),
        (WORDS | {"subject_ar": "سُمع"}, {"body_ar": TEXT_MISSING}),
        (WORDS | {"body_ar": "سُمع"}, {"subject_ar": SUBJECT_MISSING}),
        (WORDS | {"body_en": " \n\u200b "}, {"body_en": "Write the text."}),
        (WORDS | {"subject_en": "x" * 161}, {"subject_en": LONG_SUBJECT}),
        (WORDS | {"body_en": "x" * 20_001}, {"body_en": "Shorten this to 20,000 characters."}),
        (WORDS | {"countries": ["QQ"]}, {"countries": NO_CHOICE % "QQ"}),
        (WORDS | {"levels": ["0"]}, {"levels": NO_CHOICE % "0"}),
        (WORDS | {"versions": ["-1"]}, {"versions": NO_CHOICE % "-1"}),
        (WORDS | {"send_at": "soon"}, {"send_at": NO_TIME}),
        (WORDS | {"send_at": "2001-01-01T10:00"}, {"send_at": PAST}),
    ],
)
def test_words_are_whole_in_each_language(typed: dict[str, Any], errors: dict[str, str]) -> None:
    assert {name: found[0] for name, found in _form(**typed).errors.items()} == errors


def test_all_that_was_typed_is_the_content() -> None:
    soon = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    form = _form(
        **WORDS,
        **ARABIC,
        languages=["en", "ar"],
        countries=["IE"],
        levels=["3", "2"],
        versions=["2"],
        kinds=["person"],
        send_at=soon.strftime("%Y-%m-%dT%H:%M"),
        is_public="on",
    )
    assert form.is_valid(), form.errors
    content = form.content()
    assert content.words == {
        "en": Words(WORDS["subject_en"], WORDS["body_en"]),
        "ar": Words(ARABIC["subject_ar"], ARABIC["body_ar"]),
    }
    assert content.audience == {
        "languages": ["ar", "en"],
        "countries": ["IE"],
        "levels": [2, 3],
        "kinds": ["person"],
        "versions": [2],
    }
    assert (content.send_at, content.is_public) == (soon, True)


def test_a_link_without_its_scheme_is_asked_about_and_completed() -> None:
    typed = WORDS | {"body_en": "[Read](quayside.example/more)"}
    form = _form(**typed)
    assert "leads nowhere" in form.errors["body_en"][0]
    assert form.can_complete_links

    form = _form(**typed, complete_links="1")
    assert form.is_valid()
    assert form.content().words["en"].body == "[Read](https://quayside.example/more)"


def test_words_that_name_another_address_than_the_link_leads_to_are_refused() -> None:
    said = (
        "The words of a link name “bank.com”, but it leads to “https://elsewhere.example”. "
        "Write where it leads, or words that are no address."
    )
    form = _form(**WORDS | {"body_en": "[bank.com](https://elsewhere.example)"})
    assert form.errors == {"body_en": [said]}
    # Not by having the address completed either.
    typed = WORDS | {"body_en": "[bank.com](elsewhere.example)"}
    assert _form(**typed).errors.keys() == {"body_en"}
    assert _form(**typed, complete_links="1").errors == {"body_en": [said]}


def test_what_occurs_is_offered_with_its_number_and_what_was_chosen_stays() -> None:
    form = _form(**WORDS, countries=["FR"], levels=["3"])
    nobody: Counter[Any] = Counter()
    form.offer(
        {
            "languages": Counter({"en": 2}),
            "countries": Counter({"SE": 3, "IE": 1200}),
            "professions": nobody,
            "levels": Counter({4: 1, 1: 7}),
            "kinds": nobody,
            "versions": Counter({1: 5}),
        }
    )
    assert form["countries"].field.widget.choices == [
        ("FR", "France (0)"),
        ("IE", "Ireland (1,200)"),
        ("SE", "Sweden (3)"),
    ]
    assert [code for code, _words in form["levels"].field.widget.choices] == ["1", "3", "4"]
    # One choice is none.
    assert [each["field"].name for each in form.groups()] == ["countries", "levels"]


def test_an_audience_is_told_in_words() -> None:
    audience = Audience(languages=("ar",), countries=("IE", "FR"), versions=(2,))
    assert audience_in_words(audience) == [
        ("Language", "Arabic"),
        ("Country", "France; Ireland"),
        ("Version of the text", "version 2"),
    ]
    with translation.override("ar"):
        assert audience_in_words(Audience(countries=("IE",)))[0][1] == "أيرلندا"


def test_what_fits_into_the_fields_fits_into_a_request() -> None:
    """Or it would be refused before anything is read of it, and lost."""
    every = list(languages.NAMES)
    choices = {
        "languages": every,
        "countries": list(names("en")),
        "professions": list(Profession.values),
        "levels": ["1", "2", "3", "4"],
        "kinds": list(Kind.values),
        "versions": [str(number) for number in range(1, 10)],
    }
    for count in (1, 3, 4, 5, 10, len(every)):
        form = UpdateForm(spoken=every[:count])
        # The longest that a browser lets through: three bytes a letter.
        words = {
            name: "梅" * int(field.widget.attrs["maxlength"])
            for name, field in form.fields.items()
            if name.startswith(("subject_", "body_"))
        }
        sent = encode_multipart("-" * 60, choices | words | {"seen": "9" * 9, "is_public": "on"})
        assert (count, len(sent) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE) == (count, True)
        assert len(words) == 2 * count


def test_more_languages_have_less_room_each_and_say_so() -> None:
    typed = {"subject_en": "News", "body_en": "x" * 12_601}
    form = UpdateForm(typed, spoken=["en", "ar", "fr", "de", "es"])
    assert form.errors == {"body_en": ["Shorten this to 12,600 characters."]}
    assert form["body_en"].value() == typed["body_en"]
