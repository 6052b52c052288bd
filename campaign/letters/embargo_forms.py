"""The desk's forms for a letter's embargo."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.letters.forms import MomentField, WordingField
from campaign.letters.models import Letter, LetterState
from campaign.letters.press_forms import PublicAddressField
from campaign.templatetags.locale_format import shorten_to

_NOT_AHEAD = _("This time has passed: choose a later one.")


class EmbargoForm(forms.Form):
    # The hour that was seen, as `seen_of` writes it.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    embargo_until = MomentField(
        label=_("Embargo until"),
        help_text=_("In UTC. At this minute the letter is public, without anybody’s doing."),
        error_messages={"required": _("Give the date and the time at which the letter opens.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, letter: Letter) -> None:
        until = letter.embargo_until
        super().__init__(data, initial={"seen": seen_of(letter), "embargo_until": until})
        if letter.state == LetterState.DRAFT:
            self.fields["embargo_until"].required = False

    def clean_embargo_until(self) -> datetime | None:
        return _ahead(self.cleaned_data["embargo_until"])

    @property
    def expected_until(self) -> datetime | None:
        return hour_seen(self.cleaned_data["seen"])


class ReporterForm(forms.Form):
    name = WordingField(
        label=_("Name"),
        max_length=120,
        silent=_("Give the reporter’s name: it stands on their copy."),
        error_messages={"max_length": shorten_to(120)},
    )
    outlet = WordingField(
        label=_("Outlet"),
        max_length=120,
        silent=_("Say for whom they write: it stands on their copy."),
        error_messages={"max_length": shorten_to(120)},
    )
    email = PublicAddressField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("The link is sent there. Without an address, you pass it on yourself."),
    )
    expires_at = MomentField(
        label=_("Link ends"),
        required=False,
        help_text=_("In UTC. Without a time it ends when the embargo does, never later."),
    )

    def clean_expires_at(self) -> datetime | None:
        return _ahead(self.cleaned_data["expires_at"])


def seen_of(letter: Letter) -> str:
    return letter.embargo_until.isoformat() if letter.embargo_until else ""


def hour_seen(seen: str) -> datetime | None:
    """What no page has written stands for no hour: then it is another one by now."""
    try:
        hour = datetime.fromisoformat(seen)
    except ValueError:
        return None
    return hour if timezone.is_aware(hour) else None


def _ahead(hour: datetime | None) -> datetime | None:
    if hour is not None and hour <= timezone.now():
        raise ValidationError(_NOT_AHEAD)
    return hour
