"""The same figures as `/metrics`, for site operators to read in the admin."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.pages import PageContext, render_page
from signatures.views.operations.metrics import gauges


class QueueRow(TypedDict):
    words: str
    # What it is called for Prometheus.
    name: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuesContext(PageContext):
    title: str
    rows: Sequence[QueueRow]
    # What each page of the admin has.
    frame: Mapping[str, Any]

    def variables(self) -> dict[str, Any]:
        return {**self.frame, "title": self.title, "rows": self.rows}


@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    """Inside `admin_view`, which lets operators with a second factor in and keeps caches out."""
    context = QueuesContext(
        title=_("What waits"), rows=list(_rows()), frame=admin.site.each_context(request)
    )
    return render_page(request, "admin/queues.html", context)


def _rows() -> Iterator[QueueRow]:
    for name, words, values in gauges(timezone.now()):
        for label, value in values.items():
            yield {"words": words, "name": f"{name}{label}", "value": value}
