"""What it takes to check a letter's record without trusting us: the export, the verifier as a file
and as a page, and proofs for those who keep their own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.http.response import JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign import limits
from campaign.conditional import conditional_get
from campaign.letters.models import Letter, Translation
from campaign.letters.texts import current_texts, translation_for
from campaign.operations.models import Feature
from campaign.operations.switches import RETRY_AFTER_SECONDS, is_on
from campaign.pages import render_page
from campaign.shared_pages import reads, shared_page
from signatures.models import Checkpoint
from signatures.press import record_proofs
from signatures.press.downloads import zipped
from signatures.press.list_version import change_mark
from signatures.press.record_export import export
from signatures.record import tally
from signatures.record.format.merkle import NoSuchSize
from signatures.record.verifier import verify
from signatures.views.public.base import SitePage, interface_languages, public_letter
from signatures.views.public.cors import readable_everywhere
from signatures.views.public.files import LARGE_FILE_ROWS, at_once, takes_gzip, with_headers

LETTERS_OFFERED = 50

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@require_safe
def record_export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Streamed; its size in lines of the record is in a header, and in its own first line."""
    letter, _text = public_letter(slug)
    if not is_on(Feature.RECORD_EXPORT):
        return _sorry("Switched off for a while by the operators.", 503, RETRY_AFTER_SECONDS)
    checkpoint = tally.latest(letter_id=letter.pk)
    if checkpoint is None:
        return _sorry("This record has no checkpoint yet. The first one takes seconds.", 404)
    packed = takes_gzip(request)
    etag = f'"{change_mark(letter_id=letter.pk).hex()}{"z" if packed else ""}"'
    if unchanged := conditional_get(request, etag=etag):
        return with_headers(unchanged, etag)
    response: HttpResponseBase
    if request.method == "HEAD":
        # Of any other, Django's middleware would say that the file is empty.
        response = StreamingHttpResponse(iter(()))
    else:
        network = limits.network_key(request)
        if not _may(checkpoint, network):
            return _sorry("Too many downloads from your network. Try again in an hour.", 429, 3600)
        if not at_once.enter(network):
            return _sorry("Busy with other downloads. Try again in a minute.", 503, 60)
        response = StreamingHttpResponse(_Body(letter, checkpoint, network, packed=packed))
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Content-Type"] = "application/x-ndjson"
    name = f"{letter.slug}-record-{checkpoint.size}.ndjson"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Record-Size"] = str(checkpoint.size)
    return with_headers(response, etag)


