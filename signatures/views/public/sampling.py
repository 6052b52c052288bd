"""Audits by sample, for everyone: what was announced, who drew, and how many answered what."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.models import SampleAudit, VersionTally
from signatures.sampling import drawing, results
from signatures.sampling.results import Results
from signatures.views.public.base import (
    LetterPage,
    letter_languages,
    public_letter,
    translation_here,
)
from signatures.views.public.cors import for_other_sites

_MAX_NUMBER = 32_767


@dataclass(frozen=True, slots=True)
class ShownAudit:
    audit: SampleAudit
    # None until it has ended.
    results: Results | None
    # Whether the draw waits for the record for longer than usual.
    is_late: bool
    # Whether nothing happened to the letter after the announcement, so that the last checkpoint of
    # before drew.
    is_quiet: bool
    # How many of those who could be drawn had signed which version, where that must be said.
    versions: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditsContext(LetterPage):
    audits: Sequence[ShownAudit]


@require_safe
@shared_page
def audits(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    found = results.audits(letter=letter)
    context = AuditsContext(
        letter=letter,
        translation=translation_here(text),
        audits=[_shown(each, is_versioned=text.number > 1) for each in found],
        languages=letter_languages(text, "audits", slug),
    )
    return render_page(request, "signatures/public/audits.html", context)


@require_safe
@shared_page
@for_other_sites
def audit_json(_request: HttpRequest, slug: str, number: int) -> HttpResponse:
    letter, _text = public_letter(slug)
    found = SampleAudit.objects.filter(letter=letter, number=min(number, _MAX_NUMBER))
    audit = found.select_related("checkpoint").first()
    if audit is None or number > _MAX_NUMBER:
        raise Http404
    audit.letter = letter
    return JsonResponse(results.told(audit=audit))


def _shown(audit: SampleAudit, *, is_versioned: bool) -> ShownAudit:
    counted = audit.checkpoint.versions if audit.checkpoint and is_versioned else {}
    return ShownAudit(
        audit=audit,
        results=results.results(audit=audit),
        is_late=drawing.is_late(audit=audit, now=timezone.now()),
        is_quiet=drawing.was_quiet(audit=audit),
        versions=[
            (int(version), VersionTally(**each).total)
            for version, each in sorted(counted.items(), key=lambda each: int(each[0]))
        ],
    )
