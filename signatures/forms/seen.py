"""What every form about one signature at the desk carries: the revision that was read."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

CHANGED = _("The signer changed their details meanwhile. Please look once more.")


class SeenForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def refuse_changed(self, *, revision: int) -> None:
        """Say that the details have changed, and keep all that was typed for the new ones."""
        typed: QueryDict = self.data.copy()  # type: ignore[attr-defined]
        typed[self.add_prefix("seen")] = str(revision)
        self.data = typed
        self.add_error(None, CHANGED)
