"""The domain that mail comes from, where answers to it arrive, and the addresses that send it."""

from collections.abc import Sequence

from campaign import mail_hosts
from campaign.mail.doctor.domains import is_nobodys
from campaign.mail.doctor.findings import Code, Finding, found
from campaign.mail.doctor.lookups import Address, Dns, is_name


def check_domain(dns: Dns, *, domain: str) -> list[Finding]:
    """Bad if nothing else need be looked at."""
    if is_nobodys(domain):
        return [found(Code.FROM_NOBODYS, domain=domain)]
    if mail_hosts.is_free(domain) or mail_hosts.is_disposable(domain):
        return [found(Code.FROM_FREE, domain=domain)]
    if not (dns.exchanges(domain) or dns.addresses(domain) or dns.texts(domain)):
        return [found(Code.FROM_UNKNOWN, domain=domain)]
    return [found(Code.FROM_GOOD, domain=domain)]


def check_exchange(dns: Dns, *, domain: str) -> list[Finding]:
    """RFC 5321 section 5.1, and RFC 7505 for domains that say that they take no mail."""
    exchanges = dns.exchanges(domain)
    paste = f"{domain}. MX 10 YOUR-MAIL-SERVER."
    if exchanges:
        best = next((each for each in exchanges if _takes_mail(dns, each)), "")
        if best:
            return [found(Code.MX_GOOD, domain=domain, host=best)]
    elif dns.addresses(domain):
        return [found(Code.MX_IMPLICIT, domain=domain, paste=paste)]
    return [found(Code.MX_MISSING, domain=domain, paste=paste)]


def check_addresses(dns: Dns, *, senders: Sequence[Address]) -> list[Finding]:
    """The name of each, which leads back to it (RFC 1912 section 2.1)."""
    if not senders:
        return [found(Code.PTR_UNKNOWN)]
    return [_check_address(dns, each) for each in senders]


def _check_address(dns: Dns, address: Address) -> Finding:
    names = dns.names(address)
    if not names:
        return found(Code.PTR_MISSING, address=address)
    for name in names:
        if is_name(name) and address in dns.addresses(name):
            return found(Code.PTR_GOOD, address=address, name=name)
    return found(Code.PTR_UNCONFIRMED, address=address, name=names[0])


def _takes_mail(dns: Dns, host: str) -> bool:
    return is_name(host) and bool(dns.addresses(host))
