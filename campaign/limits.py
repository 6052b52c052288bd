"""One named limit for each place that strangers can press on, with its reason.

They fail open: without Redis the site goes on, and says so in the log.
"""

import re
import time
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from functools import cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from math import ceil
from threading import Lock

import structlog
from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from campaign import counters, limited, process_cache
from campaign.keyed_hash import Purpose, keyed_hash

log = structlog.get_logger(__name__)
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::[0-9]*)?")


class Limit(Enum):
    """Each counts by itself, also where another has the same rate: so the rate is not the value, by
    which an Enum takes two members for one."""

    rate: str

    def __new__(cls, rate: str) -> "Limit":
        limit = object.__new__(cls)
        limit._value_ = len(cls.__members__)
        limit.rate = rate
        return limit

    # A theatre or newsroom signs from one address; a script does not stop at this. Organizers can
    # raise it for an assembly (`letters/assembly.py`), and a large letter does by itself.
    SIGN_FROM_NETWORK = "400/hour"
    # Without the proof of work that was asked for: a reader without JavaScript, not a script.
    UNPROVED_FROM_NETWORK = "20/hour"
    # Beyond, the letter counts as attacked (`signatures/moderation/attacks.py`): refuses nobody.
    REFUSED_SIGNINGS_OF_LETTER = "50/hour"
    # Wrong ones only. Five tries are allowed for each code anyway; this slows those who try many
    # signatures, and not a hall in which everybody types the right code.
    CODE_FROM_NETWORK = "60/hour"
    # A person has a few sites and mistypes some; each start may send a mail or make us look.
    PROOFS_OF_SIGNATURE = "10/day"
    # DNS takes its time, so people ask again; a look is up to three pages from somebody's site.
    CHECKS_OF_SIGNATURE = "30/day"
    # However many ask, and under however many names of one owner: no site shall notice us.
    CHECKS_OF_DOMAIN = "6/hour"
    # Where accounts are described and kept, with all names below one owner's domain: many people
    # may have theirs there, and anybody can say that theirs is.
    CHECKS_OF_ACCOUNT_HOSTS = "60/hour"
    # Nobody's mailbox is ours to fill, nor are codes there to be guessed.
    CODES_TO_ADDRESS = "3/day"
    # All names of one owner: a newsroom shows its addresses in an afternoon, and nobody's mail
    # server is ours to fill with addresses that strangers make up.
    CODES_TO_DOMAIN = "100/hour"
    # Whoever has a forwarded link could ask for them.
    ERASING_MAILS_TO_ADDRESS = "3/day"
    # Who forgot a password asks again when the mail is late; whoever only annoys gets no further.
    RESETS_TO_ADDRESS = "5/day"
    # Wrong ones only: a code is typed from a phone; guessing one takes millions.
    VOUCHING_CODES = "60/day"
    # Ten links at once are allowed; each may make us ask somebody's server.
    EVIDENCE_OF_SIGNATURE = "30/day"
    # A number mistyped, a name spelled in two ways; whoever guesses gets no further.
    MEMBERSHIPS_OF_SIGNATURE = "6/day"
    # Wrong ones only: a rehearsal room of members shows theirs from one network.
    MEMBERSHIPS_FROM_NETWORK = "60/hour"
    # Whatever others tried, in this name or this roster: who mistypes once still gets in.
    OWN_MEMBERSHIPS_OF_SIGNATURE = "2/day"
    # All that, together: to hunt for numbers with many signatures takes weeks, and is seen.
    OWN_MEMBERSHIPS_OF_ROSTER = "1000/hour"
    # Wrong ones only: as many mistakes as a union of thousands makes on its busiest day.
    WRONG_MEMBERSHIPS_OF_ROSTER = "100/hour"
    # Wrong ones again, whoever tries: nobody hunts for the number of one well-known member.
    WRONG_MEMBERSHIPS_OF_NAME = "10/day"
    # A newsroom behind one address; who wants it fresher has the API, and conditional requests.
    DOWNLOADS_FROM_NETWORK = "300/hour"
    # Each of these keeps a connection to the database for seconds, or minutes on a slow line.
    LARGE_DOWNLOADS_FROM_NETWORK = "30/hour"
    # A program that walks through a million names, a hundred at a time, needs a quarter of an hour.
    API_FROM_NETWORK = "600/minute"
    # A press office reports what it finds on several letters; a script does not stop at this.
    REPORTS_FROM_NETWORK = "20/hour"
    # Each report sends a mail to an address that somebody typed.
    REPORTS_TO_ADDRESS = "3/day"
    # Who shows that a reported name is theirs places one line, once; each look asks two sites.
    LOOKS_OF_CLAIMANT = "10/day"
    # Held without an organizer: more than so many names of one letter are no accident.
    CLAIMS_HELD_OF_LETTER = "5/day"
    # A family or an office asks what they signed, each for their own addresses.
    INQUIRIES_FROM_NETWORK = "20/hour"
    # Nobody's mailbox is ours to fill. Counted for every address, whether it signed or not.
    INQUIRIES_ABOUT_ADDRESS = "3/day"
    # A newsroom behind one address follows a letter, or several.
    FOLLOWS_FROM_NETWORK = "20/hour"
    # Each sends a mail to an address that somebody typed; a reporter follows some letters a day.
    FOLLOWS_TO_ADDRESS = "6/day"
    # Of the demo alone: whoever plays presses each button a few times, and each makes a person.
    DEMO_BUTTONS = "30/hour"
    # Few people begin a letter; an office shares one network.
    APPLICATIONS_FROM_NETWORK = "10/hour"
    # Each sends a mail to an address that somebody typed.
    APPLICATIONS_TO_ADDRESS = "3/day"
    # Of the whole site: beyond, applications wait in the admin without a mail to the operators.
    APPLICATIONS_TOLD = "30/day"
    # A large team is invited in an afternoon; the site's name is not for mailing strangers.
    INVITE_FROM_TEAM = "60/hour"
    # As many as a file may hold; more are no first signatories.
    SIGNING_INVITATIONS_OF_TEAM = "2000/day"
    # A theatre or society is invited as a whole, at its own domain; a provider's is not counted.
    SIGNING_INVITATIONS_TO_DOMAIN = "500/day"
    # By whichever letters: nobody's mailbox is ours to fill.
    SIGNING_INVITATIONS_TO_ADDRESS = "3/day"
    # Each press makes us ask somebody's server.
    WEBHOOK_PRESSES_OF_TEAM = "60/hour"
    # Each takes a second and 128 MB; an owner of several letters makes some in an afternoon.
    PRIVATE_EXPORTS_OF_ORGANIZER = "20/hour"


