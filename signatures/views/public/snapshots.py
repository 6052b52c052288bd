"""Snapshots for readers: all of them, and each with its list, to print and to cite."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_safe

from campaign import limits
from campaign.letters.models import Text, Translation
from campaign.letters.texts import published_texts, translation_for
from campaign.operations.models import Feature
from campaign.operations.switches import switched_by
from campaign.pages import render_page
from campaign.parsing import whole_number
from campaign.shared_pages import reads, shared_page
from campaign.templatetags.locale_format import number as in_digits
from campaign.templatetags.locale_format import second
from signatures.errors import TooSlow
from signatures.listing.pagination import LARGEST_NUMBER
from signatures.models import Checkpoint, Snapshot
from signatures.press import citing, snapshot_list
from signatures.press import snapshot_csv as snapshot_file
from signatures.press import standing as standings
from signatures.press.standing import Standing
from signatures.record import snapshots as snapshots_taken
from signatures.views.public import files, ranges
from signatures.views.public.base import (
    LetterPage,
    asked_here,
    letter_languages,
    public_letter,
    translation_here,
)
from signatures.views.public.letters import all_translations

# Of professions and countries, these many are told one by one; the rest is in the table as one row.
MAX_ROWS_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotsContext(LetterPage):
    snapshots: Sequence[tuple[Snapshot, Standing]]
    feed: str


@require_safe
@shared_page
def snapshots(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    taken = Snapshot.objects.filter(letter=letter).select_related("checkpoint")
    context = SnapshotsContext(
        letter=letter,
        translation=translation_here(text),
        snapshots=standings.at_snapshots(
            letter=letter,
            published=list(published_texts(letter=letter)),
            snapshots=taken.order_by("-number").defer("breakdown"),
        ),
        feed=settings.SITE_URL + reverse("milestones_feed", args=[slug]),
        languages=letter_languages(text, "snapshots", slug),
    )
    return render_page(request, "signatures/public/snapshots.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotContext(LetterPage):
    snapshot: Snapshot
    tally: Checkpoint
    final: Snapshot | None
    standing: Standing
    replaced: Text | None
    texts: Sequence[Translation]
    professions: Sequence[tuple[str, int]]
    countries: Sequence[tuple[str, int]]
    lines: Sequence[snapshot_list.Line]
    last_number: int
    next_url: str | None
    first_url: str | None
    citation: citing.Citation


@require_safe
@shared_page
@reads("after")
def snapshot(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    if number > LARGEST_NUMBER:
        raise Http404
    letter, text = public_letter(slug)
    translation = translation_here(text)
    taken = get_object_or_404(
        Snapshot.objects.select_related("checkpoint"), letter=letter, number=number
    )
    taken.letter = letter
    # Whatever is no number of a signature means the beginning.
    after = whole_number(request.GET.get("after", ""), most=LARGEST_NUMBER) or 0
    page = snapshot_list.page(snapshot=taken, after=after)
    here = reverse("snapshot", args=[slug, number])
    published = list(published_texts(letter=letter))
    ((_taken, standing),) = standings.at_snapshots(
        letter=letter, published=published, snapshots=[taken]
    )
    # What stood then goes by the title that it had then.
    translation = (
        translation_for(text=standing.text, language=get_language() or "en") or translation
    )
    context = SnapshotContext(
        letter=letter,
        translation=translation,
        snapshot=taken,
        tally=taken.checkpoint,
        final=snapshots_taken.final_of(snapshot=taken),
        standing=standing,
        replaced=text if standing.text.number != text.number else None,
        texts=[each for each in all_translations(letter) if each.sha256 in _hashes(taken)],
        professions=_told(taken.breakdown, 2),
        countries=_told(taken.breakdown, 3),
        lines=page.rows,
        last_number=page.rows[-1].number if page.rows else 0,
        next_url=f"{here}?after={page.next}" if page.next else None,
        first_url=here if after else None,
        citation=citing.Citation(
            title=standing.noted(
                ngettext(
                    "%(count)s signature under “%(title)s”, snapshot %(number)s, %(when)s",
                    "%(count)s signatures under “%(title)s”, snapshot %(number)s, %(when)s",
                    standing.tally.total,
                )
                % {
                    "count": in_digits(standing.tally.total),
                    "title": translation.title,
                    "number": in_digits(number),
                    "when": second(taken.checkpoint.as_of),
                }
            ),
            site="Undersigned",
            url=settings.SITE_URL + here,
            published=taken.checkpoint.as_of,
            read=timezone.now().date(),
            key=f"{slug}-snapshot-{number}",
        ),
        languages=letter_languages(
            text, "snapshot", slug, number, query=asked_here(request, "after")
        ),
    )
    return render_page(request, "signatures/public/snapshot.html", context)


@require_safe
@switched_by(Feature.EXPORTS)
def snapshot_csv(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The list as a file; one that broke off goes on where it ended (RFC 9110, section 14)."""
    if number > LARGEST_NUMBER:
        raise Http404
    letter, text = public_letter(slug)
    translation_here(text)
    taken = get_object_or_404(
        Snapshot.objects.select_related("checkpoint"), letter=letter, number=number
    )
    taken.letter = letter
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{slug}-snapshot-{number}.csv"',
        "X-Total-Count": str(taken.checkpoint.total),
    }
    known = snapshot_file.known(snapshot=taken)
    if known and (told := ranges.without_body(request, known, headers)):
        return told
    network = limits.network_key(request)
    if not limits.hit(limits.Limit.DOWNLOADS_FROM_NETWORK, network):
        return files.later(request, files.TOO_MANY)
    with ExitStack() as closing:
        is_large = taken.checkpoint.signings > files.LARGE_FILE_ROWS
        if is_large and (refusal := files.no_place(network, closing.callback)):
            return files.later(request, refusal)
        try:
            written = snapshot_file.write(snapshot=taken)
        except TooSlow:
            return files.later(request, files.BUSY)
        closing.callback(written.file.close)
        return ranges.answer(request, written, headers, closing)


def _hashes(taken: Snapshot) -> set[str]:
    return set(taken.texts.values())


def _told(breakdown: Iterable[list[Any]], place: int) -> list[tuple[str, int]]:
    """The largest first; what is beyond them under an empty name. Of who is not named, nothing:
    among a few, profession and country would tell who it is. Organisations have no profession."""
    counts: Counter[str] = Counter()
    for row in breakdown:
        if row[place] and not row[4]:
            counts[row[place]] += row[-1]
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    rest = sum(count for _name, count in ordered[MAX_ROWS_TOLD:])
    return ordered[:MAX_ROWS_TOLD] + ([("", rest)] if rest else [])
