"""Who has a domain, as the public suffix list knows: registries, and owners of domains who say that
they give the names below to others."""

from functools import cache

from publicsuffixlist import PublicSuffixList


def owned(host: str) -> str:
    """The domain that one owner has with all names below it; the host itself where none has.

    Takes ASCII in lower case. Of an ending that the list does not know one word is the registry's.
    """
    return suffixes().privatesuffix(host) or host


def has_known_ending(host: str) -> bool:
    """Whether it ends in what the list names."""
    return suffixes().publicsuffix(host, accept_unknown=False) is not None


@cache
def suffixes() -> PublicSuffixList:
    """Read once in a process."""
    return PublicSuffixList()