# Of what is limited by how many are at it, not by how often: large files.
LARGE_AT_ONCE = "LARGE_AT_ONCE"
# What stands for a network that nobody told us: it is counted nowhere.
UNKNOWN_NETWORK = b""
_WARN_EVERY_SECONDS = 60
_warned_at: dict[str, float] = {}
Address = IPv4Address | IPv6Address


def network_of(request: HttpRequest) -> str:
    """The address that the request came from; IPv6 as its /64, which is one household.

    X-Forwarded-For counts only as far as proxies we trust have written it. Empty where they have
    not told it in a way that can be read: to count the proxy instead would refuse everybody.
    """
    address = _client_address(request)
    if address is None:
        return ""
    return str(ip_network((address, 64), strict=False) if address.version == 6 else address)


def is_of_this_machine(request: HttpRequest) -> bool:
    """Whether all who are said to have passed it on are here, whichever proxies are trusted.

    Over a socket in the file system the peer has no address.
    """
    hops = (request.META.get("REMOTE_ADDR", ""), *_forwarded(request))
    addresses = [_read_address(hop) for hop in hops if hop.rpartition(":")[2].strip()]
    return all(address is not None and address.is_loopback for address in addresses)


def network_key(request: HttpRequest) -> bytes:
    """Keyed hash of the network, 16 bytes: says whether two are the same, and nothing else.

    UNKNOWN_NETWORK where it is not known.
    """
    return key_of(network_of(request))


def key_of(network: str) -> bytes:
    """The same for a network in words, also for a range of several."""
    return keyed_hash(Purpose.NETWORK, network.encode())[:16] if network else UNKNOWN_NETWORK


def _client_address(request: HttpRequest) -> Address | None:
    peer = request.META.get("REMOTE_ADDR", "")
    hops = [hop for hop in reversed(_forwarded(request)) if hop.strip()]
    forwards_nobody = not hops
    address = _read_address(peer)
    # Over a socket in the file system there is no address, and none but a proxy of this machine.
    local_proxy = not peer.rpartition(":")[2] and bool(settings.TRUSTED_PROXIES)
    if address is None and not local_proxy:
        _warn("network_not_known", why="no_peer_address")
        return None
    while address is None or _is_trusted(address):
        if not hops:
            # A range may hold visitors, too; but a peer that forwards nobody is the proxy itself.
            if forwards_nobody:
                _warn("network_not_known", why="proxy_forwards_nobody")
            return None if forwards_nobody else address
        address = _read_address(hops.pop(0))
        if address is None:
            _warn("network_not_known", why="forwarded_address_unreadable")
            return None
    if hops:
        # Somebody wrote this header before our proxy: a visitor, or a proxy that is not named.
        _warn("forwarded_by_unnamed_proxy")
    return address


def _forwarded(request: HttpRequest) -> list[str]:
    header: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return header.split(",")


def _read_address(hop: str) -> Address | None:
    """As proxies write them: with a port or without, IPv6 in brackets or bare."""
    hop = hop.strip().strip('"')
    bracketed = _BRACKETED.fullmatch(hop)
    if bracketed:
        hop = bracketed[1]
    elif hop.count(":") == 1:
        hop, _, port = hop.partition(":")
        if not (port.isascii() and port.isdigit()):
            return None
    try:
        address = ip_address(hop)
    except ValueError:
        return None
    # A socket for both families writes 192.0.2.1 as ::ffff:192.0.2.1.
    return (address.version == 6 and address.ipv4_mapped) or address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in _trusted_networks())


