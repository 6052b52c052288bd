"""A letter's numbers, live, for everybody in its team; and words for links to it, which those who
write it choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.letters.models import Letter, LetterState
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    letter_to_see,
    may_change,
    recorded,
)
from campaign.pages import PageContext
from campaign.templatetags.locale_format import number
from signatures import campaign_tags
from signatures.errors import NothingChanged, TooManyTags
from signatures.forms.desk.campaign_tags import TagForm
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
    # To which a word is added.
    address: str
    tags: Sequence[str]
    may_change: bool
    form: TagForm


@desk_view("GET", "HEAD")
def numbers(request: DeskRequest, slug: str) -> HttpResponse:
    letter, found = _numbers(request, slug)
    return _page(request, letter, found, TagForm())


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


@desk_view("POST")
def add_tag(request: DeskRequest, slug: str) -> HttpResponse:
    letter = _letter_to_link(request, slug)
    form = TagForm(request.POST)
    if not form.is_valid():
        return _page(request, letter, counted.read(letter=letter, now=timezone.now()), form)
    try:
        with recorded(request, letter, "add_campaign_tag"):
            campaign_tags.add(letter=letter, organizer=request.user, tag=form.cleaned_data["tag"])
    except NothingChanged:
        messages.info(request, _("This word is there already."))
    except TooManyTags:
        told = _("A letter has at most %(most)s words for links. Take out one that is not needed.")
        messages.error(request, told % {"most": number(campaign_tags.MAX_TAGS)})
    else:
        messages.success(request, _("Added. People who come by this link are counted from now on."))
    return _back(slug)


@desk_view("POST")
def remove_tag(request: DeskRequest, slug: str, tag: str) -> HttpResponse:
    letter = _letter_to_link(request, slug)
    try:
        with recorded(request, letter, "remove_campaign_tag"):
            campaign_tags.remove(letter=letter, tag=tag)
    except NothingChanged:
        messages.info(request, _("This word was taken out already."))
    else:
        messages.success(request, _("Taken out. The link still leads to the letter."))
    return _back(slug)


def _letter_to_link(request: DeskRequest, slug: str) -> Letter:
    letter = letter_to_change(request, slug)
    if letter.state == LetterState.DRAFT:
        raise Http404
    return letter


def _page(request: DeskRequest, letter: Letter, found: Numbers, form: TagForm) -> HttpResponse:
    parts = (found.hours, found.languages, found.sources, found.mail, found.vetting)
    context = NumbersContext(
        about=about(letter),
        numbers=found,
        tables=tables(found),
        is_cut=None in parts,
        address=f"{settings.SITE_URL}{reverse('letter', args=[letter.slug])}?from=",
        tags=campaign_tags.all_of(letter=letter),
        may_change=may_change(request, letter),
        form=form,
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/numbers/numbers.html", context, status=status)


def _back(slug: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk_numbers', args=[slug])}#links", status=303)


def _numbers(request: DeskRequest, slug: str) -> tuple[Letter, Numbers]:
    letter = letter_to_see(request, slug)
    if letter.state == LetterState.DRAFT:
        raise Http404
    return letter, counted.read(letter=letter, now=timezone.now())
