"""The site's own log: a page that explains it, and its files for machines."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.listing.counts import base64_of
from signatures.models import Continuation, SiteCheckpoint, SiteEntry, SiteTile
from signatures.record import site_log
from signatures.views.public.base import SitePage, interface_languages
from signatures.views.public.cors import for_other_sites
from signatures.views.public.record import tile_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecordContext(SitePage):
    checkpoint: SiteCheckpoint | None
    root: str
    stamped: SiteCheckpoint | None
    verifier_key: str
    continued: QuerySet[Continuation]


@require_safe
@shared_page
def record(request: HttpRequest) -> HttpResponse:
    latest = site_log.latest()
    context = SiteRecordContext(
        checkpoint=latest,
        root=base64_of(latest.root) if latest else "",
        stamped=site_log.latest_stamped(),
        verifier_key=str(site_log.verifier_of_site()),
        continued=Continuation.objects.filter(letter=None).order_by("-index"),
        languages=interface_languages("site_record"),
    )
    return render_page(request, "signatures/public/site_record.html", context)


@require_safe
@shared_page
@for_other_sites
def checkpoint(_request: HttpRequest) -> HttpResponse:
    latest = site_log.latest()
    if latest is None:
        raise Http404
    return HttpResponse(latest.note, content_type="text/plain; charset=utf-8")


@require_safe
@shared_page
@for_other_sites
def stamped_checkpoint(_request: HttpRequest) -> HttpResponse:
    """What the time-stamp is of: the checkpoint as the site alone signed it."""
    stamped = _stamped()
    return HttpResponse(site_log.own_note(stamped), content_type="text/plain; charset=utf-8")


@require_safe
@shared_page
@for_other_sites
def timestamp(_request: HttpRequest) -> HttpResponse:
    token = bytes(_stamped().timestamp or b"")
    return HttpResponse(token, content_type="application/timestamp-reply")


def _stamped() -> SiteCheckpoint:
    stamped = site_log.latest_stamped()
    if stamped is None:
        raise Http404
    return stamped


@require_safe
@for_other_sites
def tile(_request: HttpRequest, path: str) -> HttpResponse:
    latest = site_log.latest()
    return tile_of(
        path,
        size=latest.size if latest else 0,
        entries=SiteEntry.objects.all(),
        tiles=SiteTile.objects.all(),
    )
