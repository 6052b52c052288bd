"""All checks, one after the other, within ten seconds. Never raises."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address

import structlog

from campaign.mail.doctor import dkim, dmarc, own_mail, sender, server, spf
from campaign.mail.doctor.findings import Code, Finding, found
from campaign.mail.doctor.lookups import Address, Dns, NotAnswered, Resolver
from campaign.mail.doctor.server import PROBE_SECONDS, Probe
from campaign.mail.doctor.setup import Setup

log = structlog.get_logger(__name__)

MAX_SECONDS = 10.0
# A domain of which nothing else is worth a question.
_HOPELESS = {Code.FROM_NOBODYS, Code.FROM_FREE, Code.FROM_UNKNOWN}


def examine(
    setup: Setup, *, sample: bytes, dns: Dns | None = None, probe: Probe | None = None
) -> list[Finding]:
    """`sample` is a mail as updates are written."""
    # What the DNS leaves of the time is the mail server's.
    asked = dns or Resolver(deadline=time.monotonic() + MAX_SECONDS - PROBE_SECONDS)
    findings = _safely("domain", lambda: sender.check_domain(asked, domain=setup.domain))
    if not {each.code for each in findings} & _HOPELESS:
        findings += _of_domain(setup, asked)
    findings += _safely(
        "server",
        lambda: server.check(setup.server, probe=probe or server.prober(), seconds=PROBE_SECONDS),
    )
    findings += _safely("mail", lambda: own_mail.check_sample(sample, site_url=setup.site_url))
    findings += own_mail.check_site(
        has_postal_address=setup.has_postal_address, hears_bounces=setup.hears_bounces
    )
    return findings


def _of_domain(setup: Setup, dns: Dns) -> list[Finding]:
    domain, envelope = setup.domain, setup.envelope
    senders = setup.sending_addresses or _guessed(setup, dns)
    are_certain = bool(setup.sending_addresses)
    checks: dict[str, Callable[[], list[Finding]]] = {
        "spf": lambda: spf.check(dns, domain=envelope, senders=senders, are_certain=are_certain),
        "dkim": lambda: dkim.check(dns, domain=domain, selectors=setup.selectors),
        "dmarc": lambda: dmarc.check(dns, domain=domain, envelope=envelope),
        # A guess may be the address that takes mail in, whose name shows nothing.
        "ptr": lambda: sender.check_addresses(dns, senders=senders if are_certain else ()),
        "mx": lambda: [
            each
            for receiver in dict.fromkeys((domain, envelope))
            for each in sender.check_exchange(dns, domain=receiver)
        ],
    }
    return [each for name, check in checks.items() for each in _safely(name, check)]


def _guessed(setup: Setup, dns: Dns) -> Sequence[Address]:
    """Of the server that we hand mail to; most servers send from there, large services do not."""
    host = setup.server.host
    with suppress(ValueError):
        address = ip_address(host)
        return [address] if address.is_global else ()
    if setup.server.is_here:
        return ()
    try:
        return [each for each in dns.addresses(host) if each.is_global]
    except NotAnswered:
        return ()


def _safely(name: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return check()
    except NotAnswered as error:
        return [found(Code.NO_ANSWER, name=error.name)]
    except Exception:
        # What stands in the DNS is anybody's; one check must not end the others.
        log.exception("mail_check_failed", check=name)
        return [found(Code.CHECK_FAILED, check=name)]
