"""At which service to show an account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from signatures.verification import registry
from signatures.verification.accounts import profiles
from signatures.verification.problems import Problem, sentence_for


class AccountForm(forms.Form):
    """One button for each service that is offered; which was pressed is all that is sent."""

    service = forms.CharField(required=False, label=_("Account"))

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="account_%s")  # type: ignore[arg-type]
        self.offered = profiles.offered()
        self.plain = [each for each in self.offered if not registry.of_service(each.kind)]
        # Those whose answers are a method of their own, which says what it shows.
        self.own = [
            (method, each) for each in self.offered if (method := registry.of_service(each.kind))
        ]
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
        sentence = _sentence_for(code)
        if not sentence:
            return None
        form = cls({"service": ""})
        form.full_clean()
        form.errors.clear()
        form.add_error("service", sentence)
        return form


def _sentence_for(code: str) -> str:
    """Of what may be wrong with accounts, and nothing else: the code stands in an address."""
    if code in Problem.of_accounts():
        return sentence_for(code)
    own = (each for method in registry.every() if method.service for each in method.problems)
    return next((str(each.sentence) for each in own if each.value == code), "")
