"""What each level of proof is worth, and how many have it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaign.shared_pages import shared_page
from signatures.record import tally
from signatures.verification import levels, registry
from signatures.verification.method import Word
from signatures.views.public.base import interface_languages


@require_safe
@shared_page
def how_we_verify(request: HttpRequest) -> HttpResponse:
    counted = tally.levels_of_site()
    by_list, by_call = levels.by_list_and_by_call()
    context = {
        "counted": {f"level_{level}": count for level, count in counted.items()},
        "methods": {
            word.name.lower(): [each for each in registry.every() if each.word == word]
            for word in Word
        },
        "by_list": by_list,
        "by_call": by_call,
        "languages": interface_languages("how_we_verify"),
    }
    return render(request, "signatures/public/how_we_verify.html", context)
