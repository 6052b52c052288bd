"""What a check found: a code and what it is about. `words` has the sentences and the state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_VALUE_LENGTH = 120
# Longer ones are no help to anybody.
MAX_PASTE_LENGTH = 1000


class Code(StrEnum):
    """Kept in the database: none is ever used for anything else."""

    FROM_GOOD = "from_good"
    FROM_FREE = "from_free"
    FROM_NOBODYS = "from_nobodys"
    FROM_UNKNOWN = "from_unknown"
    MX_GOOD = "mx_good"
    MX_MISSING = "mx_missing"
    MX_IMPLICIT = "mx_implicit"
    SPF_GOOD = "spf_good"
    SPF_MISSING = "spf_missing"
    SPF_SEVERAL = "spf_several"
    SPF_BROKEN = "spf_broken"
    SPF_NO_INCLUDED = "spf_no_included"
    SPF_TOO_MANY = "spf_too_many"
    SPF_ANYBODY = "spf_anybody"
    SPF_OPEN_END = "spf_open_end"
    SPF_HOST_FAILS = "spf_host_fails"
    SPF_HOST_UNKNOWN = "spf_host_unknown"
    DKIM_GOOD = "dkim_good"
    DKIM_UNSET = "dkim_unset"
    DKIM_MISSING = "dkim_missing"
    DKIM_SEVERAL = "dkim_several"
    DKIM_BROKEN = "dkim_broken"
    DKIM_REVOKED = "dkim_revoked"
    DKIM_TOO_SHORT = "dkim_too_short"
    DKIM_SHORT = "dkim_short"
    DKIM_TESTING = "dkim_testing"
    DKIM_ED25519 = "dkim_ed25519"
    DMARC_GOOD = "dmarc_good"
    DMARC_MISSING = "dmarc_missing"
    DMARC_SEVERAL = "dmarc_several"
    DMARC_BROKEN = "dmarc_broken"
    DMARC_NONE = "dmarc_none"
    DMARC_NO_REPORTS = "dmarc_no_reports"
    DMARC_SPF_OF_OTHER = "dmarc_spf_of_other"
    PTR_GOOD = "ptr_good"
    PTR_UNKNOWN = "ptr_unknown"
    PTR_MISSING = "ptr_missing"
    PTR_UNCONFIRMED = "ptr_unconfirmed"
    SERVER_GOOD = "server_good"
    SERVER_HERE = "server_here"
    SERVER_INSIDE = "server_inside"
    SERVER_UNREACHABLE = "server_unreachable"
    SERVER_NO_TLS = "server_no_tls"
    SERVER_TLS_UNUSED = "server_tls_unused"
    SERVER_OPEN_LOGIN = "server_open_login"
    SERVER_CERTIFICATE = "server_certificate"
    LEAVE_GOOD = "leave_good"
    LEAVE_MISSING = "leave_missing"
    MESSAGE_ID_OTHER = "message_id_other"
    SITE_NOT_HTTPS = "site_not_https"
    POSTAL_GOOD = "postal_good"
    POSTAL_MISSING = "postal_missing"
    BOUNCES_GOOD = "bounces_good"
    BOUNCES_UNHEARD = "bounces_unheard"
    NO_ANSWER = "no_answer"
    CHECK_FAILED = "check_failed"
    READ_REPORT = "read_report"
    READ_NO_RESULTS = "read_no_results"
    READ_PASSED = "read_passed"
    READ_FAILED = "read_failed"
    READ_UNALIGNED = "read_unaligned"
    READ_UNSIGNED = "read_unsigned"
    READ_LEFT_OUT = "read_left_out"
    READ_COVERED = "read_covered"


@dataclass(frozen=True, slots=True)
class Finding:
    code: Code
    # What its sentences name. Comes from anybody's DNS, so it is short and printable.
    about: Mapping[str, str] = field(default_factory=dict)
    # A record to publish, or a setting; where such a thing can be given.
    paste: str = ""


def found(code: Code, /, *, paste: str = "", **about: object) -> Finding:
    named = {name: printable(value) for name, value in about.items()}
    return Finding(code, named, _safe(paste) if len(paste) <= MAX_PASTE_LENGTH else "")


def printable(value: object) -> str:
    """No control characters, which would speak to a terminal, and no end of a page."""
    text = str(value)[: MAX_VALUE_LENGTH + 1]
    cut = text if len(text) <= MAX_VALUE_LENGTH else text[:MAX_VALUE_LENGTH] + "…"
    return _safe(cut)


def _safe(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {"code": each.code.value, "about": dict(each.about), "paste": each.paste}
        for each in findings
    ]


def from_json(kept: Iterable[Mapping[str, Any]]) -> Sequence[Finding]:
    """Without those of a release that knew other codes."""
    known = {each.value for each in Code}
    return [
        Finding(Code(each["code"]), each["about"], each["paste"])
        for each in kept
        if each["code"] in known
    ]
