"""The list of signatories as a file, whole or filtered like the page."""

import re
import zlib
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign import limits
from campaign.letters.models import Letter
from campaign.shared_pages import CACHE_CONTROL, NGINX_SECONDS
from signatures.forms.listing import FilterForm
from signatures.press import csv_download, downloads, json_download
from signatures.views.cross_origin import readable_everywhere
from signatures.views.letters import public_letter, translation_here
from signatures.views.problems import problem

# From here on it takes more than a moment.
LARGE = 10_000
# Each keeps a thread as long as its reader takes; signing needs the others.
at_once = limits.AtOnce(together=2, each=1)

_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:$|,)))", re.IGNORECASE)


@require_safe
def signatories_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    letter, text = public_letter(slug)
    translation_here(text)
    return _file(request, letter, csv_download.lines, "csv", "text/csv; charset=utf-8")


@require_safe
def signatories_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    letter, _text = public_letter(slug)
    return _file(request, letter, json_download.lines, "json", "application/json")


def _file(
    request: HttpRequest, letter: Letter, lines: downloads.Lines, ending: str, content_type: str
) -> HttpResponseBase:
    packed = bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))
    version = downloads.version(
        letter=letter, language=get_language() or "en", what=f"{ending}{packed}"
    )
    if version in request.headers.get("If-None-Match", ""):
        return _with_headers(HttpResponse(status=304), version)
    network = limits.network_key(request)
    if not limits.allows(limits.Limit.DOWNLOADS_FROM_NETWORK, network):
        return _later(request, ending, status=429, seconds=3600)
    try:
        filters = FilterForm(request.GET).filters()
        download = downloads.open_download(letter=letter, filters=filters, lines=lines)
    except downloads.TooSlow:
        return _later(request, ending, status=503, seconds=60)
    if download.asked.listed > LARGE and request.method == "GET":
        refused = _refused(request, ending, download, network)
        if refused:
            return refused
    response = _answer(request, download, packed)
    response["Content-Type"] = content_type
    response["Content-Disposition"] = f'attachment; filename="{_name(download.asked)}.{ending}"'
    response["X-Total-Count"] = str(download.asked.listed)
    if packed and request.method == "GET":
        response["Content-Encoding"] = "gzip"
    return _with_headers(response, version)


def _refused(
    request: HttpRequest, ending: str, download: downloads.Download, network: bytes
) -> HttpResponse | None:
    """Too many large ones, or else the place that this one has until it is closed."""
    if not at_once.enter(network):
        download.close()
        return _later(request, ending, status=503, seconds=60)
    download.when_closed(lambda: at_once.leave(network))
    if not limits.allows(limits.Limit.LARGE_DOWNLOADS_FROM_NETWORK, network):
        download.close()
        return _later(request, ending, status=429, seconds=3600)
    return None


def _answer(
    request: HttpRequest, download: downloads.Download, packed: bool
) -> HttpResponse | StreamingHttpResponse:
    if request.method == "HEAD":
        download.close()
        return StreamingHttpResponse(iter(()))
    try:
        first = next(iter(download))
    except BaseException:
        download.close()
        raise
    if len(first) < downloads.BLOCK:
        # That is all of it, so its length is known.
        download.close()
        whole = zlib.compress(first, wbits=16 + zlib.MAX_WBITS) if packed else first
        return HttpResponse(whole)
    return StreamingHttpResponse(_Body(first, download, packed))


class _Body:
    """What the server iterates, and closes in any case: also when the reader has gone."""

    def __init__(self, first: bytes, download: downloads.Download, packed: bool) -> None:
        self._download = download
        blocks = _chained(first, download)
        self._blocks = downloads.zipped(blocks) if packed else blocks

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def close(self) -> None:
        self._download.close()


def _chained(first: bytes, download: downloads.Download) -> Iterator[bytes]:
    yield first
    yield from download


def _name(asked: downloads.Asked) -> str:
    when = f"-{asked.checkpoint.as_of:%Y-%m-%d-%H%M}" if asked.checkpoint else ""
    return f"{asked.letter.slug}-signatories{when}"


def _with_headers(response: HttpResponseBase, version: str) -> HttpResponseBase:
    response["ETag"] = f'"{version}"'
    response["Cache-Control"] = CACHE_CONTROL
    response["X-Accel-Expires"] = NGINX_SECONDS
    response["Vary"] = "Accept-Encoding"
    readable_everywhere(response)
    return response


def _later(request: HttpRequest, ending: str, *, status: int, seconds: int) -> HttpResponse:
    if ending == "json":
        response = problem(
            status=status,
            title="Too many downloads" if status == 429 else "Busy",
            detail=f"Please try again in {seconds // 60} minutes or less; Retry-After says when.",
        )
    else:
        response = render(request, "signatures/download_later.html", {}, status=status)
        response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(seconds)
    readable_everywhere(response)
    return response
