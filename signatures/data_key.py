"""Whether this is the key that the addresses in this database are known by."""

from django.db import DatabaseError

from signatures.addresses import email_key
from signatures.models import Signature

# More than one: how an address is spelled for its hash may have changed since.
_SIGNATURES_COMPARED = 20


class WrongDataKey(Exception):
    pass


def check_data_key() -> None:
    """Raises WrongDataKey with one sentence for the operator."""
    rows = Signature.objects.exclude(email="").order_by("-pk")
    try:
        newest = list(rows.values_list("email", "email_key")[:_SIGNATURES_COMPARED])
    except DatabaseError as error:
        raise WrongDataKey("Without the database, it cannot be compared.") from error
    if newest and not any(email_key(email) == bytes(key) for email, key in newest):
        raise WrongDataKey(
            "DATA_KEY is not the key that the addresses in this database are known by. "
            "It is what SECRET_KEY was while DATA_KEY was not set."
        )
