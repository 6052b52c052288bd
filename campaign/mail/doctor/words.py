"""What each finding says: how bad it is, what was found, and what to set."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaign.mail.doctor.findings import Code, Finding


class State(StrEnum):
    """Names for commands and style sheets; `STATES` has the words."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    UNKNOWN = "unknown"


STATES: Mapping[State, Promise] = {
    State.GOOD: _("good"),
    State.WARNING: _("could be better"),
    State.BAD: _("bad"),
    State.UNKNOWN: _("not known"),
}


@dataclass(frozen=True, slots=True)
class Said:
    state: State
    state_name: str
    topic: str
    found: str
    advice: str
    paste: str


@dataclass(frozen=True, slots=True)
class _Wording:
    state: State
    topic: Promise
    found: Promise
    # None where nothing is to be done.
    advice: Promise | None = None


class _About(dict[str, str]):
    """What is kept may be of a release whose sentences named less."""

    def __missing__(self, name: str) -> str:
        return "?"


def said(finding: Finding, *, isolated: bool = False) -> Said:
    """In the active language. `isolated` for pages: what is quoted keeps its own direction."""
    wording = _WORDINGS[finding.code]
    about = _About(
        (name, f"\u2068{value}\u2069" if isolated else value)
        for name, value in finding.about.items()
    )
    return Said(
        state=wording.state,
        state_name=str(STATES[wording.state]),
        topic=str(wording.topic),
        found=str(wording.found) % about,
        advice=str(wording.advice) % about if wording.advice else "",
        paste=finding.paste,
    )


def is_bad(finding: Finding) -> bool:
    return _WORDINGS[finding.code].state is State.BAD


_SENDER = _("Sender of the mail")
_ANSWERS = _("Answers")
_SPF = _("SPF, which servers may send")
_DKIM = _("DKIM, the signature")
_DMARC = _("DMARC, what to do with forgeries")
_ADDRESSES = _("Addresses that send")
_SERVER = _("Mail server")
_EACH_MAIL = _("What each mail says")
_RETURNS = _("Mail that comes back")
_CHECKS = _("The checks themselves")
_ARRIVED = _("The test mail")

_OWN_DOMAIN = _("Set MAIL_FROM to an address at a domain of your own.")
_NEW_KEY = _("Make a new key of 2048 bits at your mail server, and publish it.")
_ONE_RECORD = _("Leave one of them, with all that is right in the others.")

