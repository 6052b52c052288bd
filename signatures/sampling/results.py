"""What is public of an audit by sample: numbers, and all that it takes to check the draw."""

import base64
from dataclasses import asdict, dataclass
from datetime import datetime
from math import sqrt
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse

from campaign.letters.models import Letter
from signatures.models import SampleAnswer, SampleAudit
from signatures.press import record_proofs
from signatures.record.format.sampling import FORMAT

# Of the normal distribution, for 95 %.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """How many of so many, and between which shares it is of all with a confidence of 95 % (the
    interval of Wilson's)."""

    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Results:
    yes: int
    no: int
    silent: int
    unreached: int
    # Of yes and no, what organizers wrote down of a call.
    by_call: int

    @property
    def drawn(self) -> int:
        return self.yes + self.no + self.silent + self.unreached

    @property
    def asked(self) -> int:
        return self.drawn - self.unreached

    @property
    def of_answered(self) -> Share | None:
        """The yes of those who answered, as if the others would answer alike."""
        return share(self.yes, self.yes + self.no)

    @property
    def of_drawn(self) -> Share | None:
        """The yes of all who were drawn, as if everyone who said nothing had said no."""
        return share(self.yes, self.drawn)


def share(yes: int, of: int) -> Share | None:
    """None of nobody."""
    if not of:
        return None
    found, square = yes / of, _Z * _Z
    middle = (found + square / (2 * of)) / (1 + square / of)
    width = _Z / (1 + square / of) * sqrt(found * (1 - found) / of + square / (4 * of * of))
    return Share(of, found, max(0.0, middle - width), min(1.0, middle + width))


def results(*, audit: SampleAudit) -> Results | None:
    """None until it has ended: who watches numbers change learns who just answered what."""
    if audit.ended_at is None:
        return None
    said = {each: Count("pk", filter=Q(answer=each)) for each in SampleAnswer if each != "waiting"}
    counts = audit.questions.aggregate(
        **{str(each): count for each, count in said.items()},
        by_call=Count("pk", filter=Q(by_call=True)),
    )
    return Results(**counts)


def audits(*, letter: Letter) -> list[SampleAudit]:
    """Newest first; an organizer can begin one in two weeks, so there are few."""
    found = SampleAudit.objects.filter(letter=letter).select_related("checkpoint")
    return list(found.order_by("-number"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The audit that ended last, and how."""

    audit: SampleAudit
    results: Results


def outcome(*, letter: Letter) -> Outcome | None:
    ended = SampleAudit.objects.filter(letter=letter, ended_at__isnull=False)
    audit = ended.order_by("-number").first()
    found = results(audit=audit) if audit else None
    return Outcome(audit, found) if audit and found else None


def told(*, audit: SampleAudit) -> dict[str, Any]:
    """As verify.py reads it (docs/record.md, "Audits by sample"). The letter is loaded."""
    counted = results(audit=audit)
    return {
        "format": FORMAT,
        "letter": settings.SITE_URL + reverse("letter", args=[audit.letter.slug]),
        "audit": audit.number,
        "announcement": audit.announcement,
        "log_proof": record_proofs.announcement_proof(audit=audit),
        "draw": _draw(audit),
        "answers_until": _time(audit.ends_at),
        "answers": counted and _answers(counted),
    }


def _draw(audit: SampleAudit) -> dict[str, Any] | None:
    if audit.checkpoint is None:
        return None
    return {
        "at": _time(audit.drawn_at),
        "checkpoint": audit.checkpoint.note,
        "secret": base64.b64encode(bytes(audit.secret)).decode(),
        "population": audit.population,
        "numbers": audit.drawn,
    }


def _answers(counted: Results) -> dict[str, Any]:
    return {
        "drawn": counted.drawn,
        "asked": counted.asked,
        **asdict(counted),
        "yes_of_answered": _share(counted.of_answered),
        "yes_of_drawn": _share(counted.of_drawn),
    }


def _share(found: Share | None) -> dict[str, float] | None:
    if found is None:
        return None
    return {"of": found.of, **{name: round(getattr(found, name), 4) for name in _SHARES}}


_SHARES = ("share", "low", "high")


def _time(when: datetime | None) -> str | None:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else None
