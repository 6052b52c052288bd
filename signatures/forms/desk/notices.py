"""What an organizer wants to be told of, when, and in which language."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign import languages
from campaign.organizers.models import Membership
from signatures.notifications.notices import choices
from signatures.notifications.notices.choices import Times

_HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


class NoticesForm(forms.Form):
    """A field for each membership, then the times."""

    use_required_attribute = False

    hour = forms.ChoiceField(label=_("Hour of the daily overview"), choices=_HOURS)
    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        error_messages={"invalid_choice": _("Choose a time zone of the list.")},
    )
    language = forms.ChoiceField(label=_("Language of these e-mails"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        memberships: Sequence[Membership],
        times: Times,
    ) -> None:
        self.memberships = memberships
        initial = {
            "hour": str(times.hour),
            "time_zone": times.time_zone,
            "language": times.language,
            **{
                _name(each): [kind.value for kind in choices.chosen(membership=each)]
                for each in memberships
            },
        }
        super().__init__(data, initial=initial)
        zone: Any = self.fields["time_zone"]
        zone.choices = [(name, name.replace("_", " ")) for name in time_zones()]
        language: Any = self.fields["language"]
        language.choices = [
            ("", _("that of the letter")),
            *((code, languages.NAMES[code]) for code in languages.INTERFACE),
        ]
        for each in memberships:
            self.fields[_name(each)] = forms.MultipleChoiceField(
                label=each.team.name,
                required=False,
                choices=[(kind.value, kind.label) for kind in choices.kinds_for(each.role)],
                widget=forms.CheckboxSelectMultiple,
            )
        self.order_fields([*map(_name, memberships), "hour", "time_zone", "language"])

    def times(self) -> Times:
        given = self.cleaned_data
        return Times(int(given["hour"]), given["time_zone"], given["language"])

    def kinds(self) -> dict[Membership, list[str]]:
        return {each: self.cleaned_data[_name(each)] for each in self.memberships}


@cache
def time_zones() -> tuple[str, ...]:
    """By place, and UTC: the rest are other names of these."""
    return (
        "UTC",
        *sorted(
            name
            for name in available_timezones()
            if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
        ),
    )


def _name(membership: Membership) -> str:
    return f"team-{membership.team_id}"
