"""DMARC (RFC 7489): the record, what it asks for, and whether SPF counts for the sender that
readers see."""

from campaign.domains import owned
from campaign.mail.doctor.domains import is_aligned
from campaign.mail.doctor.findings import Code, Finding, found
from campaign.mail.doctor.lookups import Dns
from campaign.mail.doctor.tags import NotTags, tags_of

_POLICIES = {"none", "quarantine", "reject"}


def check(dns: Dns, *, domain: str, envelope: str) -> list[Finding]:
    """Of the domain in From; `envelope` is the one that SPF is about."""
    above = owned(domain)
    records, is_own = _records(dns, domain), True
    if not records and above != domain:
        records, is_own = _records(dns, above), False
    if not records:
        return [found(Code.DMARC_MISSING, domain=domain, paste=_first_record(domain))]
    at = f"_dmarc.{domain if is_own else above}"
    if len(records) > 1:
        return [found(Code.DMARC_SEVERAL, name=at, n=len(records))]
    try:
        tags = tags_of(records[0])
    except NotTags:
        return [found(Code.DMARC_BROKEN, name=at, part=records[0])]
    return _judge(tags, at=at, is_own=is_own, domain=domain, envelope=envelope)


def _judge(
    tags: dict[str, str], *, at: str, is_own: bool, domain: str, envelope: str
) -> list[Finding]:
    policy = tags.get("p", "").lower()
    effective = policy if is_own else tags.get("sp", policy).lower()
    modes = {tags.get(name, "r").lower() for name in ("aspf", "adkim")}
    if not {policy, effective} <= _POLICIES or not modes <= {"r", "s"}:
        return [found(Code.DMARC_BROKEN, name=at, part=_written(tags))]
    findings = []
    if effective == "none":
        paste = _pasted(at, tags | {"p" if is_own else "sp": "quarantine"})
        findings.append(found(Code.DMARC_NONE, name=at, paste=paste))
    if not _hears(tags.get("rua", "")):
        paste = _pasted(at, tags | {"rua": f"mailto:dmarc@{domain}"})
        findings.append(found(Code.DMARC_NO_REPORTS, name=at, paste=paste))
    if not is_aligned(domain, envelope, is_strict=tags.get("aspf", "r").lower() == "s"):
        findings.append(found(Code.DMARC_SPF_OF_OTHER, domain=domain, envelope=envelope))
    return findings or [found(Code.DMARC_GOOD, name=at, policy=effective)]


def _records(dns: Dns, domain: str) -> list[str]:
    """RFC 7489 section 6.6.3: what does not begin so is none."""
    texts = dns.texts(f"_dmarc.{domain}")
    return [each for each in texts if each.partition(";")[0].replace(" ", "") == "v=DMARC1"]


def _hears(rua: str) -> bool:
    return any(each.strip().lower().startswith("mailto:") for each in rua.split(","))


def _first_record(domain: str) -> str:
    return f'_dmarc.{domain}. TXT "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"'


def _pasted(at: str, tags: dict[str, str]) -> str:
    return f'{at}. TXT "{_written(tags)}"'


def _written(tags: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in tags.items())
