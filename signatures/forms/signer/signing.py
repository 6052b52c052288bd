"""What signers type, from signing to the code and later changes."""

import unicodedata
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign.keyed_hash import CODE_LENGTH
from campaign.letters.models import Letter
from signatures import answers, campaign_tags, consent
from signatures.details import Details
from signatures.forms.fields import (
    LINE_LIMIT,
    MISSING_COUNTRY,
    MISSING_PROFESSION,
    CleanedField,
    CodedField,
    LongSelect,
    clean_credit,
    country_choices,
    email_field,
    is_country,
    is_profession,
    name_field,
    offer_professions,
    shares_fields,
)
from signatures.forms.signer import questions
from signatures.models import Kind, Signature
from signatures.models.campaign_tag import MAX_TAG_LETTERS
from signatures.names.cleaning import clean_organisation

MISSING_CHOICE = _("Please choose whether your name is shown.")
MISSING_NAME = _("To be named, type your name as it should appear.")
MISSING_AGE = _("Only people of this age can sign this letter. If you are, please tick this.")
MISSING_ANSWER = _("Please choose one of the two. Nothing has been changed.")
SIGN = "sign"
DENY = "deny"


class OfAgeField(forms.BooleanField):
    """That they are old enough: a sentence that is kept with the consent, and no date of birth."""

    def __init__(self, *, least_age: int) -> None:
        super().__init__(
            label=consent.shown_age(least_age), error_messages={"required": MISSING_AGE}
        )


class NamingField(forms.TypedChoiceField):
    """Whether the name is shown: chosen by the signer, never by us."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Your name on the public list"),
            choices=[("on", consent.shown("publish")), ("off", consent.shown("anonymous"))],
            coerce=lambda value: value == "on",
            empty_value=None,
            widget=forms.RadioSelect,
            error_messages={"required": MISSING_CHOICE, "invalid_choice": MISSING_CHOICE},
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


class CampaignTagField(forms.Field):
    """Filled in by a script. Whatever else it holds refuses nobody's signature."""

    widget = forms.HiddenInput(attrs={"data-campaign-tag": True, "maxlength": MAX_TAG_LETTERS})

    def clean(self, value: Any) -> str:
        return campaign_tags.cleaned(value or "")


class _DetailsForm(forms.Form):
    use_required_attribute = False

    name = name_field()
    profession = CodedField(
        knows=is_profession,
        label=_("Profession"),
        error_messages={
            "required": MISSING_PROFESSION,
            "invalid_choice": MISSING_PROFESSION,
        },
    )
    country = CodedField(
        knows=is_country,
        label=_("Country"),
        choices=lambda: [("", _("Choose…")), *country_choices()],
        error_messages={"required": MISSING_COUNTRY, "invalid_choice": MISSING_COUNTRY},
        widget=LongSelect(attrs={"autocomplete": "country"}),
    )
    credit = CleanedField(
        cleaner=clean_credit,
        required=False,
        label=_("Known for"),
        help_text=_("A work, a band, a role: whatever tells readers who you are."),
        widget=forms.TextInput(attrs={"maxlength": LINE_LIMIT * 2, "dir": "auto"}),
    )
    affiliation = CleanedField(
        cleaner=clean_credit,
        required=False,
        label=_("Affiliation"),
        help_text=_("A society, a company, a school."),
        widget=forms.TextInput(
            attrs={"autocomplete": "organization", "maxlength": LINE_LIMIT * 2, "dir": "auto"}
        ),
    )

    def name_organisation(self) -> None:
        """The name is an institution's."""
        cast(CleanedField, self.fields["name"]).cleaner = clean_organisation


