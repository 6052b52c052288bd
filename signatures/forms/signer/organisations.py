"""What an organisation answers that is asked to stand behind a letter."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

AGREE = "agree"
WITHDRAW = "withdraw"
_MISSING = _("Please choose an answer. Nothing has been sent yet.")


class OrganisationAnswerForm(forms.Form):
    """Nothing is preselected, so that a form that is sent as it stands does nothing. `seen` is the
    number of the version that was read."""

    use_required_attribute = False

    deed = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        error_messages={"required": _MISSING, "invalid_choice": _MISSING},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        version: int,
        may_agree: bool,
        is_named: bool,
    ) -> None:
        super().__init__(data, initial={"seen": version})
        no = (WITHDRAW, _("Withdraw") if is_named else _("Say no"))
        # What was sent is judged by what may be done, and not by what was offered.
        yes = [(AGREE, _("Agree, and be named"))] if may_agree or self.is_bound else []
        self.fields["deed"].choices = [*yes, no]  # type: ignore[attr-defined]
