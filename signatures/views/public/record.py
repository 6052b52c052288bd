"""The record as files for machines (c2sp.org/tlog-tiles), and the page that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from campaign.letters.models import Translation
from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.listing.counts import base64_of, told_count
from signatures.models import Checkpoint, Continuation, Entry, Tile
from signatures.record import tally
from signatures.record.format.tiles import (
    TILE_WIDTH,
    NoSuchTile,
    encode_entries,
    parse_tile_path,
    tile_width,
)
from signatures.record.sequencer import verifier_of
from signatures.views.public.base import (
    LetterPage,
    letter_languages,
    public_letter,
    translation_here,
)
from signatures.views.public.cors import for_other_sites
from signatures.views.public.letters import all_translations

_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContext(LetterPage):
    checkpoint: Checkpoint | None
    root: str
    verifier_key: str
    continued: QuerySet[Continuation]
    texts: Sequence[Translation]


@require_safe
@shared_page
def record(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    checkpoint = tally.latest(letter_id=letter.pk)
    context = RecordContext(
        letter=letter,
        translation=translation_here(text),
        checkpoint=checkpoint,
        root=base64_of(checkpoint.root) if checkpoint else "",
        verifier_key=str(verifier_of(letter)),
        continued=Continuation.objects.filter(letter=letter).order_by("-index"),
        texts=all_translations(letter),
        languages=letter_languages(text, "record", slug),
    )
    return render_page(request, "signatures/public/record.html", context)


@require_safe
@shared_page
@for_other_sites
def count(_request: HttpRequest, slug: str) -> HttpResponse:
    letter, _text = public_letter(slug)
    return JsonResponse(told_count(letter=letter))


@require_safe
@shared_page
@for_other_sites
def checkpoint(_request: HttpRequest, slug: str) -> HttpResponse:
    letter, _text = public_letter(slug)
    latest = tally.latest(letter_id=letter.pk)
    if latest is None:
        raise Http404
    return HttpResponse(latest.note, content_type="text/plain; charset=utf-8")


@require_safe
@for_other_sites
def tile(_request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """A hash tile or an entry bundle. A partial one that has grown since is still served."""
    letter, _text = public_letter(slug)
    latest = tally.latest(letter_id=letter.pk)
    return tile_of(
        path,
        size=latest.size if latest else 0,
        entries=Entry.objects.filter(letter=letter),
        tiles=Tile.objects.filter(letter=letter),
    )


def tile_of(path: str, *, size: int, entries: QuerySet[Any], tiles: QuerySet[Any]) -> HttpResponse:
    """From any log of this size, whose rows have `index` and `leaf`, or `level` and `hashes`."""
    try:
        asked = parse_tile_path(f"tile/{path}")
        width = tile_width(level=asked.level or 0, index=asked.index, size=size)
    except NoSuchTile:
        raise Http404 from None
    if asked.width > width:
        raise Http404
    if asked.is_entries:
        start = asked.index * TILE_WIDTH
        leaves = entries.filter(index__gte=start, index__lt=start + asked.width)
        content = encode_entries(
            bytes(leaf) for leaf in leaves.order_by("index").values_list("leaf", flat=True)
        )
    else:
        stored = tiles.get(level=asked.level or 0, index=asked.index)
        content = bytes(stored.hashes)[: 32 * asked.width]
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Cache-Control"] = _FOREVER
    return response