@shares_fields(but=("name", "profession"))
class SignForm(_DetailsForm):
    email = email_field()
    kind = forms.BooleanField(
        required=False,
        label=_("I sign for an organisation"),
        help_text=_(
            "Then the name above is the organisation’s. Organisations leave the profession out, "
            "and are counted apart."
        ),
        widget=forms.CheckboxInput(attrs={"value": Kind.ORGANISATION.value}),
    )
    consent_publish = NamingField(
        help_text=_(
            "Of anyone who is not named, readers see a number, the time, the language and the "
            "level, and nothing else. Organisations are always named."
        )
    )
    consent_updates = forms.BooleanField(required=False, label=consent.shown("updates"))
    # Which text the signer read. A request without it signs the one that stands now.
    text = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    campaign_tag = CampaignTagField()

    field_order = (
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
        "campaign_tag",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, letter: Letter, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.letter = letter
        offer_professions(cast(CodedField, self.fields["profession"]), letter=letter)
        for name in _not_asked(letter):
            del self.fields[name]
        self.questions = answers.asked(letter=letter)
        questions.add_fields(self, questions=self.questions)
        if letter.least_age:
            self.fields["of_age"] = OfAgeField(least_age=letter.least_age)
        if self._is_for_organisation():
            self.name_organisation()

    def _is_for_organisation(self) -> bool:
        sent = self.data.get(self.add_prefix("kind"))
        return "kind" in self.fields and sent == Kind.ORGANISATION

    def question_fields(self) -> list[forms.BoundField]:
        return [self[questions.name_of(each.pk)] for each in self.questions]

    @property
    def given(self) -> answers.Given:
        return questions.given_in(self, questions=self.questions)

    @property
    def said_age(self) -> int | None:
        """How old they say to be at least, where they are asked and have ticked it."""
        return self.letter.least_age if self.cleaned_data.get("of_age") else None

    def clean_kind(self) -> str:
        return Kind.ORGANISATION if self._is_for_organisation() else Kind.PERSON

    def clean(self) -> None:
        cleaned = self.cleaned_data
        if cleaned.get("kind") != Kind.ORGANISATION:
            return
        # Neither asked for nor kept: somebody may have chosen one before ticking the box.
        self.errors.pop("profession", None)
        cleaned["profession"] = ""
        if cleaned.get("consent_publish") is False:
            self.add_error(
                "consent_publish",
                ValidationError(
                    _("An organisation is always named. Please choose to show the name."),
                    code="organisation_is_public",
                ),
            )
            return
        self.errors.pop("consent_publish", None)
        cleaned["consent_publish"] = True


def _not_asked(letter: Letter) -> list[str]:
    """The fields that this letter's organizers leave out."""
    asked = {
        "credit": letter.asks_credit,
        "affiliation": letter.asks_affiliation,
        "kind": letter.takes_organisations,
        "consent_updates": letter.offers_updates,
    }
    return [name for name, is_asked in asked.items() if not is_asked]


class EditForm(_DetailsForm):
    """How a signer appears, on their own page."""

    consent_publish = NamingField()
    consent_updates = forms.BooleanField(required=False, label=consent.shown("updates"))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Mapping[str, Any] | None = None, *, signature: Signature) -> None:
        initial = {name: getattr(signature, name, None) for name in self.base_fields}
        super().__init__(data, initial=initial | {"seen": signature.revision})
        self.signature = signature
        self.questions = answers.asked_of(signature=signature)
        if self.questions:
            stored = answers.given(signature=signature)
            questions.add_fields(self, questions=self.questions, given=stored)
        self._leave_out(signature)
        if signature.kind == Kind.ORGANISATION:
            del self.fields["profession"], self.fields["consent_publish"]
            self.name_organisation()
        # Deleted, and not needed unless they want to be named.
        self.fields["name"].required = bool(signature.name)

    def _leave_out(self, signature: Signature) -> None:
        """What the letter no longer asks, unless they said it when it did."""
        professions = cast(CodedField, self.fields["profession"])
        offer_professions(professions, letter=signature.letter, also=signature.profession)
        for name in _not_asked(signature.letter):
            if name in self.fields and not getattr(signature, name):
                del self.fields[name]

    def clean(self) -> None:
        if self.signature.kind == Kind.ORGANISATION:
            self.cleaned_data |= {"profession": "", "consent_publish": True}
        if self.cleaned_data.get("consent_publish") and self.cleaned_data.get("name") == "":
            self.add_error("name", MISSING_NAME)

    @property
    def given(self) -> answers.Given | None:
        """None where nothing is asked, and nothing was."""
        if not self.questions:
            return None
        return questions.given_in(self, questions=self.questions)

    def is_new_name_meant(self, ending: list[str]) -> bool:
        """Whether nothing ends with the name that was typed, or the signer knows what does.

        Otherwise the form asks.
        """
        if not ending or self.data.get("ends") == "yes":
            return True
        self.fields["ends"] = forms.BooleanField(
            label=_("I take the new name, and know that these end"),
            widget=forms.CheckboxInput(attrs={"value": "yes"}),
        )
        self.add_error(
            "ends",
            _("With another name these end: %(ending)s. If you want that, tick this box and save.")
            % {"ending": " · ".join(ending)},
        )
        return False


class AnswerForm(forms.Form):
    """Under the name, as it will appear: whether it was they who signed. Nothing is preselected but
    what they chose when they signed."""

    use_required_attribute = False

    consent_publish = NamingField(required=False)
    answer = forms.ChoiceField(
        label=_("Did you sign this letter?"),
        choices=[(SIGN, _("Yes, I sign")), (DENY, _("I didn’t sign this"))],
        widget=forms.RadioSelect,
        error_messages={"required": MISSING_ANSWER, "invalid_choice": MISSING_ANSWER},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, signature: Signature) -> None:
        initial = {"consent_publish": signature.consent_publish, "seen": signature.revision}
        super().__init__(data, initial=initial)
        if signature.kind == Kind.ORGANISATION:
            del self.fields["consent_publish"]
        if least_age := age_to_say(signature):
            self.fields["of_age"] = OfAgeField(least_age=least_age)
            self.order_fields(("consent_publish", "of_age", "answer"))

    def clean(self) -> None:
        if self.cleaned_data.get("answer") == DENY:
            self.errors.pop("of_age", None)


def age_to_say(signature: Signature) -> int | None:
    """Of one that somebody else typed, or that is older than the question: only the signer says
    how old they are."""
    return None if consent.age_of(signature.consent_version) else signature.letter.least_age


class CodeForm(forms.Form):
    use_required_attribute = False

    code = forms.CharField(
        label=_("Code from the e-mail"),
        max_length=40,
        error_messages={
            "required": _("Please type the six digits from the e-mail."),
            "max_length": _("The code has six digits. Please type only these."),
            "null_characters_not_allowed": _("The code has six digits. Please type only these."),
        },
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
        ),
    )

    def clean_code(self) -> str:
        """Digits of any script count; spaces and dashes between them do not."""
        digits = [
            str(unicodedata.digit(char, "?"))
            for char in self.cleaned_data["code"]
            if not char.isspace() and char not in "-\u200e\u200f"
        ]
        if len(digits) != CODE_LENGTH or "?" in digits:
            raise ValidationError(
                _("The code has six digits. Please type only these."), code="digits"
            )
        return "".join(digits)


class InboxForm(CodeForm):
    """The code, and once more whether the name is shown: it is what the code confirms."""

    consent_publish = NamingField(required=False)

    field_order = ("consent_publish", "code")

    def __init__(self, data: Mapping[str, Any] | None = None, *, details: Details) -> None:
        initial = {"consent_publish": details.consent_publish}
        super().__init__(data, initial=initial)
        if details.kind == Kind.ORGANISATION:
            del self.fields["consent_publish"]


class CorrectForm(forms.Form):
    use_required_attribute = False

    email = email_field()
