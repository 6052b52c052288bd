"""What a page is made of: one typed context, whose fields are all that its template reads."""

from dataclasses import dataclass, fields
from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class LanguageLink(TypedDict):
    """The same page in another language."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """The variables of one template, each a field.

    A field that is such a context itself is a part that several pages share: the template reads
    its fields beside the others. No two have a name in common.
    """

    def variables(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            found |= value.variables() if isinstance(value, PageContext) else {field.name: value}
        return found


def render_page(
    request: HttpRequest,
    template: str,
    context: PageContext,
    *,
    status: int = 200,
    content_type: str | None = None,
) -> HttpResponse:
    return render(request, template, context.variables(), status=status, content_type=content_type)
