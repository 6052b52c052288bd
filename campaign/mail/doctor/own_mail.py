"""What each mail of the site has, and what is set around it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

import idna

from campaign.mail.composing import ONE_CLICK
from campaign.mail.doctor.findings import Code, Finding, found


def check_sample(sample: bytes, *, site_url: str) -> list[Finding]:
    """Of a mail as updates are written: RFC 8058 section 3.1 for leaving by one click."""
    message = message_from_bytes(sample, policy=policy.default)
    findings = [_check_leaving(message, site_url)]
    sender = domain_of(str(message["From"] or ""))
    written_by = str(message["Message-ID"] or "").strip(" <>").rpartition("@")[2].lower()
    if written_by != sender:
        findings.append(found(Code.MESSAGE_ID_OTHER, domain=written_by, sender=sender))
    return findings


def check_site(*, has_postal_address: bool, hears_bounces: bool) -> list[Finding]:
    return [
        found(Code.POSTAL_GOOD if has_postal_address else Code.POSTAL_MISSING),
        found(Code.BOUNCES_GOOD if hears_bounces else Code.BOUNCES_UNHEARD),
    ]


def domain_of(address: str) -> str:
    """In the ASCII that the DNS knows it by, if it has any."""
    domain = parseaddr(address)[1].rpartition("@")[2].lower()
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        return domain


def _check_leaving(message: EmailMessage, site_url: str) -> Finding:
    if not site_url.startswith("https://"):
        return found(Code.SITE_NOT_HTTPS, url=site_url)
    links = str(message["List-Unsubscribe"] or "")
    by_one_click = str(message["List-Unsubscribe-Post"] or "").strip() == ONE_CLICK
    if f"<{site_url}/" not in links or not by_one_click:
        return found(Code.LEAVE_MISSING)
    return found(Code.LEAVE_GOOD)
