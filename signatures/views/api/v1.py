"""Version 1 of the API: letters, their counts, and who signed them."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError

from campaign.keyset import page_of
from campaign.letters.models import Letter, Text
from campaign.letters.texts import current_texts, main_translation, published_numbers
from signatures.errors import TooSlow
from signatures.listing import list_page, pagination, queries
from signatures.listing.counts import told_count, told_versions
from signatures.models import Checkpoint
from signatures.names import countries
from signatures.press import serializers
from signatures.record import tally
from signatures.views.api import schemas
from signatures.views.api.description import described
from signatures.views.public.base import public_letter
from signatures.views.public.problems import not_there, problem

LETTERS_PER_PAGE = 50
_ROOT = "/api/v1/"
_DESCRIPTION = (
    "Open letters, their exact counts, and who signed them. Nothing is needed to read it: no key, "
    "no cookie. Pages follow each other by `next`. Answers carry an `ETag`; ask with "
    "`If-None-Match`. `RateLimit` says how many requests your network has left. For a whole list "
    "take the file: /letters/<slug>/signatories.csv or .json. Quote a count with its `as_of`."
)

api = NinjaAPI(
    title="Undersigned",
    version="1",
    description=_DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api_v1",
    servers=[{"url": settings.SITE_URL}],
)

# What is wrong where a parameter has not its form.
_FORMS = {
    "slug": "Use letters, digits, hyphens and underscores alone.",
    "country": "Use a code of ISO 3166-1 alpha-2, in capitals.",
    "after": "This is no place to go on from: take it from `next`.",
}
_REFUSALS = {(404, 422, 429): schemas.Problem}


class WrongParameters(Exception):
    """Each with its name and what is wrong with it."""

    def __init__(self, **errors: str) -> None:
        super().__init__()
        self.errors = errors


@api.get("letters", response={200: schemas.Letters, **_REFUSALS}, summary="All public letters")
def letters(request: HttpRequest, wanted: Query[schemas.LettersWanted]) -> dict[str, Any]:
    """The latest first, fifty at a time; `after` is the slug of the last one on the page before."""
    _only(request, "after")
    public = Letter.objects.public().newest_first()
    if wanted.after:
        last = public.filter(slug=wanted.after).first()
        if last is None:
            raise WrongParameters(after="There is no such letter: take this from `next`.")
        earlier = Q(since=last.public_since, pk__lt=last.pk)
        public = public.filter(Q(since__lt=last.public_since) | earlier)
    page = page_of(public, size=LETTERS_PER_PAGE, cursor=lambda letter: letter.slug)
    shown = page.rows
    texts, tallies = current_texts(letters=shown), tally.latest_of(letters=shown)
    numbers = published_numbers(letters=shown)
    return {
        "letters": [
            _letter(each, texts[each.pk], tallies.get(each.pk), numbers[each.pk])
            for each in shown
            if each.pk in texts
        ],
        "next": _next("letters", {"after": page.next}) if page.next else None,
    }


@api.get(
    "letters/{slug}",
    response={200: schemas.LetterInFull, **_REFUSALS},
    summary="A letter and its texts",
)
def letter(request: HttpRequest, slug: Path[schemas.Slug]) -> dict[str, Any]:
    _only(request)
    found, text = public_letter(slug)
    latest = tally.latest(letter_id=found.pk)
    texts = serializers.told_texts(letter=found)
    numbers = sorted({each["version"] for each in texts})
    return _letter(found, text, latest, numbers) | {"texts": texts}


@api.get(
    "letters/{slug}/count",
    response={200: schemas.Count, **_REFUSALS},
    by_alias=True,
    summary="How many have signed",
)
def count(request: HttpRequest, slug: Path[schemas.Slug]) -> dict[str, Any]:
    """The same as at /letters/<slug>/count."""
    _only(request)
    found, _text = public_letter(slug)
    return told_count(letter=found)


@api.get(
    "letters/{slug}/signatories",
    response={200: schemas.Signatories, **_REFUSALS},
    summary="Who has signed",
)
def signatories(
    request: HttpRequest, slug: Path[schemas.Slug], wanted: Query[schemas.Wanted]
) -> dict[str, Any]:
    """Those who let themselves be named, newest first or by name, a hundred at a time.

    A page goes on from a place, not from a count: who withdraws meanwhile moves nobody to another.
    """
    _only(request, *schemas.Wanted.model_fields)
    found, _text = public_letter(slug)
    if wanted.country and wanted.country not in countries.names("en"):
        raise WrongParameters(country="No such country: use a code of ISO 3166-1 alpha-2.")
    after = _place(wanted)
    filters = queries.Filters(
        q=wanted.q,
        profession=wanted.profession or "",
        country=wanted.country or "",
        level=wanted.level,
        kind=wanted.kind or "",
        version=wanted.version,
    )
    page = list_page.read(letter=found, filters=filters, after=after, order=wanted.order).page
    asked = wanted.model_dump(exclude_defaults=True) | {"after": str(page.next)}
    here = f"letters/{found.slug}/signatories"
    return {
        "signatories": _signatories(found, page.rows),
        "next": _next(here, asked) if page.next else None,
    }


@api.get(
    "letters/{slug}/signatories/{number}",
    response={200: schemas.SignatoryTold, **_REFUSALS},
    summary="One of them",
)
def signatory(
    request: HttpRequest, slug: Path[schemas.Slug], number: Path[schemas.Number]
) -> dict[str, Any]:
    """By number. Whoever is not in the list gives the same answer as nobody."""
    _only(request)
    found, _text = public_letter(slug)
    one = queries.signatory(letter=found, number=number)
    if one is None:
        raise Http404
    return _signatories(found, [one])[0]


@api.exception_handler(Http404)
def _not_there(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return not_there()


@api.exception_handler(TooSlow)
def _too_slow(_request: HttpRequest, _error: Exception) -> HttpResponse:
    response = problem(
        status=503,
        title="Too slow",
        detail="The names were not found in the time that we have for it. Type more of the name.",
    )
    response["Retry-After"] = "10"
    return response


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _wrong({str(each["loc"][-1]): _in_words(each) for each in error.errors})


@api.exception_handler(WrongParameters)
def _wrong_parameters(_request: HttpRequest, error: WrongParameters) -> HttpResponse:
    return _wrong(error.errors)


def _in_words(error: dict[str, Any]) -> str:
    """Whoever reads it may not read regular expressions."""
    if error["type"] == "string_pattern_mismatch":
        return _FORMS[str(error["loc"][-1])]
    return str(error["msg"])


def openapi(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(_schema(), content_type="application/json")


@cache
def _schema() -> bytes:
    return json.dumps(described(api, path_prefix=_ROOT), default=str).encode()


patterns = [path("openapi.json", openapi, name="openapi"), *api.urls[0]]


def _wrong(errors: dict[str, str]) -> HttpResponse:
    return problem(
        status=422,
        title="Wrong parameters",
        detail="Some parameters cannot be used as they are.",
        errors=[{"parameter": name, "detail": said} for name, said in errors.items()],
    )


def _only(request: HttpRequest, *known: str) -> None:
    """A filter that is misspelt shall not mean everybody, nor one of two be left out silently."""
    wrong = {name[:80]: "There is no such parameter." for name in request.GET.keys() - {*known}}
    for name in known:
        if len(request.GET.getlist(name)) > 1:
            wrong[name] = "Give this once."
    if wrong:
        raise WrongParameters(**wrong)


def _place(wanted: schemas.Wanted) -> pagination.Place | None:
    """A place of the one order is none of the other: it would silently lead somewhere else."""
    place = pagination.Place.parse(wanted.after)
    if wanted.after and place is None:
        raise WrongParameters(after="This is no place in the list: take it from `next`.")
    if place and (place.key is not None) != (wanted.order == pagination.Order.NAME):
        raise WrongParameters(after="This is a place of the other order: take it from `next`.")
    return place


def _letter(
    found: Letter, text: Text, latest: Checkpoint | None, numbers: Sequence[int]
) -> dict[str, Any]:
    main = main_translation(text)
    return {
        "slug": found.slug,
        "title": main.title if main else "",
        "state": found.state,
        "published_at": found.public_since,
        "closes_at": found.closes_at,
        "closed_at": found.closed_at,
        "languages": [each.language for each in text.translations.all()],
        "version": text.number,
        "total": latest.total if latest else 0,
        "versions": told_versions(checkpoint=latest, numbers=numbers),
        "as_of": latest.as_of if latest else None,
        "page": serializers.page_of(found),
        "url": f"{settings.SITE_URL}{_ROOT}letters/{found.slug}",
    }


def _signatories(found: Letter, listed: Sequence[queries.ListedSignatory]) -> list[dict[str, Any]]:
    texts, page = serializers.signed_texts(letter=found), serializers.page_of(found)
    return [
        serializers.told_signatory(each.row, signed=texts[each.row.translation_id])
        | {
            "signed_by": serializers.told_authority(each.authority),
            "proofs": [serializers.told_proof(proof) for proof in each.proofs],
            "page": f"{page}signatories/{each.row.number}/",
        }
        for each in listed
    ]


def _next(where: str, asked: dict[str, Any]) -> str:
    return f"{settings.SITE_URL}{_ROOT}{where}?{urlencode(asked)}"
