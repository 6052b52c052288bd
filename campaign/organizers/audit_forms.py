"""What an owner asks of the audit trail."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.organizers.audit import AuditQuery
from campaign.organizers.models import Organizer


class AuditForm(forms.Form):
    """Whatever is not offered asks for nothing."""

    who = forms.ChoiceField(label=pgettext_lazy("audit", "Who"), required=False)
    what = forms.ChoiceField(label=pgettext_lazy("audit", "What"), required=False)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    # Set by a link beside an entry, never typed.
    of = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, actors: Iterable[Organizer], actions: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.choices = [("", _("everybody")), *((str(each.pk), str(each)) for each in actors)]
        what: Any = self.fields["what"]
        named = sorted(actions.items(), key=lambda item: item[1])
        what.choices = [("", _("everything")), *named]

    def asked(self) -> AuditQuery:
        self.is_valid()
        typed = self.cleaned_data
        who = typed.get("who")
        return AuditQuery(
            organizer_id=int(who) if who else None,
            action=typed.get("what", ""),
            subject=typed.get("of", ""),
            since=typed.get("since"),
            until=typed.get("until"),
        )
