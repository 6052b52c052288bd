"""A public record to point at."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from signatures.moderation import claimants
from signatures.verification.evidence.identifiers import (
    SENTENCES,
    EvidenceRefused,
    Identifier,
    Unfit,
    parse,
)


class EvidenceForm(forms.Form):
    use_required_attribute = False

    link = forms.CharField(
        strip=False,
        label=_("Address or number of your entry"),
        help_text=_("The address of its page, or the number that it has there."),
        error_messages={"required": SENTENCES[Unfit.EMPTY]},
        widget=forms.TextInput(
            attrs={"maxlength": 2000, "dir": "ltr", "inputmode": "url", "autocomplete": "off"}
        ),
    )

    def __init__(self, data: object = None, **kwargs: object) -> None:
        super().__init__(data, auto_id="evidence_%s", **kwargs)  # type: ignore[arg-type]
        # Django's own answer to a control character has no place for ours.
        self.fields["link"].validators = []

    def clean_link(self) -> Identifier:
        try:
            return parse(self.cleaned_data["link"])
        except EvidenceRefused as refused:
            raise ValidationError(refused.sentence, code=refused.reason.value) from refused


class NamedRecordForm(EvidenceForm):
    """Of a claimant: a record whose official website they can change."""

    def clean_link(self) -> Identifier:
        identifier = super().clean_link()
        if identifier.source not in claimants.SOURCES:
            raise ValidationError(
                _("For this we read MusicBrainz, Wikidata and Open Library alone.")
            )
        return identifier
