"""What is typed is answered with clean values, or with a full sentence beside its field."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import override_settings
from django.utils import translation

from campaign.letters.models import Letter, ProfessionList
from signatures.forms.signer.signing import CodeForm, CorrectForm, EditForm, SignForm
from signatures.models import OFFERED, Kind, Profession, Signature
from tests.signatures.factories import BRIGID, GUILD
from tests.signatures.views.visitors import NAUGHTY, typed

PROFESSION = "Please choose your profession. “Another profession” is the last one."
COUNTRY = "Please choose the country you live or work in."
TOO_LONG = "This is too long. Please use at most 120 characters."
CONTROL = (
    "This contains a control character, which cannot be shown. "
    "Please type it instead of pasting it."
)
DIRECTION = (
    "This contains an invisible mark that changes the direction of text. "
    "Please type it instead of pasting it: the right direction is found by itself."
)
EMOJI = "Names are shown as plain text. Please leave out emoji and symbols such as ★ or ♥."
UNREADABLE = (
    "This contains a character that other devices cannot show. "
    "Please write it with ordinary letters."
)
BOXES = ("kind", "consent_publish", "consent_updates")
CHOOSE = "Please choose whether your name is shown."
SIX_DIGITS = "The code has six digits. Please type only these."


def errors(form: SignForm | EditForm | CodeForm | CorrectForm) -> dict[str, list[str]]:
    return {name: [str(each) for each in told] for name, told in form.errors.items()}


def query(**fields: object) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return data


def signing(**changes: object) -> SignForm:
    return SignForm(query(**typed(BRIGID, **changes)), letter=Letter())


def test_what_a_signer_types_becomes_clean_values() -> None:
    form = signing(name="  Brigid   O’Malloran ", email=" Brigid@QUAYSIDE.example ", text="")
    assert errors(form) == {}
    assert form.cleaned_data == {
        "name": "Brigid O’Malloran",
        "email": "Brigid@quayside.example",
        "profession": "author",
        "country": "IE",
        "credit": "The Salt Ledger",
        "affiliation": "",
        "kind": "person",
        "consent_publish": True,
        "consent_updates": True,
        "text": "",
        "campaign_tag": "",
    }


def test_nothing_is_ticked_beforehand() -> None:
    unsigned = SignForm(letter=Letter())
    assert "checked" not in "".join(str(unsigned[name]) for name in BOXES)
    form = signing(consent_updates=None)
    assert errors(form) == {}
    assert form.cleaned_data["consent_updates"] is False


@pytest.mark.parametrize("value", [None, "", "yes", "true", "1", "ON", "\x00"])
def test_whether_the_name_is_shown_must_be_chosen(value: str | None) -> None:
    assert errors(signing(consent_publish=value)) == {"consent_publish": [CHOOSE]}


@pytest.mark.parametrize(("value", "publish"), [("on", True), ("off", False)])
def test_either_choice_is_taken(value: str, publish: bool) -> None:
    form = signing(consent_publish=value)
    assert errors(form) == {}
    assert form.cleaned_data["consent_publish"] is publish


def test_an_empty_form_is_told_what_is_missing_and_only_four_fields_are() -> None:
    assert errors(SignForm(QueryDict(), letter=Letter())) == {
        "name": ["Enter the name that you sign with."],
        "email": ["Enter your e-mail address, such as name@example.org."],
        "profession": [PROFESSION],
        "country": [COUNTRY],
        "consent_publish": [CHOOSE],
    }


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " \u3000\t", "Enter the name that you sign with."),
        ("name", "…", "A name needs at least one letter. Enter it in any script."),
        ("name", "n" * 121, TOO_LONG),
        ("name", "n" * 10_000, TOO_LONG),
        ("name", "Ann\x00Bee", CONTROL),
        ("name", "Ann\x07Bee", CONTROL),
        ("name", "Ann\u202eeeB", DIRECTION),
        ("name", "Ann\ud800", UNREADABLE),
        ("name", "Ann\ue000", UNREADABLE),
        ("name", "Ann 🫠", EMOJI),
        ("name", "Family 👨‍👩‍👧", EMOJI),
        ("credit", "c" * 121, TOO_LONG),
        ("credit", "The\x00End", CONTROL),
        ("credit", "\u2067The End", DIRECTION),
        ("credit", "Best in show 🏆", EMOJI),
        ("affiliation", "a" * 10_000, TOO_LONG),
        ("affiliation", "Guild\x1b[2J", CONTROL),
        ("affiliation", "Guild\ud83d", UNREADABLE),
        ("profession", "", PROFESSION),
        ("profession", "king", PROFESSION),
        ("profession", "\x00", PROFESSION),
        ("profession", "a" * 10_000, PROFESSION),
        ("country", "", COUNTRY),
        ("country", "XX", COUNTRY),
        ("country", "ie", COUNTRY),
        ("country", "EU", COUNTRY),
        ("country", "Ireland\x00", COUNTRY),
        (
            "email",
            "b@q.example\x00",
            "The address contains a character that cannot be seen. "
            "Please type it instead of pasting it.",
        ),
        (
            "email",
            "two words@q.example",
            "An e-mail address has no spaces in it. Please remove them.",
        ),
        ("email", "b.example", "The @ is missing. An e-mail address looks like name@example.org."),
        (
            "email",
            "بريد@q.example",
            "We cannot send to addresses with other letters than a to z before the @ yet. "
            "Please enter another address of yours.",
        ),
        (
            "email",
            "b" * 10_000 + "@q.example",
            "This is too long for an e-mail address. Please check that nothing else was pasted "
            "with it.",
        ),
    ],
)
def test_each_mistake_has_a_sentence_beside_its_field(
    field: str, value: str, sentence: str
) -> None:
    assert errors(signing(**{field: value})) == {field: [sentence]}


@pytest.mark.parametrize("field", ["credit", "affiliation"])
@pytest.mark.parametrize("value", ["", "   ", "-", "—"])
def test_what_is_optional_may_be_left_out(field: str, value: str) -> None:
    form = signing(**{field: value})
    assert errors(form) == {}
    assert form.cleaned_data[field] == ""


@pytest.mark.parametrize(
    "name", ["O'Brien", "Nguyễn Thị Ánh", "李", "محمد", "Łukasz Żal", "ಪ್ರಿಯಾ", "Åsa-Li 3"]
)
def test_names_of_any_script_are_welcome(name: str) -> None:
    assert signing(name=name).is_valid()


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
@pytest.mark.parametrize(
    "field",
    [
        "name",
        "email",
        "profession",
        "country",
        "credit",
        "affiliation",
        "kind",
        "consent_publish",
        "consent_updates",
        "text",
    ],
)
def test_no_input_breaks_the_form(field: str, value: str) -> None:
    form = signing(**{field: value})
    for sentences in errors(form).values():
        assert all(sentence.strip().endswith((".", ")")) for sentence in sentences)


def test_several_values_where_one_is_meant_count_as_the_last() -> None:
    form = signing(name=["Ann", "Bee"], country=["IE", "FR"], kind=["person", "organisation"])
    assert errors(form) == {}
    assert {name: form.cleaned_data[name] for name in ("name", "country", "kind")} == {
        "name": "Bee",
        "country": "FR",
        "kind": "organisation",
    }


def test_an_organisation_signs_under_its_name() -> None:
    form = SignForm(query(**typed(GUILD, consent_publish="off")), letter=Letter())
    assert errors(form) == {
        "consent_publish": ["An organisation is always named. Please choose to show the name."]
    }
    for choice in ("on", None):
        form = SignForm(query(**typed(GUILD, consent_publish=choice)), letter=Letter())
        assert form.is_valid()
        assert form.cleaned_data["consent_publish"] is True


def test_an_organisation_may_have_signs_in_its_name_that_a_person_may_not() -> None:
    assert signing(name="Школа № 35", kind="organisation").is_valid()
    assert errors(signing(name="Anna № 35")) == {"name": [EMOJI]}
    guild = Signature(kind=Kind.ORGANISATION, revision=1, letter=Letter())
    assert "name" not in EditForm(query(name="Acme™", seen="1"), signature=guild).errors


@pytest.mark.parametrize("profession", ["", None, "author", "king", "\x00"])
def test_an_organisation_has_no_profession_whatever_was_chosen(profession: str | None) -> None:
    form = SignForm(query(**typed(GUILD, profession=profession)), letter=Letter())
    assert errors(form) == {}
    assert form.cleaned_data["profession"] == ""


def test_an_organisation_is_told_of_all_else_that_is_missing() -> None:
    form = SignForm(query(kind="organisation"), letter=Letter())
    assert list(errors(form)) == ["name", "email", "country"]


@pytest.mark.parametrize("value", ["Organisation", "on", "1", "person", "", "\x00"])
def test_only_the_word_itself_makes_an_organisation(value: str) -> None:
    form = signing(kind=value)
    assert errors(form) == {}
    assert form.cleaned_data["kind"] == Kind.PERSON


@override_settings(ALLOW_RESERVED_ADDRESSES=False)
def test_outside_the_demo_addresses_that_nobody_reads_are_refused() -> None:
    assert list(errors(signing())) == ["email"]
    assert list(errors(CorrectForm(query(email=BRIGID.email)))) == ["email"]


def shown_by(form: SignForm | type[SignForm]) -> dict[str, Any]:
    fields = form.fields if isinstance(form, SignForm) else form.base_fields
    return {
        name: (
            *(each.required, str(each.label), str(each.help_text), dict(each.widget.attrs)),
            *(list(getattr(each, "choices", ())), getattr(each, "cleaner", None)),
        )
        for name, each in fields.items()
    }


def test_no_form_changes_the_fields_of_another() -> None:
    """They share most of them."""
    before = shown_by(SignForm), shown_by(SignForm(letter=Letter()))
    other = Letter(
        asks_credit=False,
        takes_organisations=False,
        least_age=18,
        professions=ProfessionList.DOCTORS,
    )
    for letter in (other, Letter()):
        for data in (None, typed(GUILD), query(kind="organisation"), query(name="\x00")):
            form = SignForm(data, letter=letter)
            assert form.is_valid() == (letter is not other and data == typed(GUILD))
            str(form)
    assert (shown_by(SignForm), shown_by(SignForm(letter=Letter()))) == before


def test_professions_are_in_the_order_of_their_names_and_another_is_last() -> None:
    form = SignForm(letter=Letter())
    choices = [value for value, _label in list(form.fields["profession"].choices)]  # type: ignore[attr-defined]
    assert choices[0] == ""
    assert choices[1] == Profession.ACTOR
    assert choices[-1] == Profession.OTHER
    assert set(choices[1:-1]) == set(OFFERED[ProfessionList.CREATIVE])


def test_countries_are_named_in_the_language_of_the_page() -> None:
    with translation.override("ar"):
        choices = dict(SignForm(letter=Letter()).fields["country"].choices)  # type: ignore[attr-defined]
    assert choices["EG"] == "مصر"


@pytest.mark.parametrize(
    ("code", "clean"),
    [
        ("012345", "012345"),
        (" 012 345\n", "012345"),
        ("012-345", "012345"),
        ("٠١٢٣٤٥", "012345"),
        ("\u200e012345\u200f", "012345"),
        ("०१२३४५", "012345"),
    ],
)
def test_a_code_is_six_digits_however_they_are_typed(code: str, clean: str) -> None:
    form = CodeForm({"code": code})
    assert errors(form) == {}
    assert form.cleaned_data["code"] == clean


@pytest.mark.parametrize(
    "code", ["12345", "1234567", "12345a", "½23456", "1" * 10_000, "1\x0023456", "Ⅵ23456", "🫠"]
)
def test_anything_else_is_no_code(code: str) -> None:
    assert errors(CodeForm({"code": code})) == {"code": [SIX_DIGITS]}


@pytest.mark.parametrize("code", ["", "   "])
def test_an_empty_code_is_asked_for(code: str) -> None:
    assert errors(CodeForm({"code": code})) == {
        "code": ["Please type the six digits from the e-mail."]
    }


def _signature(kind: Kind = Kind.PERSON) -> Signature:
    return Signature(
        name="Brigid O’Malloran",
        profession="author" if kind == Kind.PERSON else "",
        country="IE",
        credit="The Salt Ledger",
        kind=kind,
        consent_publish=True,
        revision=4,
        letter=Letter(),
    )


def test_the_edit_form_shows_what_stands() -> None:
    form = EditForm(signature=_signature())
    assert {field.name: field.value() for field in form} == {
        "name": "Brigid O’Malloran",
        "profession": "author",
        "country": "IE",
        "credit": "The Salt Ledger",
        "affiliation": "",
        "consent_publish": "on",
        "consent_updates": False,
        "seen": 4,
    }


def test_an_organisation_cannot_become_anonymous() -> None:
    data = query(**typed(consent_publish="off"), seen=4)
    assert EditForm(data, signature=_signature()).is_valid()
    form = EditForm(data, signature=_signature(Kind.ORGANISATION))
    assert "consent_publish" not in form.fields
    assert form.is_valid()
    assert form.cleaned_data["consent_publish"] is True


def test_an_organisation_is_asked_for_no_profession_later_either() -> None:
    guild = _signature(Kind.ORGANISATION)
    assert "profession" not in EditForm(signature=guild).fields
    form = EditForm(query(**typed(), seen=4), signature=guild)
    assert errors(form) == {}
    assert form.cleaned_data["profession"] == ""
    without = query(**typed(profession=""), seen=4)
    assert errors(EditForm(without, signature=_signature())) == {"profession": [PROFESSION]}


@pytest.mark.parametrize("seen", ["", "0", "-1", "x", "9" * 30, "\x00", "1.5", "4.0.0"])
def test_the_edit_form_must_know_which_version_it_showed(seen: str) -> None:
    form = EditForm(query(**typed(), seen=seen), signature=_signature())
    assert list(errors(form)) == ["seen"]
