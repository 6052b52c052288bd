"""Why a proof could not be started, or why a look found nothing: a code, and a sentence for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Problem(StrEnum):
    # What was typed cannot be proved.
    HOST_EMPTY = "host_empty"
    HOST_IS_NUMBER = "host_is_number"
    HOST_PORT = "host_port"
    HOST_NO_ENDING = "host_no_ending"
    HOST_RESERVED = "host_reserved"
    HOST_OURS = "host_ours"
    HOST_OF_SERVICE = "host_of_service"
    HOST_OF_MANY = "host_of_many"
    HOST_INVALID = "host_invalid"
    FREE_MAIL = "free_mail"
    DISPOSABLE = "disposable"
    TOO_MANY = "too_many"
    TOO_MUCH_EVIDENCE = "too_much_evidence"
    TOO_MANY_MAILS = "too_many_mails"
    TOO_MANY_MAILS_TO_DOMAIN = "too_many_mails_to_domain"
    NOT_A_MEMBER = "not_a_member"
    MEMBERSHIP_TAKEN = "membership_taken"
    # Somebody went to a service, or tried to, and came back without a proof.
    ACCOUNT_NOT_OFFERED = "account_not_offered"
    ACCOUNT_CANCELLED = "account_cancelled"
    ACCOUNT_FAILED = "account_failed"
    ACCOUNT_EXPIRED = "account_expired"
    ACCOUNT_TAKEN = "account_taken"
    # We looked, or tried to.
    NO_SUCH_NAME = "no_such_name"
    DNS_SILENT = "dns_silent"
    INWARD = "inward"
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    CERTIFICATE = "certificate"
    BROKEN = "broken"
    REDIRECT = "redirect"
    STATUS = "status"
    CONTENT_TYPE = "content_type"
    TOO_LARGE = "too_large"
    ROBOTS = "robots"
    TOKEN_MISSING = "token_missing"  # noqa: S105
    RECORD_MISSING = "record_missing"
    RECORD_OTHER = "record_other"
    TOO_OFTEN = "too_often"

    @classmethod
    def of_accounts(cls) -> tuple[Self, ...]:
        """What may stand beside the buttons of the services."""
        return (
            cls.ACCOUNT_NOT_OFFERED,
            cls.ACCOUNT_CANCELLED,
            cls.ACCOUNT_FAILED,
            cls.ACCOUNT_EXPIRED,
            cls.ACCOUNT_TAKEN,
        )


_SENTENCES = {
    Problem.HOST_EMPTY: _("Enter the address, such as noor.example."),
    Problem.HOST_IS_NUMBER: _("Enter a name such as noor.example, not a network number."),
    Problem.HOST_PORT: _(
        "We look only where browsers look by themselves: please leave out user names and ports."
    ),
    Problem.HOST_NO_ENDING: _(
        "The address stops too early: we need a name with an ending, such as noor.example."
    ),
    Problem.HOST_RESERVED: _("This name belongs to nobody on the public internet."),
    Problem.HOST_OURS: _("This is our own address. Enter one that is yours."),
    Problem.HOST_OF_SERVICE: _(
        "This address belongs to a service where many people have a page, so its front page shows "
        "nothing about you. Show your account there under “Account”, if the service is offered; "
        "or enter a site of your own."
    ),
    Problem.HOST_OF_MANY: _(
        "Many people have their place there, so it shows nothing about you. "
        "Enter a name of your own, such as noor.example."
    ),
    Problem.HOST_INVALID: _("This is not a valid name. Please check the spelling."),
    Problem.FREE_MAIL: _(
        "Anybody can get an address there, so it shows nothing about you. "
        "Enter one at your organisation’s own domain."
    ),
    Problem.DISPOSABLE: _(
        "This gives out addresses for a few minutes. Enter one at your organisation’s own domain."
    ),
    Problem.TOO_MANY: _("This was tried very often today. Please go on tomorrow."),
    Problem.TOO_MUCH_EVIDENCE: _("Ten links are enough. Take one away to add another."),
    Problem.TOO_MANY_MAILS: _(
        "This address has got several codes from us today. Please use the newest, or try tomorrow."
    ),
    Problem.TOO_MANY_MAILS_TO_DOMAIN: _(
        "Very many codes went to addresses at this domain within the hour. "
        "Please try again in an hour."
    ),
    Problem.NOT_A_MEMBER: _(
        "We cannot find this name with this number on the society’s list. Check the number; "
        "does your society know you by another name?"
    ),
    Problem.MEMBERSHIP_TAKEN: _(
        "Somebody has shown this membership on this letter already, and it counts once. "
        "If that was not you, please tell the organizers."
    ),
    Problem.ACCOUNT_NOT_OFFERED: _("Choose one of the services."),
    Problem.ACCOUNT_CANCELLED: _("You cancelled. Nothing has changed, and you can start again."),
    Problem.ACCOUNT_FAILED: _(
        "The service gave no answer that we can use, so nothing was shown. "
        "This often passes: please try again in a while, or show something else."
    ),
    Problem.ACCOUNT_EXPIRED: _(
        "More than ten minutes went by, or you came back twice, so nothing was shown. "
        "Please start again."
    ),
    Problem.ACCOUNT_TAKEN: _(
        "This account stands at another signature of this letter already, and counts for one only. "
        "If it is yours, take it back there first."
    ),
    Problem.NO_SUCH_NAME: _(
        "We found no site under this name. Is it spelled right, and has it been set up?"
    ),
    Problem.DNS_SILENT: _(
        "The name servers did not answer in time. This often passes: please try again in a while."
    ),
    Problem.INWARD: _(
        "The name leads to an address that is not on the public internet, so we did not go there."
    ),
    Problem.UNREACHABLE: _("The site took no connection from us on HTTPS (port 443)."),
    Problem.TOO_SLOW: _("The site took longer than five seconds, so we stopped waiting."),
    Problem.CERTIFICATE: _(
        "The site’s certificate is missing, has expired, or is for another name. "
        "Browsers warn of it, too; your host can renew it."
    ),
    Problem.BROKEN: _("The site answered with something that is not a web page."),
    Problem.REDIRECT: _(
        "The site sends visitors on to another address, and we do not follow. "
        "Start again with the address that your browser shows in the end."
    ),
    Problem.STATUS: _("The site answered with an error instead of its front page."),
    Problem.CONTENT_TYPE: _("The front page is not HTML, so nothing could be read from it."),
    Problem.TOO_LARGE: _(
        "The page is larger than 512 KiB, so we stopped reading. Use the small file instead."
    ),
    Problem.ROBOTS: _(
        "The site’s robots.txt asks programs like ours not to look. "
        "Allow “Undersigned” there, or use the record in your DNS."
    ),
    Problem.TOKEN_MISSING: _(
        "We read the site, and the token was not there. "
        "If you have just placed it, empty the site’s cache and try again."
    ),
    Problem.RECORD_MISSING: _(
        "There is no such record yet. New records can take an hour to reach everyone."
    ),
    Problem.RECORD_OTHER: _(
        "There is a record under that name, but with another text. Please compare the two."
    ),
    Problem.TOO_OFTEN: _(
        "This site was looked at several times within the hour. We look again by ourselves."
    ),
}


def sentence_for(code: str) -> str:
    """For the signer, in the language that is active; empty for no problem."""
    return str(_SENTENCES[Problem(code)]) if code in set(Problem) else ""


@dataclass(frozen=True, slots=True)
class OwnProblem:
    """One that only a certain method has: its code, and a sentence for the signer."""

    value: str
    sentence: Promise


AnyProblem = Problem | OwnProblem


class ProofRefused(ValueError):
    """A proof that cannot even be started; `str()` gives the bare reason, for logs."""

    def __init__(self, reason: AnyProblem) -> None:
        super().__init__(reason.value)
        self.reason = reason

    @property
    def sentence(self) -> str:
        if isinstance(self.reason, OwnProblem):
            return str(self.reason.sentence)
        return sentence_for(self.reason)


class NotShown(Exception):
    """We looked, and the evidence was not there or could not be reached.

    `status` is that of an answer by HTTP that was no page, and `location` where one that sent us on
    would have led, where there was one. Nobody has looked at that address yet.
    """

    def __init__(
        self, problem: AnyProblem, *, status: int | None = None, location: str = ""
    ) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.status = status
        self.location = location


class NoLongerTheirs(NotShown):
    """What was shown is somebody else's by now: there is nothing to wait for."""