def _warn(event: str, **told: str) -> None:
    """Once a minute from each process: it may concern every request."""
    name = event + "".join(told.values())
    if name not in _warned_at or time.monotonic() - _warned_at[name] > _WARN_EVERY_SECONDS:
        _warned_at[name] = time.monotonic()
        log.warning(event, **told, hint="See TRUSTED_PROXIES in docs/running.md.")


def addresses_are_known() -> bool:
    """Whether this process could tell lately from which networks its requests came."""
    at = [when for name, when in _warned_at.items() if name.startswith("network_not_known")]
    return not at or time.monotonic() - max(at) > 5 * _WARN_EVERY_SECONDS


def hit(limit: Limit, who: bytes, *, factor: float = 1) -> bool:
    """Count one use; False when it is one too many. The limit can be raised by a factor."""
    if who == UNKNOWN_NETWORK:
        return True
    try:
        allowed = _limiter().hit(_item(limit, factor), limit.name, who.hex())
    except (RedisError, OSError) as error:
        return _not_counted(limit, error)
    return allowed or _refused(limit)


def peek(limit: Limit, who: bytes, *, factor: float = 1) -> bool:
    """Whether one more use would be allowed; counts none. For what only counts if it goes wrong."""
    if who == UNKNOWN_NETWORK:
        return True
    try:
        allowed = _limiter().test(_item(limit, factor), limit.name, who.hex())
    except (RedisError, OSError) as error:
        return _not_counted(limit, error)
    return allowed or _refused(limit)


def _refused(limit: Limit) -> bool:
    limited.count(limit.name)
    return False


def _not_counted(limit: Limit, error: Exception) -> bool:
    """Open: the site goes on."""
    log.warning("limit_not_counted", limit=limit.name, error=type(error).__name__)
    counters.count(counters.redis_errors, "limits")
    limited.count_later(limited.NOT_COUNTED)
    counters.count(counters.limits_not_counted, limit.name)
    return True


def wait_seconds(limit: Limit, who: bytes, *, factor: float = 1) -> int:
    """After how many seconds somebody who was refused may try again; at least one."""
    try:
        stats = _limiter().get_window_stats(_item(limit, factor), limit.name, who.hex())
    except (RedisError, OSError):
        counters.count(counters.redis_errors, "limits")
        return 1
    return max(1, ceil(stats.reset_time - time.time()))


def _item(limit: Limit, factor: float) -> RateLimitItem:
    item = parse(limit.rate)
    return item if factor <= 1 else type(item)(round(item.amount * factor), item.multiples)


@dataclass(frozen=True, slots=True)
class Use:
    """One use that was counted, and what is left: `remaining` uses within `seconds`."""

    allowed: bool
    quota: int
    window: int
    remaining: int
    seconds: int


def use(limit: Limit, who: bytes) -> Use | None:
    """Count one use, as `hit`; None when it could not be counted."""
    if who == UNKNOWN_NETWORK:
        return None
    item = parse(limit.rate)
    try:
        allowed = _limiter().hit(item, limit.name, who.hex())
        stats = _limiter().get_window_stats(item, limit.name, who.hex())
    except (RedisError, OSError) as error:
        _not_counted(limit, error)
        return None
    if not allowed:
        limited.count(limit.name)
    seconds = max(0, ceil(stats.reset_time - time.time()))
    return Use(allowed, item.amount, item.get_expiry(), stats.remaining, seconds)


class ConcurrencyLimit:
    """How many may be at something at the same moment, in this process: of all, and of each."""

    def __init__(self, name: str, *, together: int, each: int) -> None:
        self._name, self._together, self._each = name, together, each
        self._under_way: Counter[bytes] = Counter()
        self._lock = Lock()

    def enter(self, who: bytes) -> bool:
        with self._lock:
            has_room = (
                self._under_way.total() < self._together and self._under_way[who] < self._each
            )
            if has_room:
                self._under_way[who] += 1
        if not has_room:
            limited.count(self._name)
        return has_room

    def leave(self, who: bytes) -> None:
        with self._lock:
            self._under_way[who] -= 1
            self._under_way += Counter()  # drops those at nought


@cache
def _trusted_networks() -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network) for network in settings.TRUSTED_PROXIES)


@cache
def _limiter() -> FixedWindowRateLimiter:
    if not settings.REDIS_URL:
        return FixedWindowRateLimiter(MemoryStorage())
    storage = RedisStorage(settings.REDIS_URL, **settings.REDIS_PATIENCE_SECONDS)
    return FixedWindowRateLimiter(storage)


def _forget_counts() -> None:
    """Those in memory; with Redis a process keeps nothing but its connections."""
    if not settings.REDIS_URL:
        _limiter.cache_clear()


# Days are the longest that any limit counts by.
process_cache.register("limits", forget=_forget_counts, seconds=24 * 3600)
process_cache.register(
    "what was limited", forget=limited.forget, seconds=limited.KEPT_DAYS * 24 * 3600
)
