"""A test mail as it arrived: what the server that took it found (Authentication-Results, RFC 8601),
and whether its DKIM signature covers the headers for leaving (RFC 8058 section 4).

Only the topmost Authentication-Results is read: whoever sends a mail can write others.
"""

import re
from email import message_from_bytes
from email.message import Message

from campaign.mail import delivery_reports
from campaign.mail.doctor.domains import is_aligned
from campaign.mail.doctor.findings import Code, Finding, found
from campaign.mail.doctor.own_mail import domain_of
from campaign.mail.doctor.tags import NotTags, tags_of

MAX_BYTES = 1024 * 1024
_MAX_HEADER_LENGTH = 10_000
_COVERED = ("from", "list-unsubscribe", "list-unsubscribe-post")
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
# Whose domain passed, by method.
_DOMAINS = {
    "spf": re.compile(r"smtp\.(?:mailfrom|helo)=([^\s;]+)", re.IGNORECASE),
    "dkim": re.compile(r"header\.[di]=([^\s;]+)", re.IGNORECASE),
    "dmarc": re.compile(r"header\.from=([^\s;]+)", re.IGNORECASE),
}
_SHOWN = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC"}


def check(raw: bytes) -> list[Finding]:
    """Never raises: it is whatever somebody saved."""
    if delivery_reports.read(raw) is not None:
        return [found(Code.READ_REPORT)]
    try:
        message = message_from_bytes(raw[:MAX_BYTES])
        sender = domain_of(_value(message, "From"))
        return [*_check_results(message, sender), *_check_signature(message, sender)]
    except Exception:
        # The parser gives up on some of what nobody should send.
        return [found(Code.READ_NO_RESULTS)]


def _check_results(message: Message, sender: str) -> list[Finding]:
    server, *results = _COMMENT.sub("", _value(message, "Authentication-Results")).split(";")
    server = server.strip().partition(" ")[0]
    findings: dict[str, Finding] = {}
    for each in results:
        match = _RESULT.fullmatch(each)
        if match is None:
            continue
        method, result, rest = match[1].lower(), match[2].lower(), match[3]
        judged = _judge(method, result, rest, sender=sender, server=server)
        # Of several signatures one that counts is enough.
        if method not in findings or judged.code == Code.READ_PASSED:
            findings[method] = judged
    if not findings:
        return [found(Code.READ_NO_RESULTS)]
    for method, name in _SHOWN.items():
        if method not in findings:
            findings[method] = found(Code.READ_FAILED, method=name, server=server, result="none")
    return [findings[method] for method in _SHOWN]


def _judge(method: str, result: str, rest: str, *, sender: str, server: str) -> Finding:
    name = _SHOWN[method]
    if result != "pass":
        return found(Code.READ_FAILED, method=name, server=server, result=result)
    match = _DOMAINS[method].search(rest)
    domain = match[1].strip('"<>').rpartition("@")[2].lower() if match else ""
    if not is_aligned(domain, sender):
        return found(Code.READ_UNALIGNED, method=name, domain=domain or "?", sender=sender)
    return found(Code.READ_PASSED, method=name, domain=domain, server=server)


def _check_signature(message: Message, sender: str) -> list[Finding]:
    signatures = []
    for written in (message.get_all("DKIM-Signature") or [])[:10]:
        try:
            signatures.append(tags_of(str(written)[:_MAX_HEADER_LENGTH]))
        except NotTags:
            continue
    ours = [each for each in signatures if is_aligned(each.get("d", ""), sender)]
    if not ours:
        return [found(Code.READ_UNSIGNED, domain=sender)]
    left_out = min((_left_out(each) for each in ours), key=len)
    if left_out:
        return [found(Code.READ_LEFT_OUT, headers=", ".join(left_out))]
    return [found(Code.READ_COVERED)]


def _left_out(signature: dict[str, str]) -> list[str]:
    covered = {each.strip().lower() for each in signature.get("h", "").split(":")}
    return [each for each in _COVERED if each not in covered]


def _value(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, ""))[:_MAX_HEADER_LENGTH].split())
