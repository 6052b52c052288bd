"""What somebody who was invited or imported types: as everybody who signs, but for the address."""

from collections.abc import Mapping
from typing import Any

from signatures.forms.signer.signing import SignForm


class InvitedSignForm(SignForm):
    """The address is the one that was invited. An agent consents to no news for the
    person, and does not say how old they are: they are asked when they confirm."""

    # How Django's forms leave out a field of the form that they extend.
    email = None  # type: ignore[assignment]

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, by_agent: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        if by_agent:
            for name in ("consent_updates", "of_age"):
                self.fields.pop(name, None)

    def clean(self) -> None:
        super().clean()
        self.cleaned_data.setdefault("consent_updates", False)
