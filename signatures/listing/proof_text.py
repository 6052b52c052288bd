"""What readers learn of somebody's proofs: methods and dates, never the evidence.

One wording for pages, downloads and the API.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Protocol, TypeVar

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from campaign.templatetags.locale_format import semicolon, short_day
from signatures.models import Method
from signatures.verification.network import hosts

_ABOUT_HOSTS = (Method.WEBSITE, Method.DOMAIN, Method.WORK_EMAIL)


class Told(Protocol):
    """What of a proof is public."""

    method: str
    subject: str
    provider: str
    profile_url: str
    by_other_name: bool
    proved_at: datetime | None
    lapses_at: datetime | None


T = TypeVar("T", bound=Told)


def subject_shown(proof: Told) -> str:
    return hosts.shown(proof.subject) if proof.method in _ABOUT_HOSTS else proof.subject


def told_once(proofs: Iterable[T]) -> list[T]:
    """As readers see them: what was shown twice in the same way is told once."""
    told: dict[tuple[str, str, str], T] = {}
    for proof in proofs:
        told.setdefault((proof.method, proof.provider, subject_shown(proof)), proof)
    return list(told.values())


def in_words(proof: Told) -> str:
    """`controls kazuo.example (a DNS record), 12 Oct 2026`, in the language that is active."""
    return _sentence(proof) % {
        "subject": subject_shown(proof),
        "provider": proof.provider,
        "when": _day(proof.proved_at),
        "until": _day(proof.lapses_at),
    }


def in_html(proof: Told) -> SafeString:
    """The same, with what stands in a script of its own set apart."""
    words = _sentence(proof) % {
        "subject": "{subject}",
        "provider": "{provider}",
        "when": _unbroken(_day(proof.proved_at)),
        "until": _unbroken(_day(proof.lapses_at)),
    }
    direction = ' dir="ltr"' if proof.method in _ABOUT_HOSTS else ""
    subject = f"<bdi{direction}>{escape(subject_shown(proof))}</bdi>"
    if (url := _place(proof)).startswith("https://"):
        rel = "nofollow noopener noreferrer ugc"
        subject = f'<a href="{escape(url)}" rel="{rel}">{subject}</a>'
    provider = f"<bdi>{escape(proof.provider)}</bdi>"
    return mark_safe(words.format(subject=subject, provider=provider))  # noqa: S308 - escaped above


def _unbroken(text: str) -> str:
    """In the narrow columns of a list, a date stays on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def in_words_before(proof: Told) -> str:
    """Of what the organizers attested, once its signer has changed what stands beside it."""
    return gettext("%(words)s; changed by the signer since, and not looked at again") % {
        "words": in_words(proof)
    }


def all_in_words(proofs: Iterable[Told]) -> str:
    return semicolon().join(in_words(proof) for proof in proofs)


def all_in_html(proofs: Iterable[Told]) -> SafeString:
    return mark_safe(semicolon().join(in_html(proof) for proof in proofs))  # noqa: S308


def _place(proof: Told) -> str:
    """Where readers can look for themselves; empty if nowhere."""
    if proof.method in Method.checked_again():
        return f"https://{proof.subject}/"
    return proof.profile_url


def _sentence(proof: Told) -> str:
    method = Method(proof.method)
    words = _no_longer_found(method) if proof.lapses_at else _by_method(method)
    if method == Method.ACCOUNT and not proof.subject:
        # Some services tell no name.
        words = gettext("an account at %(provider)s, %(when)s")
    if proof.by_other_name:
        words = gettext(
            "member of %(subject)s under another name, by a list that the organizers uploaded, "
            "%(when)s"
        )
    if proof.lapses_at:
        words += " " + gettext("(not found since; taken off on %(until)s unless it returns)")
    return words


def _no_longer_found(method: Method) -> str:
    """It was so on that day, and may not be so now."""
    match method:
        case Method.WEBSITE:
            return gettext("showed control of %(subject)s (a mark on the site), %(when)s")
        case Method.DOMAIN:
            return gettext("showed control of %(subject)s (a DNS record), %(when)s")
        case _:
            return _by_method(method)


def _by_method(method: Method) -> str:
    match method:
        case Method.WEBSITE:
            return gettext("controls %(subject)s (a mark on the site), %(when)s")
        case Method.DOMAIN:
            return gettext("controls %(subject)s (a DNS record), %(when)s")
        case Method.WORK_EMAIL:
            return gettext("has an e-mail address at %(subject)s, %(when)s")
        case Method.ACCOUNT:
            return gettext("account %(subject)s at %(provider)s, %(when)s")
        case Method.VOUCHED:
            return gettext("vouched for by two signatories, %(when)s")
        case Method.ROSTER:
            return gettext(
                "member of %(subject)s, by a list that the organizers uploaded, %(when)s"
            )
        case Method.VETTING:
            return gettext("vetted by the organizers, %(when)s")
        case Method.CALL_BACK:
            return gettext("confirmed by a call from the organizers, %(when)s")


def _day(when: datetime | None) -> str:
    return _day_in(when.date(), get_language() or "en") if when else ""


@lru_cache(maxsize=4096)
def _day_in(day: date, _language: str) -> str:
    return short_day(datetime(day.year, day.month, day.day))  # noqa: DTZ001
