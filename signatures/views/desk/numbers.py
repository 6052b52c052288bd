"""A letter's numbers, live, for everybody in its team."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils import timezone

from campaign.letters.models import Letter, LetterState
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_see,
)
from campaign.pages import PageContext
from signatures.overview import numbers as counted
from signatures.overview.numbers import Numbers
from signatures.views.desk.number_tables import Table, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersContext(PageContext):
    about: AboutLetter
    numbers: Numbers
    tables: Sequence[Table]
    # Whether a part took too long to count.
    is_cut: bool


@desk_view("GET", "HEAD")
def numbers(request: DeskRequest, slug: str) -> HttpResponse:
    letter, found = _numbers(request, slug)
    parts = (found.hours, found.languages, found.mail, found.vetting)
    context = NumbersContext(
        about=about(letter), numbers=found, tables=tables(found), is_cut=None in parts
    )
    return desk_page(request, "signatures/desk/numbers/numbers.html", context)


@desk_view("GET", "HEAD")
def table(request: DeskRequest, slug: str, name: str) -> HttpResponse:
    """One of the tables as a file."""
    letter, found = _numbers(request, slug)
    for each in tables(found):
        if each.name == name:
            file = f"{letter.slug}-{name}-{found.at:%Y-%m-%d}.csv"
            return HttpResponse(
                each.csv(),
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="{file}"'},
            )
    raise Http404


def _numbers(request: DeskRequest, slug: str) -> tuple[Letter, Numbers]:
    letter = letter_to_see(request, slug)
    if letter.state == LetterState.DRAFT:
        raise Http404
    return letter, counted.read(letter=letter, now=timezone.now())
