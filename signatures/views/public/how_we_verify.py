"""What each level of proof is worth, and how many have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.record import tally
from signatures.verification import levels, registry
from signatures.verification.method import Method, Word
from signatures.views.public.base import SitePage, interface_languages


@dataclass(frozen=True, slots=True, kw_only=True)
class HowWeVerifyContext(SitePage):
    counted: Mapping[str, int]
    methods: Mapping[str, Sequence[Method]]
    by_list: int
    by_call: int


@require_safe
@shared_page
def how_we_verify(request: HttpRequest) -> HttpResponse:
    counted = tally.levels_of_site()
    by_list, by_call = levels.by_list_and_by_call()
    context = HowWeVerifyContext(
        counted={f"level_{level}": count for level, count in counted.items()},
        methods={
            word.name.lower(): [each for each in registry.every() if each.word == word]
            for word in Word
        },
        by_list=by_list,
        by_call=by_call,
        languages=interface_languages("how_we_verify"),
    )
    return render_page(request, "signatures/public/how_we_verify.html", context)
