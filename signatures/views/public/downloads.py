"""The list of signatories as a file, whole or filtered like the page."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from anyascii import anyascii
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign import limits
from campaign.conditional import conditional_get
from campaign.letters.models import Letter
from campaign.operations.models import Feature
from campaign.operations.switches import is_on, off
from campaign.pages import PageContext, render_page
from signatures.errors import TooSlow
from signatures.forms.public.listing import FilterForm
from signatures.listing.queries import Filters
from signatures.press import csv_download, downloads, json_download, xlsx_download
from signatures.views.public import files
from signatures.views.public.base import public_letter, translation_here
from signatures.views.public.cors import readable_everywhere
from signatures.views.public.problems import problem, switched_off

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Of what was typed, in a file's name.
_MAX_TYPED_LETTERS = 40


@require_safe
def signatories_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Separated by commas, unless `separator=semicolon` is asked for."""
    letter, text = public_letter(slug)
    translation_here(text)
    asked = request.GET.copy()
    separator = csv_download.SEPARATORS.get(str(asked.pop("separator", ["comma"])[-1]))
    if separator is None:
        return _not_understood(request, letter, "csv", ["separator"])
    lines = partial(csv_download.lines, separator=separator)
    return _file(
        *(request, letter, lines, "csv", "text/csv; charset=utf-8"),
        asked=asked,
        unfinished=csv_download.unfinished(),
    )


@require_safe
def signatories_xlsx(request: HttpRequest, slug: str) -> HttpResponseBase:
    letter, text = public_letter(slug)
    translation_here(text)
    return _file(request, letter, xlsx_download.lines, "xlsx", _WORKBOOK)


@require_safe
def signatories_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    letter, _text = public_letter(slug)
    return _file(request, letter, json_download.lines, "json", "application/json")


def _file(
    request: HttpRequest,
    letter: Letter,
    lines: downloads.Lines,
    ending: str,
    content_type: str,
    *,
    asked: QueryDict | None = None,
    unfinished: bytes = b"",
) -> HttpResponseBase:
    form = FilterForm(request.GET if asked is None else asked)
    if not _is_on(form):
        return _switched_off(request, ending)
    if wrong := form.not_filters():
        # Else a filter that is misspelt would mean everybody.
        return _not_understood(request, letter, ending, wrong)
    # A workbook is compressed in itself.
    packed = ending != "xlsx" and files.takes_gzip(request)
    version = downloads.version(
        letter=letter, language=get_language() or "en", what=f"{ending}{packed}"
    )
    if unchanged := conditional_get(request, etag=f'"{version}"'):
        return files.with_headers(unchanged, f'"{version}"')
    network = limits.network_key(request)
    if not limits.hit(limits.Limit.DOWNLOADS_FROM_NETWORK, network):
        return _later(request, ending, files.TOO_MANY)
    try:
        download = downloads.open_download(
            letter=letter, filters=form.filters(), lines=lines, unfinished=unfinished
        )
    except TooSlow:
        return _later(request, ending, files.BUSY)
    if ending == "xlsx" and download.asked.listed > xlsx_download.MOST_ROWS:
        download.close()
        return _too_long(request, letter)
    if download.asked.listed > files.LARGE_FILE_ROWS and request.method == "GET":
        refusal = files.no_place(network, download.when_closed)
        if refusal:
            download.close()
            return _later(request, ending, refusal)
    response = _answer(request, download, packed)
    response["Content-Type"] = content_type
    response["Content-Disposition"] = f'attachment; filename="{_name(download.asked)}.{ending}"'
    response["X-Total-Count"] = str(download.asked.listed)
    if packed:
        response["Content-Encoding"] = "gzip"
    return files.with_headers(response, f'"{version}"')


def _is_on(form: FilterForm) -> bool:
    is_search = bool(form.filters().q.strip())
    return is_on(Feature.EXPORTS) and (is_on(Feature.SEARCH) or not is_search)


def _switched_off(request: HttpRequest, ending: str) -> HttpResponse:
    response = switched_off() if ending == "json" else off(request)
    readable_everywhere(response)
    return response


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
    if len(first) < downloads.BLOCK_BYTES:
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


def _name(asked: downloads.ListQuery) -> str:
    """Which list, which names of it and when, in ASCII: `a-letter-signatories-poet-IE-2026-…`."""
    filters = asked.filters
    parts = [
        asked.letter.slug,
        "signatories",
        filters.profession,
        filters.country,
        filters.kind,
        f"level-{filters.level}" if filters.level else "",
        f"text-{filters.version}" if filters.version else "",
        f"name-{slugify(anyascii(filters.q))[:_MAX_TYPED_LETTERS]}".rstrip("-")
        if filters.q.strip()
        else "",
        f"{asked.checkpoint.as_of:%Y-%m-%d-%H%M}" if asked.checkpoint else "",
    ]
    return "-".join(filter(None, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadRefusedContext(PageContext):
    letter: Letter
    wrong: Sequence[str]
    filters: Sequence[str]


def _not_understood(
    request: HttpRequest, letter: Letter, ending: str, wrong: list[str]
) -> HttpResponse:
    if ending == "json":
        response = problem(
            status=422,
            title="Not understood",
            detail="These narrow no list, or have no such value: " + ", ".join(wrong),
        )
    else:
        context = DownloadRefusedContext(
            letter=letter, wrong=wrong, filters=list(Filters.__slots__)
        )
        response = render_page(
            request, "signatures/public/download_refused.html", context, status=422
        )
        response["Cache-Control"] = "no-store"
    readable_everywhere(response)
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadTooLongContext(PageContext):
    letter: Letter
    most: int
    query: str


def _too_long(request: HttpRequest, letter: Letter) -> HttpResponse:
    context = DownloadTooLongContext(
        letter=letter, most=xlsx_download.MOST_ROWS, query=request.GET.urlencode()
    )
    response = render_page(request, "signatures/public/download_too_long.html", context, status=422)
    response["Cache-Control"] = "no-store"
    readable_everywhere(response)
    return response


def _later(request: HttpRequest, ending: str, refusal: files.Refusal) -> HttpResponse:
    if ending != "json":
        return files.later(request, refusal)
    minutes = refusal.seconds // 60
    response = problem(
        status=refusal.status,
        title="Too many downloads" if refusal == files.TOO_MANY else "Busy",
        detail=f"Please try again in {minutes} minutes or less; Retry-After says when.",
    )
    response["Retry-After"] = str(refusal.seconds)
    readable_everywhere(response)
    return response