_WORDINGS: Mapping[Code, _Wording] = {
    Code.FROM_GOOD: _Wording(State.GOOD, _SENDER, _("Mail comes from %(domain)s.")),
    Code.FROM_FREE: _Wording(
        State.BAD,
        _SENDER,
        _(
            "MAIL_FROM is at %(domain)s, where anybody can have an address. Other servers may not "
            "send for it, so such mail is refused."
        ),
        _OWN_DOMAIN,
    ),
    Code.FROM_NOBODYS: _Wording(
        State.BAD,
        _SENDER,
        _("MAIL_FROM is at “%(domain)s”, which no mail can come from."),
        _OWN_DOMAIN,
    ),
    Code.FROM_UNKNOWN: _Wording(
        State.BAD,
        _SENDER,
        _("The domain of MAIL_FROM, %(domain)s, is not in the DNS."),
        _("Register it and publish its records, or set MAIL_FROM to an address at another one."),
    ),
    Code.MX_GOOD: _Wording(State.GOOD, _ANSWERS, _("Answers to %(domain)s arrive at %(host)s.")),
    Code.MX_MISSING: _Wording(
        State.BAD,
        _ANSWERS,
        _("%(domain)s takes no mail: answers are lost, and some providers refuse such senders."),
        _("Publish an MX record with the server that takes its mail."),
    ),
    Code.MX_IMPLICIT: _Wording(
        State.WARNING,
        _ANSWERS,
        _("%(domain)s has no MX record, so answers go to the host of that name, if it takes any."),
        _("Publish an MX record with the server that takes its mail."),
    ),
    Code.SPF_GOOD: _Wording(
        State.GOOD,
        _SPF,
        _("The record of %(domain)s names the addresses that send, by %(n)s of 10 look-ups."),
    ),
    Code.SPF_MISSING: _Wording(
        State.BAD,
        _SPF,
        _("%(domain)s has no SPF record."),
        _("Publish one with the addresses of your mail server, or what your mail service names."),
    ),
    Code.SPF_SEVERAL: _Wording(
        State.BAD,
        _SPF,
        _("%(domain)s has %(n)s SPF records, so none of them counts."),
        _ONE_RECORD,
    ),
    Code.SPF_BROKEN: _Wording(
        State.BAD,
        _SPF,
        _("The record of %(domain)s cannot be read, so it does not count: “%(part)s”"),
        _("Correct this part, or take it out."),
    ),
    Code.SPF_NO_INCLUDED: _Wording(
        State.BAD,
        _SPF,
        _(
            "The record of %(domain)s names %(included)s, which has no SPF record, so neither "
            "counts."
        ),
        _("Correct that name, or take it out."),
    ),
    Code.SPF_TOO_MANY: _Wording(
        State.BAD,
        _SPF,
        _("The record needs more than 10 look-ups with what it includes, so it does not count."),
        _("Take out services that send for you no more, or name addresses (ip4:, ip6:) instead."),
    ),
    Code.SPF_ANYBODY: _Wording(
        State.BAD,
        _SPF,
        _("The record of %(domain)s lets every server on earth send for it."),
        _("End it in ~all in the place of +all, and name your own servers alone."),
    ),
    Code.SPF_OPEN_END: _Wording(
        State.WARNING,
        _SPF,
        _("The record of %(domain)s says nothing about servers that it does not name."),
        _("End it in ~all."),
    ),
    Code.SPF_HOST_FAILS: _Wording(
        State.BAD,
        _SPF,
        _("The record of %(domain)s does not name %(address)s, from which this site sends."),
        _("Name it, as here:"),
    ),
    Code.SPF_HOST_UNKNOWN: _Wording(
        State.UNKNOWN,
        _SPF,
        _(
            "The record of %(domain)s can be read. Whether it names the addresses that send is not "
            "known."
        ),
        _(
            "Set MAIL_SENDING_ADDRESSES to them, or send yourself a test mail: "
            "manage.py mail_doctor --send"
        ),
    ),
    Code.DKIM_GOOD: _Wording(
        State.GOOD, _DKIM, _("The key at %(name)s can be used, and has %(bits)s bits.")
    ),
    Code.DKIM_UNSET: _Wording(
        State.UNKNOWN,
        _DKIM,
        _("Whether mail is signed is not known."),
        _(
            "Set MAIL_DKIM_SELECTORS to the names of your mail server's keys, and send yourself a "
            "test mail: manage.py mail_doctor --send"
        ),
    ),
    Code.DKIM_MISSING: _Wording(
        State.BAD,
        _DKIM,
        _("There is no key at %(name)s."),
        _("Publish the key that your mail server or mail service shows you."),
    ),
    Code.DKIM_SEVERAL: _Wording(
        State.BAD,
        _DKIM,
        _("There are %(n)s records at %(name)s, so none is sure to count."),
        _ONE_RECORD,
    ),
    Code.DKIM_BROKEN: _Wording(
        State.BAD,
        _DKIM,
        _("The key at %(name)s cannot be read: “%(part)s”"),
        _("Publish the key that your mail server or mail service shows you, unchanged."),
    ),
    Code.DKIM_REVOKED: _Wording(
        State.BAD,
        _DKIM,
        _("The key at %(name)s is revoked: what is signed with it does not count."),
        _("Set MAIL_DKIM_SELECTORS to the key that is used now, or make a new one."),
    ),
    Code.DKIM_TOO_SHORT: _Wording(
        State.BAD,
        _DKIM,
        _("The key at %(name)s has %(bits)s bits; signatures with less than 1024 do not count."),
        _NEW_KEY,
    ),
    Code.DKIM_SHORT: _Wording(
        State.WARNING,
        _DKIM,
        _("The key at %(name)s has %(bits)s bits, which counts, but 2048 are usual."),
        _NEW_KEY,
    ),
    Code.DKIM_TESTING: _Wording(
        State.WARNING,
        _DKIM,
        _("The key at %(name)s says that it is a test (t=y), so signatures may not count."),
        _("Take t=y out of the record."),
    ),
    Code.DKIM_ED25519: _Wording(
        State.WARNING,
        _DKIM,
        _("The key at %(name)s is an Ed25519 key, which many providers cannot check."),
        _("Sign with an RSA key of 2048 bits as well, and name it in MAIL_DKIM_SELECTORS."),
    ),
    Code.DMARC_GOOD: _Wording(
        State.GOOD,
        _DMARC,
        _("The record at %(name)s asks for “%(policy)s”, and reports are heard."),
    ),
    Code.DMARC_MISSING: _Wording(
        State.BAD,
        _DMARC,
        _(
            "%(domain)s has no DMARC record. Large providers require one of senders of about "
            "5,000 mails a day."
        ),
        _("Publish one, with an address of yours for reports:"),
    ),
    Code.DMARC_SEVERAL: _Wording(
        State.BAD,
        _DMARC,
        _("There are %(n)s records at %(name)s, so none of them counts."),
        _ONE_RECORD,
    ),
    Code.DMARC_BROKEN: _Wording(
        State.BAD,
        _DMARC,
        _("The record at %(name)s cannot be read: “%(part)s”"),
        _("Correct it: it needs p=none, p=quarantine or p=reject."),
    ),
    Code.DMARC_NONE: _Wording(
        State.WARNING,
        _DMARC,
        _(
            "The record at %(name)s asks for nothing (none), so others can send in your name and "
            "are believed."
        ),
        _("Once a week of reports shows that your own mail passes, ask for quarantine:"),
    ),
    Code.DMARC_NO_REPORTS: _Wording(
        State.WARNING,
        _DMARC,
        _("The record at %(name)s names no address for reports, so nobody hears of failures."),
        _("Name an address of yours:"),
    ),
    Code.DMARC_SPF_OF_OTHER: _Wording(
        State.WARNING,
        _DMARC,
        _(
            "SPF speaks for %(envelope)s, where mail comes back to, and not for %(domain)s, which "
            "readers see: all rests on DKIM."
        ),
        _("Set BOUNCE_ADDRESS to an address at %(domain)s."),
    ),
    Code.PTR_GOOD: _Wording(
        State.GOOD, _ADDRESSES, _("%(address)s is called %(name)s, and that leads back to it.")
    ),
    Code.PTR_UNKNOWN: _Wording(
        State.UNKNOWN,
        _ADDRESSES,
        _("From which addresses mail is sent is not known."),
        _("Set MAIL_SENDING_ADDRESSES. A mail service looks after its own."),
    ),
    Code.PTR_MISSING: _Wording(
        State.BAD,
        _ADDRESSES,
        _("%(address)s has no name in the DNS (PTR); large providers refuse such senders."),
        _("Ask the people who rent it to you to set it to the name your mail server greets with."),
    ),
    Code.PTR_UNCONFIRMED: _Wording(
        State.BAD,
        _ADDRESSES,
        _("%(address)s is called %(name)s (PTR), but that name does not lead back to it."),
        _("Publish the address of %(name)s, or have the name of %(address)s changed."),
    ),
    Code.SERVER_GOOD: _Wording(
        State.GOOD, _SERVER, _("Mail is handed to %(host)s encrypted, by a valid certificate.")
    ),
    Code.SERVER_HERE: _Wording(
        State.GOOD, _SERVER, _("Mail is handed to a server on this machine, which answers.")
    ),
    Code.SERVER_INSIDE: _Wording(
        State.WARNING,
        _SERVER,
        _("Mail is handed to %(host)s without encryption, in a private network."),
        _("If others use that network too, let EMAIL_URL end in ?tls=1."),
    ),
    Code.SERVER_UNREACHABLE: _Wording(
        State.BAD,
        _SERVER,
        _("%(host)s does not answer (%(error)s)."),
        _("Correct EMAIL_URL, or open the way to it."),
    ),
    Code.SERVER_NO_TLS: _Wording(
        State.BAD,
        _SERVER,
        _("%(host)s offers no encryption (STARTTLS), so mail is read on the way to it."),
        _("Turn TLS on there, and let EMAIL_URL end in ?tls=1 or begin with smtps://."),
    ),
    Code.SERVER_TLS_UNUSED: _Wording(
        State.WARNING,
        _SERVER,
        _("%(host)s offers encryption, and EMAIL_URL does not ask for it."),
        _("Let EMAIL_URL end in ?tls=1:"),
    ),
    Code.SERVER_OPEN_LOGIN: _Wording(
        State.BAD,
        _SERVER,
        _("The password is sent to %(host)s without encryption."),
        _("Let EMAIL_URL end in ?tls=1 or begin with smtps://, and change the password."),
    ),
    Code.SERVER_CERTIFICATE: _Wording(
        State.BAD,
        _SERVER,
        _("The certificate of %(host)s does not hold: %(fault)s"),
        _("Renew it, or name the server in EMAIL_URL as its certificate does."),
    ),
    Code.LEAVE_GOOD: _Wording(
        State.GOOD, _EACH_MAIL, _("Readers can unsubscribe with one click (List-Unsubscribe).")
    ),
    Code.LEAVE_MISSING: _Wording(
        State.BAD,
        _EACH_MAIL,
        _("Readers cannot unsubscribe with one click, which large providers require."),
        _("This is a fault of the software: tell those who make it."),
    ),
    Code.MESSAGE_ID_OTHER: _Wording(
        State.WARNING,
        _EACH_MAIL,
        _("Message-IDs name %(domain)s, but mail is from %(sender)s."),
        _("This is a fault of the software: tell those who make it."),
    ),
    Code.SITE_NOT_HTTPS: _Wording(
        State.BAD,
        _EACH_MAIL,
        _("Links in mail begin with %(url)s, and unsubscribing with one click needs https."),
        _("Set SITE_URL to an address with https://."),
    ),
    Code.POSTAL_GOOD: _Wording(State.GOOD, _EACH_MAIL, _("Each mail ends with a postal address.")),
    Code.POSTAL_MISSING: _Wording(
        State.WARNING,
        _EACH_MAIL,
        _("Mail tells no postal address, which some countries ask of mail to many."),
        _("Set OPERATOR_ADDRESS."),
    ),
    Code.BOUNCES_GOOD: _Wording(State.GOOD, _RETURNS, _("Mail that comes back is read.")),
    Code.BOUNCES_UNHEARD: _Wording(
        State.WARNING,
        _RETURNS,
        _("Nobody hears of mail that comes back later, nor of complaints."),
        _("Set BOUNCE_ADDRESS and BOUNCE_MAILBOX_URL, or MAIL_WEBHOOKS."),
    ),
    Code.NO_ANSWER: _Wording(
        State.UNKNOWN,
        _CHECKS,
        _("The DNS did not answer in time about %(name)s."),
        _("Look again later. If it stays so, ask the people who keep the DNS of that domain."),
    ),
    Code.CHECK_FAILED: _Wording(
        State.UNKNOWN,
        _CHECKS,
        _("A check failed (%(check)s)."),
        _("The log says why (mail_check_failed)."),
    ),
    Code.READ_REPORT: _Wording(
        State.UNKNOWN,
        _ARRIVED,
        _("This is a report about a mail, not the mail itself as it arrived."),
        _("Send the test to a mailbox that takes it, and save that mail."),
    ),
    Code.READ_NO_RESULTS: _Wording(
        State.UNKNOWN,
        _ARRIVED,
        _("The server that took this mail did not write what it found (Authentication-Results)."),
        _("Send the test to a mailbox at a large provider, and save it with all its headers."),
    ),
    Code.READ_PASSED: _Wording(
        State.GOOD, _ARRIVED, _("%(method)s passed for %(domain)s, says %(server)s.")
    ),
    Code.READ_FAILED: _Wording(
        State.BAD,
        _ARRIVED,
        _("%(method)s did not pass, says %(server)s: %(result)s"),
        _("manage.py mail_doctor says what to set."),
    ),
    Code.READ_UNALIGNED: _Wording(
        State.WARNING,
        _ARRIVED,
        _("%(method)s passed for %(domain)s, which does not count for %(sender)s."),
        _("Send and sign with the domain of MAIL_FROM."),
    ),
    Code.READ_UNSIGNED: _Wording(
        State.BAD,
        _ARRIVED,
        _("The mail has no DKIM signature of %(domain)s."),
        _("Have your mail server or mail service sign with this domain."),
    ),
    Code.READ_LEFT_OUT: _Wording(
        State.BAD,
        _ARRIVED,
        _("The signature does not cover %(headers)s, so one-click unsubscribing is not trusted."),
        _("Have your mail server sign these headers, too."),
    ),
    Code.READ_COVERED: _Wording(
        State.GOOD,
        _ARRIVED,
        _("The signature covers the headers for unsubscribing with one click."),
    ),
}
