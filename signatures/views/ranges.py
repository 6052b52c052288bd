"""A file that is whole before it is sent, and a part of it for who asks for one.

One range of bytes (RFC 9110, sections 13.1.5 and 14); of several, the whole is sent, which the
standard leaves free.
"""

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from campaign.shared_pages import CACHE_CONTROL
from signatures.press.snapshot_csv import Written
from signatures.views.cross_origin import readable_everywhere

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_BLOCK = 64 * 1024


def answer(
    request: HttpRequest, *, written: Written, content_type: str, name: str
) -> HttpResponseBase:
    """200, 206, 304 or 416. Closes the file in any case."""
    etag = f'"{written.sha256[:32]}"'
    response: HttpResponseBase
    if etag in request.headers.get("If-None-Match", ""):
        written.file.close()
        response = HttpResponse(status=304)
    else:
        response = _body(request, written, etag)
        response["Content-Type"] = content_type
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    readable_everywhere(response)
    return response


def _body(request: HttpRequest, written: Written, etag: str) -> HttpResponseBase:
    asked = request.headers.get("Range", "")
    match = _RANGE.fullmatch(asked)
    # Of another version, a part would not fit to what the reader has.
    if (
        request.method == "GET"
        and match
        and request.headers.get("If-Range", etag) == etag
        and any(match.groups())
    ):
        return _part(written, match[1], match[2])
    response: HttpResponseBase
    if request.method == "HEAD":
        written.file.close()
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(_Part(written.file, 0, written.size))
    response["Content-Length"] = str(written.size)
    return response


def _part(written: Written, first: str, last: str) -> HttpResponseBase:
    if first:
        start = int(first)
        end = min(int(last), written.size - 1) if last else written.size - 1
    else:
        start, end = max(written.size - int(last), 0), written.size - 1
    if start > end:
        written.file.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{written.size}"
        return response
    part = StreamingHttpResponse(_Part(written.file, start, end - start + 1), status=206)
    part["Content-Range"] = f"bytes {start}-{end}/{written.size}"
    part["Content-Length"] = str(end - start + 1)
    return part


class _Part:
    """What the server iterates, and closes in any case: also when the reader has gone."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self._file = file
        self._left = length
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while block := self._file.read(min(_BLOCK, self._left)):
            self._left -= len(block)
            yield block
        self.close()

    def close(self) -> None:
        self._file.close()
