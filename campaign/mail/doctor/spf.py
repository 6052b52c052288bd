"""SPF (RFC 7208): one record that can be read, needs at most ten look-ups, does not let everybody
send, and names the addresses that do.

What is counted is the worst case: every look-up of every part, as receivers may have to do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import IPv4Network, IPv6Network, ip_network

from campaign.mail.doctor.findings import Code, Finding, found
from campaign.mail.doctor.lookups import Address, Dns, is_name

MAX_LOOKUPS = 10
# RFC 7208 section 4.6.4, for the names of an `mx`.
MAX_EXCHANGES = 10
# A record this long has no place in one answer; nobody needs it, and we need not read it.
MAX_LENGTH = 8000
_VERSION = "v=spf1"
_TERM = re.compile(r"([+~?-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:(:)(.*?))?((?:/.*)?)")
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)")
_LENGTHS = re.compile(r"(?:/(\d{1,2}))?(?://(\d{1,3}))?")
_LOOKING_UP = {"include", "a", "mx", "ptr", "exists"}
_WITH_LENGTHS = {"a", "mx", "ip4", "ip6"}


class Verdict(Enum):
    PASS = auto()
    NO_PASS = auto()
    # It depends on the sender of each mail, or on names that only receivers look up.
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Term:
    qualifier: str
    mechanism: str
    domain: str = ""
    network: IPv4Network | IPv6Network | None = None
    # Of an `a` or `mx`.
    lengths: tuple[int, int] = (32, 128)

    @property
    def has_macro(self) -> bool:
        return "%" in self.domain


@dataclass(frozen=True, slots=True)
class Record:
    domain: str
    # Up to `all`: what comes behind it never counts.
    terms: tuple[Term, ...]
    redirect: str

    @property
    def ends(self) -> str:
        """The qualifier of `all`; nothing if there is none."""
        last = self.terms[-1:]
        return last[0].qualifier if last and last[0].mechanism == "all" else ""


class SpfFault(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def check(dns: Dns, *, domain: str, senders: Sequence[Address], are_certain: bool) -> list[Finding]:
    """Of the envelope's domain. `are_certain` says that the site's mail does come from these
    addresses, and not that it may."""
    try:
        record = read(dns, domain)
        lookups = count_lookups(dns, record)
    except SpfFault as fault:
        if fault.finding.code == Code.SPF_MISSING:
            return [found(Code.SPF_MISSING, domain=domain, paste=_record(domain, senders))]
        return [fault.finding]
    if _lets_anybody(dns, record):
        return [found(Code.SPF_ANYBODY, domain=domain)]
    findings = [] if _has_end(dns, record) else [found(Code.SPF_OPEN_END, domain=domain)]
    verdicts = {each: verdict(dns, record, each) for each in senders}
    failing = [each for each in senders if verdicts[each] is Verdict.NO_PASS]
    if failing and are_certain:
        findings += [
            found(
                Code.SPF_HOST_FAILS,
                domain=domain,
                address=each,
                paste=_with(dns, domain, each),
            )
            for each in failing
        ]
    elif not senders or set(verdicts.values()) != {Verdict.PASS}:
        findings.append(found(Code.SPF_HOST_UNKNOWN, domain=domain))
    return findings or [found(Code.SPF_GOOD, domain=domain, n=lookups)]


def read(dns: Dns, domain: str) -> Record:
    """Raises SpfFault, and NotAnswered."""
    records = [each for each in dns.texts(domain) if _is_spf(each)]
    if not records:
        raise SpfFault(found(Code.SPF_MISSING, domain=domain))
    if len(records) > 1:
        raise SpfFault(found(Code.SPF_SEVERAL, domain=domain, n=len(records)))
    return parse(domain, records[0])


def parse(domain: str, text: str) -> Record:
    if len(text) > MAX_LENGTH or not text.isascii():
        raise _broken(domain, text)
    terms: list[Term] = []
    modifiers: dict[str, str] = {}
    for word in text.split(" ")[1:]:
        if not word:
            continue
        if modifier := _MODIFIER.fullmatch(word.lower()):
            name, value = modifier[1], modifier[2]
            if name in ("redirect", "exp") and (name in modifiers or not _is_target(value)):
                raise _broken(domain, word)
            modifiers[name] = value
            continue
        terms.append(_term(domain, word))
    upto_all = next((n for n, each in enumerate(terms, 1) if each.mechanism == "all"), None)
    redirect = "" if upto_all else modifiers.get("redirect", "")
    return Record(domain, tuple(terms[:upto_all]), redirect)


def count_lookups(dns: Dns, record: Record, *, so_far: int = 0) -> int:
    """Through all that it includes. Raises SpfFault above ten, and so for every loop."""
    for term in record.terms:
        if term.mechanism not in _LOOKING_UP:
            continue
        so_far = _one_more(record, so_far)
        if term.mechanism == "include" and not term.has_macro:
            so_far = count_lookups(dns, _included(dns, record, term.domain), so_far=so_far)
    if record.redirect:
        so_far = _one_more(record, so_far)
        if "%" not in record.redirect:
            next_one = _included(dns, record, record.redirect)
            so_far = count_lookups(dns, next_one, so_far=so_far)
    return so_far


def verdict(dns: Dns, record: Record, address: Address) -> Verdict:
    """For a record whose look-ups were counted, so that it ends."""
    is_open = False
    for term in record.terms:
        matches = _matches(dns, record, term, address)
        if matches is None:
            is_open = True
        elif matches:
            result = Verdict.PASS if term.qualifier == "+" else Verdict.NO_PASS
            return Verdict.UNKNOWN if is_open and result is Verdict.NO_PASS else result
    if record.redirect and "%" not in record.redirect:
        result = verdict(dns, read(dns, record.redirect), address)
        return Verdict.UNKNOWN if is_open and result is Verdict.NO_PASS else result
    return Verdict.UNKNOWN if is_open or record.redirect else Verdict.NO_PASS


def _matches(dns: Dns, record: Record, term: Term, address: Address) -> bool | None:
    """None where it cannot be known here."""
    if term.mechanism == "all":
        return True
    if term.network is not None:
        return address.version == term.network.version and address in term.network
    if term.has_macro or term.mechanism in ("ptr", "exists"):
        return None
    target = term.domain or record.domain
    if term.mechanism == "include":
        result = verdict(dns, read(dns, target), address)
        return None if result is Verdict.UNKNOWN else result is Verdict.PASS
    hosts = [target] if term.mechanism == "a" else dns.exchanges(target)[:MAX_EXCHANGES]
    length = term.lengths[0 if address.version == 4 else 1]
    return any(
        each.version == address.version and address in ip_network(f"{each}/{length}", strict=False)
        for host in hosts
        if is_name(host)
        for each in dns.addresses(host)
    )


def _lets_anybody(dns: Dns, record: Record) -> bool:
    for term in record.terms:
        if term.qualifier != "+":
            continue
        if term.mechanism == "all" or (term.network and term.network.prefixlen == 0):
            return True
        if term.mechanism in ("a", "mx") and 0 in term.lengths:
            return True
        is_included = term.mechanism == "include" and not term.has_macro
        if is_included and _lets_anybody(dns, read(dns, term.domain)):
            return True
    redirect = record.redirect
    return bool(redirect) and "%" not in redirect and _lets_anybody(dns, read(dns, redirect))


def _has_end(dns: Dns, record: Record) -> bool:
    """Whether it says something about all other servers: a `?all` says nothing."""
    if record.redirect:
        return "%" in record.redirect or _has_end(dns, read(dns, record.redirect))
    return record.ends in ("-", "~")


def _included(dns: Dns, record: Record, domain: str) -> Record:
    try:
        return read(dns, domain)
    except SpfFault as fault:
        if fault.finding.code != Code.SPF_MISSING:
            raise
        raise SpfFault(found(Code.SPF_NO_INCLUDED, domain=record.domain, included=domain)) from None


def _one_more(record: Record, so_far: int) -> int:
    if so_far >= MAX_LOOKUPS:
        raise SpfFault(found(Code.SPF_TOO_MANY, domain=record.domain))
    return so_far + 1


def _term(domain: str, word: str) -> Term:
    match = _TERM.fullmatch(word.lower())
    if match is None:
        raise _broken(domain, word)
    qualifier, mechanism, colon, value, lengths = match.groups()
    qualifier, value = qualifier or "+", value or ""
    if mechanism in ("ip4", "ip6"):
        network = _network(mechanism, f"{value}{lengths}")
        if network is None:
            raise _broken(domain, word)
        return Term(qualifier, mechanism, network=network)
    has_target = _is_target(value) if colon else mechanism not in ("include", "exists")
    if not has_target or (mechanism == "all" and colon):
        raise _broken(domain, word)
    if lengths and mechanism not in _WITH_LENGTHS:
        raise _broken(domain, word)
    return Term(qualifier, mechanism, value, lengths=_lengths(domain, word, lengths))


def _network(mechanism: str, text: str) -> IPv4Network | IPv6Network | None:
    kind = IPv4Network if mechanism == "ip4" else IPv6Network
    try:
        return kind(text, strict=False)
    except ValueError:
        return None


def _lengths(domain: str, word: str, text: str) -> tuple[int, int]:
    match = _LENGTHS.fullmatch(text)
    four, six = (
        (int(each or most) for each, most in zip(match.groups(), (32, 128), strict=True))
        if match
        else (99, 999)
    )
    if four > 32 or six > 128:
        raise _broken(domain, word)
    return four, six


def _is_target(text: str) -> bool:
    """A name, or one with macros (RFC 7208 section 7), which we do not expand."""
    return is_name(text) or ("%" in text and bool(re.fullmatch(r"[\x21-\x7e]{1,253}", text)))


def _is_spf(text: str) -> bool:
    return text[: len(_VERSION) + 1].lower() in (_VERSION, f"{_VERSION} ")


def _broken(domain: str, part: str) -> SpfFault:
    return SpfFault(found(Code.SPF_BROKEN, domain=domain, part=part))


def _record(domain: str, senders: Sequence[Address]) -> str:
    named = " ".join(_named(senders)) or "include:YOUR-MAIL-SERVICE"
    return f'{domain}. TXT "{_VERSION} {named} ~all"'


def _with(dns: Dns, domain: str, address: Address) -> str:
    """The record as it is, with this address at its beginning."""
    [text] = [each for each in dns.texts(domain) if _is_spf(each)]
    [named] = _named([address])
    return f'{domain}. TXT "{_VERSION} {named}{text[len(_VERSION) :]}"'


def _named(senders: Sequence[Address]) -> Iterator[str]:
    for each in senders:
        yield f"ip{each.version}:{each}"
