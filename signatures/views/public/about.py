"""What this site is, who runs it, and what it keeps of whom, as long as the code keeps it."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign import languages
from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures import links, retention
from signatures.views.public.base import SitePage, interface_languages


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutContext(SitePage):
    operator: str
    funding: str
    contact: str
    contact_url: str
    confirm_days: int
    unconfirmed_days: int
    network_days: int
    delivery_days: int


@require_safe
@shared_page
def about(request: HttpRequest) -> HttpResponse:
    language = languages.interface_for(get_language() or "en")
    contact = settings.OPERATOR_CONTACT
    context = AboutContext(
        operator=settings.OPERATOR_NAME[language],
        funding=settings.OPERATOR_FUNDING[language],
        contact=contact,
        contact_url=contact if "://" in contact else f"mailto:{contact}" if contact else "",
        confirm_days=links.TIME_TO_CONFIRM.days,
        unconfirmed_days=retention.UNCONFIRMED_FOR.days,
        network_days=retention.NETWORKS_FOR.days,
        delivery_days=retention.DELIVERIES_FOR.days,
        languages=interface_languages("about"),
    )
    return render_page(request, "signatures/public/about.html", context)
