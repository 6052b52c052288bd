"""Django's door for web servers, which lets in any Content-Type.

What the header names is used as soon as there is a request, before any view or middleware could
answer for a mistake: codecs of Python that are no writing (`rot13`, `zlib`), those that refuse what
they do not know (`idna`), and parameters in a charset that nobody knows. A body of such a kind is
no form to us, as if nothing were said of it.
"""

import codecs
import time
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters

from campaign import answers

READ = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252", "utf-16"}


class Request(WSGIRequest):
    def __init__(self, environ: dict[str, Any]) -> None:
        if not _is_read(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = ""
        super().__init__(environ)


class Handler(WSGIHandler):
    request_class = Request

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = super().get_response(request)
        answers.count(request, response, begun=begun)
        return response


def _is_read(content_type: str) -> bool:
    try:
        charset = parse_header_parameters(content_type)[1].get("charset")
        return charset is None or codecs.lookup(charset).name in READ
    except (LookupError, ValueError):
        return False
