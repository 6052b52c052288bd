"""The site's own log: a page that explains it, and its files for machines."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaign.shared_pages import shared_page
from signatures.models import SiteEntry, SiteTile
from signatures.press.counts import base64_of
from signatures.record import site_log
from signatures.views.letters import interface_languages
from signatures.views.record import tile_of


@require_safe
@shared_page
def record(request: HttpRequest) -> HttpResponse:
    latest = site_log.latest()
    context = {
        "checkpoint": latest,
        "root": base64_of(latest.root) if latest else "",
        "verifier_key": str(site_log.verifier_of_site()),
        "languages": interface_languages("site_record"),
    }
    return render(request, "signatures/site_record.html", context)


@require_safe
@shared_page
def checkpoint(_request: HttpRequest) -> HttpResponse:
    latest = site_log.latest()
    if latest is None:
        raise Http404
    return HttpResponse(latest.note, content_type="text/plain; charset=utf-8")


@require_safe
def tile(_request: HttpRequest, path: str) -> HttpResponse:
    latest = site_log.latest()
    return tile_of(
        path,
        size=latest.size if latest else 0,
        entries=SiteEntry.objects.all(),
        tiles=SiteTile.objects.all(),
    )
