"""The record as files for machines (c2sp.org/tlog-tiles), and the page that explains it."""

import base64

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaign.shared_pages import shared_page
from signatures.models import Checkpoint, Entry, Tile
from signatures.moderation import queue
from signatures.record import tally
from signatures.record.sequencer import verifier_of
from signatures.record.tiles import (
    TILE_WIDTH,
    NoSuchTile,
    TilePath,
    encode_entries,
    parse_tile_path,
    tile_width,
)
from signatures.views.letters import (
    all_translations,
    letter_languages,
    public_letter,
    translation_here,
)

_FOREVER = "public, max-age=31536000, immutable"


@require_safe
@shared_page
def record(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    checkpoint = tally.latest(letter_id=letter.pk)
    context = {
        "letter": letter,
        "translation": translation_here(text),
        "checkpoint": checkpoint,
        "root": _base64(checkpoint.root) if checkpoint else "",
        "verifier_key": str(verifier_of(letter)),
        "texts": all_translations(letter),
        "languages": letter_languages(text, "record", slug),
    }
    return render(request, "signatures/record.html", context)


@require_safe
@shared_page
def count(_request: HttpRequest, slug: str) -> HttpResponse:
    letter, _text = public_letter(slug)
    checkpoint = tally.latest(letter_id=letter.pk)
    if checkpoint is None:
        # Before the first checkpoint there is nothing to count, and no root to give.
        checkpoint = Checkpoint(letter=letter, size=0, root=b"", as_of=timezone.now())
    return JsonResponse(
        {
            "total": checkpoint.total,
            "people": checkpoint.people,
            "organisations": checkpoint.organisations,
            "anonymous": checkpoint.anonymous,
            "levels": checkpoint.levels,
            "held": queue.held(letter_id=letter.pk),
            "size": checkpoint.size,
            "root": _base64(checkpoint.root),
            "as_of": checkpoint.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


@require_safe
@shared_page
def checkpoint(_request: HttpRequest, slug: str) -> HttpResponse:
    letter, _text = public_letter(slug)
    latest = tally.latest(letter_id=letter.pk)
    if latest is None:
        raise Http404
    return HttpResponse(latest.note, content_type="text/plain; charset=utf-8")


@require_safe
def tile(_request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """A hash tile or an entry bundle. A partial one that has grown since is still served."""
    letter, _text = public_letter(slug)
    latest = tally.latest(letter_id=letter.pk)
    try:
        asked = parse_tile_path(f"tile/{path}")
        width = tile_width(
            level=asked.level or 0, index=asked.index, size=latest.size if latest else 0
        )
    except NoSuchTile:
        raise Http404 from None
    if asked.width > width:
        raise Http404
    content = _entries(letter.pk, asked) if asked.is_entries else _hashes(letter.pk, asked)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Cache-Control"] = _FOREVER
    return response


def _entries(letter_id: int, asked: TilePath) -> bytes:
    start = asked.index * TILE_WIDTH
    leaves = Entry.objects.filter(
        letter_id=letter_id, index__gte=start, index__lt=start + asked.width
    )
    return encode_entries(
        bytes(leaf) for leaf in leaves.order_by("index").values_list("leaf", flat=True)
    )


def _hashes(letter_id: int, asked: TilePath) -> bytes:
    stored = Tile.objects.get(letter_id=letter_id, level=asked.level or 0, index=asked.index)
    return bytes(stored.hashes)[: 32 * asked.width]


def _base64(data: bytes | memoryview) -> str:
    return base64.b64encode(bytes(data)).decode()
