"""System checks of what signatures need from outside."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def attestors_can_be_believed(**_: Any) -> list[CheckMessage]:
    """A witness whose key cannot be read, or a stamp that nobody could check, attests nothing."""
    found: list[CheckMessage] = []
    if not (settings.WITNESSES or settings.TIMESTAMP_URL):
        return found
    from signatures.record import timestamping, witness_client  # noqa: PLC0415 -- slow import
    from signatures.record.format.notes import MalformedNote  # noqa: PLC0415 -- slow import

    try:
        witness_client.witnesses()
    except MalformedNote as error:
        found.append(
            Error(
                f"WITNESSES cannot be read: {error}.",
                hint="Each is an https:// address, a space and the witness's verifier key.",
                id="undersigned.E010",
            )
        )
    if settings.TIMESTAMP_URL:
        try:
            timestamping.trusted_roots()
        except (OSError, ValueError):
            found.append(
                Error(
                    "TIMESTAMP_ROOTS names no file of PEM certificates.",
                    hint="Put there what the stamps of TIMESTAMP_URL must lead to.",
                    id="undersigned.E011",
                )
            )
    return found
