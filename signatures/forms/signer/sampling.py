"""What somebody who was drawn in an audit by sample answers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

YES = "yes"
NO = "no"
_MISSING = _("Please choose one of the two. Nothing has been sent yet.")


class SampleAnswerForm(forms.Form):
    """Nothing is preselected. `seen` is the revision of what was read."""

    use_required_attribute = False

    answer = forms.ChoiceField(
        label=_("Did you sign this letter, as it stands here?"),
        choices=[(YES, _("Yes, I signed as this")), (NO, _("No, I did not sign this"))],
        widget=forms.RadioSelect,
        error_messages={"required": _MISSING, "invalid_choice": _MISSING},
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, revision: int) -> None:
        super().__init__(data, initial={"seen": revision})
