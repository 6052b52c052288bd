"""What the API is, for people."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from campaign import limits
from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.views.public.base import SitePage, interface_languages


class Address(TypedDict):
    path: str
    what: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext(SitePage):
    openapi_url: str
    addresses: Sequence[Address]
    quota: int
    count: str


@require_safe
@shared_page
def about(request: HttpRequest) -> HttpResponse:
    context = ApiContext(
        openapi_url=f"{settings.SITE_URL}/api/v1/openapi.json",
        addresses=[{"path": f"/api/v1/{path}", "what": what} for path, what in _ADDRESSES],
        quota=int(limits.Limit.API_FROM_NETWORK.rate.partition("/")[0]),
        count=json.dumps(_COUNT, indent=2),
        languages=interface_languages("api_page"),
    )
    return render_page(request, "signatures/public/api.html", context)


_ADDRESSES = (
    ("letters", _("All public letters, the latest first.")),
    ("letters/<slug>", _("A letter, with each version of its text and that text’s SHA-256.")),
    ("letters/<slug>/count", _("How many have signed, by level, and the checkpoint of the count.")),
    ("letters/<slug>/signatories", _("Who has signed, a hundred at a time.")),
    ("letters/<slug>/signatories/<number>", _("One of them.")),
)
_COUNT = {
    "total": 10513,
    "people": 10490,
    "organisations": 23,
    "anonymous": 412,
    "levels": {"1": 9800, "2": 600, "3": 100, "4": 13},
    "held": 4,
    "size": 10921,
    "root": "Uy7ELSQxKUkuv3MEwjho/v2tVD3FrapCZ82x2xilP7I=",
    "as_of": "2026-10-22T14:05:00Z",
}
