"""Who has the content already: whatever If-None-Match can hold, and what a 304 tells."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from campaign.conditional import conditional_get
from campaign.shared_pages import SharedPagesMiddleware, shared_page

ETAG = '"0123456789abcdef"'


def asking(given: str | None, method: str = "GET") -> HttpRequest:
    headers = {} if given is None else {"If-None-Match": given}
    return RequestFactory().generic(method, "/", headers=headers)


@pytest.mark.parametrize(
    ("given", "is_known"),
    [
        (ETAG, True),
        (f"W/{ETAG}", True),
        (f'"x", {ETAG}', True),
        (f'W/"x",W/{ETAG} ,"y"', True),
        (f"  {ETAG}  ", True),
        # As broken lists are read: by what of them can be.
        (f'x, {ETAG}, "', True),
        ("*", True),
        (" * ", True),
        (None, False),
        ("", False),
        ('"x"', False),
        # No entity tags.
        (ETAG.strip('"'), False),
        (f"w/{ETAG}", False),
        (f"W/ {ETAG}", False),
        (f'"{ETAG}"', False),
        (f'"x"{ETAG}', False),
        (f"{ETAG}-gzip", False),
        # Others, which only begin, end or hold the same.
        (f'{ETAG[:-1]}z"', False),
        (f'"x{ETAG[1:]}', False),
        (f"{ETAG}; *", False),
        ('"*"', False),
        (f"*, {ETAG}", True),
        ('*, "x"', False),
        ("\x00", False),
        ('"' * 10_000, False),
        ("," * 10_000, False),
    ],
)
def test_who_has_it_already(given: str | None, is_known: bool) -> None:
    assert (conditional_get(asking(given), etag=ETAG) is not None) is is_known
    assert (conditional_get(asking(given, "HEAD"), etag=ETAG) is not None) is is_known
    assert conditional_get(asking(given, "POST"), etag=ETAG) is None
    # An answer without a tag is nobody's.
    assert conditional_get(asking(given), etag="") is None


def test_an_unchanged_answer_keeps_its_headers_but_those_of_its_body() -> None:
    kept = {
        "Cache-Control": "public, max-age=10",
        "Content-Location": "/here",
        "Date": "Mon, 30 Nov 2026 09:00:00 GMT",
        "ETag": ETAG,
        "Expires": "Mon, 30 Nov 2026 10:00:00 GMT",
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Content-Security-Policy": "default-src 'none'",
    }
    of_the_body = {
        "Content-Type": "text/csv",
        "Content-Length": "12",
        "content-encoding": "gzip",
        "Content-Disposition": "attachment",
        "Content-Language": "en",
    }
    headers = (kept | of_the_body).items()
    response = conditional_get(asking(ETAG), etag=ETAG, headers=headers)
    assert response is not None
    assert (response.status_code, dict(response.items())) == (304, kept)
    assert b"".join(response) == b""


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_shared_page_is_the_same_for_both_ways_to_ask(method: str) -> None:
    site = SharedPagesMiddleware(shared_page(lambda _request: HttpResponse("page")))
    whole = site(asking(None, method))
    known = site(asking(whole["ETag"], method))
    other = site(asking('"x"', method))
    assert [each.status_code for each in (whole, known, other)] == [200, 304, 200]
    assert dict(known.items()) == {
        name: value for name, value in whole.items() if name != "Content-Type"
    }
