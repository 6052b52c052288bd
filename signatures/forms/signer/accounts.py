"""At which service to show an account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from signatures.verification.accounts import profiles
from signatures.verification.problems import Problem, sentence_for


class AccountForm(forms.Form):
    """One button for each service that is offered; which was pressed is all that is sent."""

    service = forms.CharField(required=False, label=_("Account"))

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="account_%s")  # type: ignore[arg-type]
        self.offered = profiles.offered()
        # Django's own answer to a control character has no place for ours.
        self.fields["service"].validators = []

    def clean_service(self) -> profiles.Service:
        found = next(
            (each for each in self.offered if each.identifier == self.cleaned_data["service"]), None
        )
        if found is None:
            raise forms.ValidationError(sentence_for(Problem.ACCOUNT_NOT_OFFERED))
        return found

    @classmethod
    def refused(cls, code: str) -> "AccountForm | None":
        """As it is shown to who comes back from a service without a proof; `code` says why."""
        if code not in Problem.of_accounts():
            return None
        form = cls({"service": ""})
        form.full_clean()
        form.errors.clear()
        form.add_error("service", sentence_for(code))
        return form
