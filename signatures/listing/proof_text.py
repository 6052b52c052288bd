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

from campaign import languages
from campaign.templatetags.locale_format import semicolon, short_day
from signatures.verification import registry
from signatures.verification.method import Sentences
from signatures.verification.network import hosts

_LEFT_TO_RIGHT_MARK = "\N{LEFT-TO-RIGHT MARK}"


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
    method = registry.of(proof.method)
    if method.is_of_host:
        return hosts.shown(proof.subject)
    return str(method.subjects.get(proof.subject, proof.subject))


def told_once(proofs: Iterable[T]) -> list[T]:
    """As readers see them: what was shown twice in the same way is told once, and what only newer
    code knows is left to it."""
    told: dict[tuple[str, str, str], T] = {}
    for proof in proofs:
        if registry.find(proof.method) is not None:
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
    direction = ' dir="ltr"' if registry.of(proof.method).is_of_host else ""
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


def all_in_cell(proofs: Iterable[Told]) -> str:
    """All of them for a cell of a spreadsheet: days as its other columns have them, and where lines
    run from the right, an account's @ stays before its name."""
    return semicolon().join(_in_cell(proof) for proof in proofs)


def _in_cell(proof: Told) -> str:
    is_from_right = languages.direction(get_language() or "en") == "rtl"
    return _sentence(proof) % {
        "subject": f"{_LEFT_TO_RIGHT_MARK if is_from_right else ''}{subject_shown(proof)}",
        "provider": proof.provider,
        "when": proof.proved_at.date().isoformat() if proof.proved_at else "",
        "until": proof.lapses_at.date().isoformat() if proof.lapses_at else "",
    }


def all_in_html(proofs: Iterable[Told]) -> SafeString:
    return mark_safe(semicolon().join(in_html(proof) for proof in proofs))  # noqa: S308


def _place(proof: Told) -> str:
    """Where readers can look for themselves; empty if nowhere."""
    if registry.of(proof.method).is_of_controlled_host:
        return f"https://{proof.subject}/"
    return proof.profile_url


def _sentence(proof: Told) -> str:
    words = gettext(_message(registry.of(proof.method).sentences, proof))
    if proof.lapses_at:
        words += " " + gettext("(not found since; taken off on %(until)s unless it returns)")
    return words


def _message(sentences: Sentences, proof: Told) -> str:
    if proof.by_other_name and sentences.by_other_name:
        return sentences.by_other_name
    if not proof.subject and sentences.without_subject:
        return sentences.without_subject
    return (proof.lapses_at and sentences.missing) or sentences.standing


def _day(when: datetime | None) -> str:
    return _day_in(when.date(), get_language() or "en") if when else ""


@lru_cache(maxsize=4096)
def _day_in(day: date, _language: str) -> str:
    return short_day(datetime(day.year, day.month, day.day))  # noqa: DTZ001