@require_safe
@shared_page
def record_proof(_request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """That what was last said of a signature is in the record: a tlog-proof."""
    letter, _text = public_letter(slug)
    checkpoint = tally.latest(letter_id=letter.pk)
    known = re.fullmatch(r"[A-Za-z0-9_-]{22}", public_id)
    index = record_proofs.leaf_of(letter_id=letter.pk, public_id=public_id) if known else None
    if checkpoint is None or index is None or index >= checkpoint.size:
        return _sorry("This record has no signature of that id.", 404)
    response = HttpResponse(
        record_proofs.tlog_proof(checkpoint=checkpoint, index=index),
        content_type="text/plain; charset=utf-8",
    )
    response["Content-Disposition"] = f'inline; filename="{public_id}.tlog-proof"'
    readable_everywhere(response)
    return response


@require_safe
@shared_page
@reads("from", "to")
def record_consistency(request: HttpRequest, slug: str) -> HttpResponse:
    """That the record only grew between two sizes."""
    letter, _text = public_letter(slug)
    old, new = (request.GET.get(name, "") for name in ("from", "to"))
    if not _SIZE.fullmatch(old) or not _SIZE.fullmatch(new):
        return _sorry("Say ?from= and ?to=, each the size of a checkpoint in digits.", 400)
    if int(old) > int(new):
        return _sorry("A record only grows: from must not be larger than to.", 400)
    latest = tally.latest(letter_id=letter.pk)
    try:
        if latest is None:
            raise NoSuchSize
        told = record_proofs.consistency(latest=latest, old_size=int(old), new_size=int(new))
    except NoSuchSize:
        return _sorry("This record is not that long yet.", 404)
    response = JsonResponse(told)
    readable_everywhere(response)
    return response


@require_safe
@shared_page
@reads("size")
def record_log_proof(request: HttpRequest, slug: str) -> HttpResponse:
    """That the site's log has this record, for an export of `?size=` lines."""
    letter, _text = public_letter(slug)
    size = request.GET.get("size", "")
    if size and not _SIZE.fullmatch(size):
        return _sorry("Say ?size=, the number of lines of the export in digits.", 400)
    try:
        proof = record_proofs.log_proof(letter_id=letter.pk, size=int(size) if size else None)
    except NoSuchSize:
        return _sorry("The site's log has not seen so many lines yet. Try again in a minute.", 404)
    response = HttpResponse(proof, content_type="text/plain; charset=utf-8")
    name = f"{letter.slug}-log{f'-{size}' if size else ''}.tlog-proof"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    readable_everywhere(response)
    return response


@require_safe
@shared_page
def verify_py(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_verifier(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="verify.py"'
    readable_everywhere(response)
    return response


@require_safe
@shared_page
def record_format(_request: HttpRequest) -> HttpResponse:
    """docs/record.md, as text."""
    response = HttpResponse(_format(), content_type="text/plain; charset=utf-8")
    readable_everywhere(response)
    return response


class OfferedLetter(TypedDict):
    letter: Letter
    translation: Translation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyContext(SitePage):
    letters: Sequence[OfferedLetter]
    chosen: Letter | None
    earlier: Checkpoint | None
    site: str


@require_safe
@shared_page
@reads("letter", "earlier")
def verify_page(request: HttpRequest) -> HttpResponse:
    """The same check in the browser. `?letter=` chooses one of ours, and `?earlier=` the size of a
    checkpoint of it to compare with."""
    public = Letter.objects.public()
    letters = list(public.newest_first()[:LETTERS_OFFERED])
    asked = request.GET.get("letter", "")[:80].replace("\0", "")
    chosen = next((each for each in letters if each.slug == asked), None)
    if chosen is None and asked and (chosen := public.filter(slug=asked).first()):
        letters.append(chosen)
    texts = current_texts(letters=letters)
    language = get_language() or "en"
    offered: list[OfferedLetter] = [
        {"letter": each, "translation": translation_for(text=texts[each.pk], language=language)}
        for each in letters
        if each.pk in texts
    ]
    earlier = _checkpoint(chosen, request.GET.get("earlier", ""))
    asked_again = {"letter": chosen.slug} if chosen else {}
    if earlier:
        asked_again["earlier"] = str(earlier.size)
    context = VerifyContext(
        letters=offered,
        chosen=chosen,
        earlier=earlier,
        site=settings.SITE_URL,
        languages=interface_languages("verify", query=asked_again),
    )
    return render_page(request, "signatures/public/verify.html", context)


def _checkpoint(letter: Letter | None, size: str) -> Checkpoint | None:
    if letter is None or not _SIZE.fullmatch(size):
        return None
    return Checkpoint.objects.filter(letter=letter, size=int(size)).first()


class _Body:
    """What the server iterates, and closes in any case: also when the reader has gone."""

    def __init__(
        self, letter: Letter, checkpoint: Checkpoint, network: bytes, *, packed: bool
    ) -> None:
        blocks = export(letter=letter, checkpoint=checkpoint)
        self._blocks = zipped(blocks) if packed else blocks
        self._network = network

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def close(self) -> None:
        at_once.leave(self._network)


def _may(checkpoint: Checkpoint, network: bytes) -> bool:
    if not limits.hit(limits.Limit.DOWNLOADS_FROM_NETWORK, network):
        return False
    large = limits.Limit.LARGE_DOWNLOADS_FROM_NETWORK
    return checkpoint.size <= LARGE_FILE_ROWS or limits.hit(large, network)


def _sorry(sentence: str, status: int, retry_after: int = 0) -> HttpResponse:
    response = HttpResponse(
        f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8"
    )
    response["Cache-Control"] = "no-store"
    if retry_after:
        response["Retry-After"] = str(retry_after)
    readable_everywhere(response)
    return response


@cache
def _verifier() -> bytes:
    return Path(verify.__file__).read_bytes()


@cache
def _format() -> bytes:
    return (settings.BASE_DIR / "docs" / "record.md").read_bytes()
