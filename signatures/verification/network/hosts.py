"""Names of sites as people type them, made into the one name that is looked up."""

import re
from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext as _
from publicsuffixlist import PublicSuffixList

from campaign import domains
from signatures.verification.network.service_hosts import is_of_service
from signatures.verification.problems import Problem, ProofRefused

# A subject has room for this, and so has a name in the DNS (RFC 1035, without the last dot).
HOST_LIMIT = 253
# Of which `_undersigned.` takes some.
DOMAIN_LIMIT = HOST_LIMIT - len("_undersigned.")

# People get a name below these, and the public suffix list does not say so.
_SHARED = frozenset(
    (
        "bandcamp.com", "bigcartel.com", "carrd.co", "deviantart.com", "dreamwidth.org",
        "format.com", "itch.io", "journoportfolio.com", "livejournal.com", "medium.com",
        "neocities.org", "notion.site", "pixieset.com", "portfoliobox.net", "substack.com",
        "tumblr.com", "typepad.com", "webflow.io", "wixsite.com", "wordpress.com",
    )
)  # fmt: skip
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# RFC 2606, 6761, 6762, 7686, 8375, 9476 and ICANN's .internal: nobody's on the public internet.
_NOBODYS = (
    "alt", "arpa", "corp", "home", "internal", "intranet", "lan", "local", "localhost", "onion",
)  # fmt: skip
_FOR_EXAMPLES = ("test", "invalid", "example", "example.com", "example.net", "example.org")


def clean_host(raw: str) -> str:
    """The host in ASCII and lower case, without its last dot; a whole web address may be typed.

    Looks nothing up. Raises only ProofRefused.
    """
    typed = raw.strip()
    if not typed:
        raise ProofRefused(Problem.HOST_EMPTY)
    if len(typed) > 2000:
        raise ProofRefused(Problem.HOST_INVALID)
    try:
        parts = urlsplit(typed if "//" in typed else f"//{typed}")
    except ValueError:
        raise ProofRefused(Problem.HOST_INVALID) from None
    if parts.scheme not in ("", "http", "https"):
        raise ProofRefused(Problem.HOST_INVALID)
    if "[" in parts.netloc:
        raise ProofRefused(Problem.HOST_IS_NUMBER)
    if "@" in parts.netloc or ":" in parts.netloc:
        raise ProofRefused(Problem.HOST_PORT)
    return _clean(parts.netloc)


def clean_domain(raw: str) -> str:
    """The same for a domain, which has no `www.` of its own."""
    domain = bare(clean_host(raw))
    if len(domain) > DOMAIN_LIMIT:
        raise ProofRefused(Problem.HOST_INVALID)
    return domain


def bare(host: str) -> str:
    """Without `www.`, as people say it."""
    rest = host.removeprefix("www.")
    return rest if "." in rest else host


def is_shared(host: str) -> bool:
    """Whether it is a name below a host that gives names to anybody, such as `noor.github.io`."""
    host = bare(host)
    above = host.partition(".")[2]
    if _ends_in(above, tuple(_SHARED)):
        return True
    return domains.suffixes().publicsuffix(host) != _by_registries().publicsuffix(host)


def owner_of(host: str) -> str:
    """The name of theirs that all names of one owner are counted as: what is below a host that
    gives names to anybody is each somebody else's."""
    owner = domains.owned(host)
    while owner in _SHARED and host != owner:
        owner = ".".join(host.split(".")[-len(owner.split(".")) - 1 :])
    return owner


def shown(host: str) -> str:
    """For readers: in its own script, and in the ASCII that no look-alike letter can imitate."""
    host, shared = bare(host), is_shared(host)
    with suppress(UnicodeError):
        if "xn--" in host:
            host = f"{idna.decode(host)} ({host})"
    return str(_("%(host)s (a name on a shared host)") % {"host": host}) if shared else host


@cache
def _by_registries() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


def _clean(typed: str) -> str:
    try:
        host = idna.encode(typed.rstrip("."), uts46=True).decode().lower()
    except UnicodeError:
        raise ProofRefused(_reason_of(typed)) from None
    check_is_elsewhere(host)
    if is_of_service(host):
        raise ProofRefused(Problem.HOST_OF_SERVICE)
    if domains.suffixes().is_public(bare(host)) or bare(host) in _SHARED:
        raise ProofRefused(Problem.HOST_OF_MANY)
    return host


def check_is_elsewhere(host: str) -> None:
    """Raises ProofRefused for what is no name of a host on the public internet, and for our own.
    Takes ASCII in lower case."""
    labels = host.split(".")
    if _is_number(host):
        raise ProofRefused(Problem.HOST_IS_NUMBER)
    if len(labels) < 2:
        raise ProofRefused(Problem.HOST_RESERVED if host in _NOBODYS else Problem.HOST_NO_ENDING)
    if len(host) > HOST_LIMIT or not all(map(_LABEL.fullmatch, labels)):
        raise ProofRefused(Problem.HOST_INVALID)
    if _ends_in(host, _NOBODYS) or (
        _ends_in(host, _FOR_EXAMPLES) and not settings.ALLOW_RESERVED_ADDRESSES
    ):
        raise ProofRefused(Problem.HOST_RESERVED)
    own = settings.SITE_HOST.partition(":")[0].lower()
    if bare(host) == bare(own) or host.endswith(f".{own}"):
        raise ProofRefused(Problem.HOST_OURS)


def _reason_of(typed: str) -> Problem:
    return Problem.HOST_IS_NUMBER if _is_number(typed) else Problem.HOST_INVALID


def _is_number(host: str) -> bool:
    """An address, also in the forms that some programs read as one: 127.1, 0x7f.1, 2130706433."""
    with suppress(ValueError):
        ip_address(host)
        return True
    last = host.rstrip(".").rpartition(".")[2]
    return bool(re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last, re.IGNORECASE))


def _ends_in(host: str, endings: tuple[str, ...]) -> bool:
    return any(host == ending or host.endswith(f".{ending}") for ending in endings)
