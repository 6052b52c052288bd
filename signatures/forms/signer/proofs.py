"""What signers type to show who they are."""

from typing import Any

from django import forms

from signatures.forms.fields import CleanedField
from signatures.verification.method import Method, Offer


class ProofForm(forms.Form):
    """A proof to start, by a method that is offered. The field has the same name for each of them,
    the id differs."""

    use_required_attribute = False

    def __init__(self, method: Method, offer: Offer, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{method.code}_%s")
        self.method = method
        self.offer = offer
        self.fields["subject"] = CleanedField(
            cleaner=offer.clean,
            label=offer.label,
            help_text=offer.help_text,
            widget=_input(offer),
        )


def _input(offer: Offer) -> forms.Widget:
    attributes = {"maxlength": offer.max_length, "dir": "ltr", **offer.attributes}
    return (
        forms.EmailInput(attributes) if offer.input_type == "email" else forms.TextInput(attributes)
    )
