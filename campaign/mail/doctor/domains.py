"""Which domains belong together: the organizational domain of RFC 7489 section 3.2."""

from campaign.domains import owned
from campaign.mail.doctor.lookups import is_name

# RFC 2606, 6761, 6762, 8375 and ICANN's .internal: no mail comes from there.
_NOBODYS = frozenset(
    (
        *("alt", "arpa", "corp", "example", "home", "internal", "intranet", "invalid", "lan"),
        *("local", "localhost", "onion", "test"),
    )
)
_FOR_EXAMPLES = frozenset(("example.com", "example.net", "example.org"))


def is_aligned(one: str, other: str, *, is_strict: bool = False) -> bool:
    """RFC 7489 section 3.1."""
    one, other = one.lower().rstrip("."), other.lower().rstrip(".")
    if is_strict or not one:
        return bool(one) and one == other
    return owned(one) == owned(other)


def is_nobodys(domain: str) -> bool:
    """Whether nobody on the internet can have it: numbers and one word count, too."""
    *_rest, last = domain.split(".")
    return (
        not is_name(domain) or last.isdigit() or last in _NOBODYS or owned(domain) in _FOR_EXAMPLES
    )
