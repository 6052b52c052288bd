"""What the page looks like on a site that sends mail, for the demo, which does not."""

from collections.abc import Sequence

from campaign.mail.doctor.findings import Code, Finding, found

_DOMAIN = "letters.example"

FINDINGS: Sequence[Finding] = (
    found(Code.FROM_GOOD, domain=_DOMAIN),
    found(
        Code.SPF_HOST_FAILS,
        domain=_DOMAIN,
        address="198.51.100.7",
        paste=f'{_DOMAIN}. TXT "v=spf1 ip4:198.51.100.7 mx ~all"',
    ),
    found(Code.DKIM_SHORT, name=f"s1._domainkey.{_DOMAIN}", bits=1024),
    found(
        Code.DMARC_NONE,
        name=f"_dmarc.{_DOMAIN}",
        paste=f'_dmarc.{_DOMAIN}. TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@{_DOMAIN}"',
    ),
    found(Code.PTR_GOOD, address="198.51.100.7", name=f"mail.{_DOMAIN}"),
    found(Code.SERVER_GOOD, host=f"mail.{_DOMAIN}"),
    found(Code.LEAVE_GOOD),
    found(Code.BOUNCES_UNHEARD),
)
