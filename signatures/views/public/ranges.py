"""A file that is whole before it is sent, and a part of it for who asks for one.

One range of bytes (RFC 9110, sections 13.1.5 and 14); of several, the whole is sent, which the
standard leaves free. Packed, it goes whole.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from campaign.conditional import conditional_get
from signatures.press.downloads import zipped
from signatures.press.snapshot_csv import Known, Written
from signatures.views.public import files
from signatures.views.public.cors import readable_everywhere

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)
_BLOCK = 64 * 1024


def without_body(
    request: HttpRequest, known: Known, headers: Mapping[str, str]
) -> HttpResponseBase | None:
    """304, 416 and what HEAD gets, for which nobody needs the file; None for the others."""
    etag = _etag(request, known)
    if unchanged := conditional_get(request, etag=etag):
        return files.with_headers(unchanged, etag)
    asked = _asked(request, known)
    if asked is not None and not asked:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{known.size}"
        # No cache shall give it to who asks for the whole.
        response["Cache-Control"] = "no-store"
        readable_everywhere(response)
        return response
    if request.method == "HEAD":
        # Of any other, Django's middleware would write the length of what is sent.
        return _told(request, StreamingHttpResponse(iter(())), known, headers)
    return None


def answer(
    request: HttpRequest, written: Written, headers: Mapping[str, str], closing: ExitStack
) -> HttpResponseBase:
    """Any of them; what is sent does the `closing`, whether its reader stays or not."""
    if told := without_body(request, written, headers):
        return told
    part = _asked(request, written) or range(written.size)
    body = _Body(written.file, part, _is_packed(request), closing.pop_all())
    return _told(request, StreamingHttpResponse(body), written, headers)


def _told(
    request: HttpRequest,
    response: StreamingHttpResponse,
    known: Known,
    headers: Mapping[str, str],
) -> HttpResponseBase:
    for name, value in headers.items():
        response[name] = value
    asked = _asked(request, known)
    if _is_packed(request):
        response["Content-Encoding"] = "gzip"
    else:
        response["Accept-Ranges"] = "bytes"
        response["Content-Length"] = str(known.size if asked is None else len(asked))
    if asked is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{known.size}"
    return files.with_headers(response, _etag(request, known))


def _is_packed(request: HttpRequest) -> bool:
    """A part is of the file as it is."""
    return files.takes_gzip(request) and "Range" not in request.headers


def _etag(request: HttpRequest, known: Known) -> str:
    return f'"{known.sha256[:32]}{"z" if _is_packed(request) else ""}"'


def _asked(request: HttpRequest, known: Known) -> range | None:
    """Which bytes: none if the file ends before them, and None for the whole."""
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    etag = _etag(request, known)
    # Of another version, a part would not fit to what the reader has.
    if request.method != "GET" or not match or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if first:
        if last and int(last) < int(first):
            # Which is no range.
            return None
        return range(int(first), min(int(last) + 1, known.size) if last else known.size)
    return range(max(known.size - int(last), 0), known.size) if last else None


class _Body:
    """What the server iterates, and closes in any case: also when the reader has gone."""

    def __init__(self, file: IO[bytes], part: range, packed: bool, closing: ExitStack) -> None:
        file.seek(part.start)
        blocks = _read(file, len(part))
        self._blocks = zipped(blocks) if packed else blocks
        self._closing = closing

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def close(self) -> None:
        self._closing.close()


def _read(file: IO[bytes], left: int) -> Iterator[bytes]:
    while block := file.read(min(_BLOCK, left)):
        left -= len(block)
        yield block
