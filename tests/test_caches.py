# ruff: noqa: F401, F811 -- the letter of the leak tests, with everyone who signed it.
"""Caches keep no public page longer than a minute, keep it for everybody, and never with a cookie.

Walks the same addresses as the leak tests do, so that a new page is held to this, too.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve
from django.utils import translation
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from campaign.path_language import language_of
from signatures.models import Because
from signatures.moderation import removal
from tests.signatures.views.visitors import AGREED, link_url
from tests.test_leaks import (
    PUBLIC,
    SHOWN,
    letter,
    log,
    samples,
    signature_of,
    told,
    visitor,
)

pytestmark = pytest.mark.django_db

# For whoever watches the machine, and for who logs in: kept by nobody.
NOT_KEPT = {"healthz", "readyz", "account_login"}
# Bytes that are named by what they hold.
UNCHANGING = {
    "text_source",
    "record_tile",
    "site_tile",
    "press_image",
    "accent_style",
    "head_picture",
}


def parts_of(cache_control: str) -> dict[str, str]:
    """Each directive with its value, in small letters."""
    found = (part.strip().lower().partition("=") for part in cache_control.split(","))
    return {name: value for name, _is, value in found if name}


def asked(client: Client, url: str) -> Any:
    """The answer, read to its end, as what is streamed must be."""
    response = client.get(url)
    assert (url, response.status_code) == (url, 200)
    b"".join(response)
    return response


def addresses(letter: Letter, names: set[str]) -> list[str]:
    """Of the pages of these names, filled in."""
    filled = iter(samples(letter))
    by_name = {name: [next(filled) for _each in several] for name, several in PUBLIC.items()}
    return [url for name in by_name if name in names for url in by_name[name]]


def test_what_may_change_is_kept_for_less_than_a_minute_by_all_caches_together(
    visitor: Client,
    letter: Letter,
) -> None:
    for url in addresses(letter, set(PUBLIC) - NOT_KEPT - UNCHANGING):
        parts = parts_of(asked(visitor, url).get("Cache-Control", ""))
        ages = [
            int(parts.get(name, 0)) for name in ("max-age", "s-maxage", "stale-while-revalidate")
        ]
        assert (url, "public" in parts, "private" in parts) == (url, True, False)
        assert (url, sum(ages) < 60, all(ages)) == (url, True, True)


def test_every_page_names_the_parameters_that_it_is_asked_by(letter: Letter) -> None:
    for url in samples(letter):
        path, _, query = url.partition("?")
        with translation.override(language_of(path)):
            names = getattr(resolve(path).func, "query_names", None)
        if names is not None:
            assert (url, set(QueryDict(query)) - names) == (url, set())


def test_what_never_changes_is_kept_for_ever(visitor: Client, letter: Letter) -> None:
    for url in addresses(letter, UNCHANGING):
        parts = parts_of(asked(visitor, url)["Cache-Control"])
        assert (url, "public" in parts, "immutable" in parts) == (url, True, True)
        assert int(parts["max-age"]) >= 86_400


def test_what_is_for_one_reader_is_kept_by_no_cache(
    visitor: Client,
    letter: Letter,
) -> None:
    for url in addresses(letter, NOT_KEPT):
        parts = parts_of(asked(visitor, url).get("Cache-Control", ""))
        assert (url, "public" in parts, "s-maxage" in parts) == (url, False, False)


def without_clock(text: str) -> str:
    """Without the seconds until a limit starts anew, which pass between two requests."""
    return re.sub(r"(?<=;t=)\d+", "…", text)


def test_no_public_page_sets_a_cookie_or_differs_for_who_has_one(
    visitor: Client,
    letter: Letter,
) -> None:
    with_cookie = Client(headers={"Cookie": "desk=nonsense; other=1", "Accept-Language": "ar"})
    for url in addresses(letter, set(PUBLIC) - NOT_KEPT):
        first, second = visitor.get(url), with_cookie.get(url)
        assert (url, dict(first.cookies), dict(second.cookies)) == (url, {}, {})
        varies = {each.strip().lower() for each in first.get("Vary", "").split(",")} - {""}
        assert (url, varies - {"accept-encoding"}) == (url, set())
        assert without_clock(told(first)) == without_clock(told(second)), url


def test_whoever_has_the_same_already_gets_nothing_again(
    visitor: Client,
    letter: Letter,
) -> None:
    for url in addresses(letter, set(PUBLIC) - NOT_KEPT - UNCHANGING):
        etag = asked(visitor, url).get("ETag", "")
        again = visitor.get(url, headers={"If-None-Match": etag})
        assert (url, again.status_code, b"".join(again)) == (url, 304, b"")
        assert (url, again["ETag"], "Cache-Control" in again) == (url, etag, True)


def withdraws(visitor: Client, _letter: Letter) -> None:
    assert visitor.post(link_url(signature_of(SHOWN), "withdraw/"), AGREED).status_code == 303


def is_removed(_visitor: Client, letter: Letter) -> None:
    organizer = Organizer.objects.get(email="vetter@team.example")
    signature = signature_of(SHOWN)
    removal.remove(
        signature=signature,
        organizer=organizer,
        expected_revision=signature.revision,
        because=Because.NOT_THEM,
    )


@pytest.mark.parametrize("leaves", [withdraws, is_removed])
def test_who_leaves_is_gone_from_every_page_at_the_next_asking(
    visitor: Client,
    letter: Letter,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    leaves: Callable[[Client, Letter], None],
) -> None:
    """Also for a cache that asks whether what it has is still so."""
    urls = addresses(letter, set(PUBLIC) - NOT_KEPT - UNCHANGING)
    before = {url: visitor.get(url) for url in urls}
    shown = {url for url, answer in before.items() if SHOWN.details.name in told(answer)}
    assert len(shown) >= 4
    with django_capture_on_commit_callbacks(execute=True):
        leaves(visitor, letter)
    for url in urls:
        after = visitor.get(url, headers={"If-None-Match": before[url]["ETag"]})
        assert (url, SHOWN.details.name in told(after)) == (url, False)
        assert (url, after.status_code == 304 and url in shown) == (url, False)
