"""Whatever a request says of its body, it is answered, and not by a fault of ours."""

from collections.abc import Callable
from encodings.aliases import aliases
from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.test import RequestFactory

from campaign.handler import Handler, Request

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
# All of Python's, and what is none.
CODECS = {*aliases.values(), "undefined", "idna", "unicode_escape", "nonsense", "é", ""}


def status(handler: Handler, method: str, content_type: str) -> int:
    body = b"name=%FF%C3"
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/numbers/",
        "QUERY_STRING": "q=%FF%C3&name=x",
        "HTTP_HOST": "testserver",
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    told: list[str] = []

    def start(line: str, _headers: object, _fault: object = None, /) -> Callable[[bytes], object]:
        told.append(line)
        return lambda _written: None

    b"".join(handler(environ, start))
    return int(told[0].split()[0])


def test_no_codec_of_python_is_a_fault_of_ours() -> None:
    handler = Handler()
    for codec in CODECS:
        typed = f"{FORM}; charset={codec}"
        assert (typed, status(handler, "GET", typed)) == (typed, 200)
        assert status(handler, "POST", typed) in (400, 405), typed


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data"])
@pytest.mark.parametrize("name", ["charset", "x", "boundary"])
def test_no_parameter_in_unknown_letters_is_a_fault_of_ours(kind: str, name: str) -> None:
    for codec in ("nonsense", "zlib", "idna", "undefined", "utf-8", ""):
        typed = f"{kind}; {name}*={codec}''%FF"
        assert (typed, status(Handler(), "GET", typed)) == (typed, 200)
        assert status(Handler(), "POST", typed) in (400, 405), typed


def test_forms_are_read_as_they_say() -> None:
    for typed, found in (
        (FORM, "ë"),
        (f"{FORM}; charset=UTF-8", "ë"),
        (f"{FORM}; charset=zlib", ""),
        (f"{FORM}; x*=nonsense''y", ""),
    ):
        environ = RequestFactory().generic("POST", "/", b"name=%C3%AB", content_type=FORM).environ
        request = Request(environ | {"CONTENT_TYPE": typed})
        assert (typed, request.POST.get("name", "")) == (typed, found)
