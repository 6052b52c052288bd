"""The list of signatories, paged, filtered and searched, and a page for each of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.letters.models import Letter, Text, Translation
from campaign.operations.models import Feature
from campaign.operations.switches import is_on, off
from campaign.pages import PageContext, render_page
from campaign.shared_pages import reads, shared_page
from campaign.templatetags.locale_format import number as in_digits
from signatures import answers
from signatures.errors import TooSlow
from signatures.forms.public.listing import FilterForm
from signatures.listing import attestations, facets, list_page, notables, pagination, queries
from signatures.listing.queries import ListedSignatory
from signatures.models import Authority, Checkpoint, Proof, Signature
from signatures.moderation import search
from signatures.names.folding import search_key
from signatures.press import citing
from signatures.press import standing as standings
from signatures.press.standing import Group, Standing
from signatures.views.public.base import (
    LetterPage,
    NamedUnder,
    NoSignatoryContext,
    SitePage,
    letter_languages,
    named_under,
    public_letter,
    translation_here,
)

_NAMESAKES_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoriesContext(LetterPage):
    by_level: bool
    namesakes: Sequence[tuple[str, int]]
    numbered: Signature | None
    notables: Sequence[Group]
    page: Sequence[ListedSignatory]
    by_name: bool
    next_url: str | None
    previous_url: str | None
    first_url: str | None
    filter_form: FilterForm
    filtered: bool
    found: int | None
    found_at_most: int
    standing: Standing
    tally: Checkpoint | None
    left: int
    download_query: str


@require_safe
@shared_page
@reads("after", *FilterForm.base_fields)
def signatories(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    form = FilterForm(request.GET)
    filters, order, asked = form.filters(), form.order_chosen(), form.asked()
    if filters.q.strip() and not is_on(Feature.SEARCH):
        return off(request)
    after = pagination.Place.parse(request.GET.get("after", ""))
    try:
        found = list_page.read(letter=letter, filters=filters, after=after, order=order)
    except TooSlow:
        return _too_slow(request, letter)
    page = found.page
    form.tell_counts(found.facets)
    here = reverse("signatories", args=[slug])

    def link(place: pagination.Place | None) -> str:
        query = urlencode(asked | ({"after": str(place)} if place else {}))
        return f"{here}?{query}" if query else here

    standing = standings.of(letter=letter, text=text, checkpoint=found.checkpoint)
    filtered = filters != queries.Filters()
    is_head = after is None and order == pagination.Order.NEWEST and not filtered
    rows = page.rows
    # A search that fits one page: a bare namesake never stands above one who was vetted.
    is_one_page = bool(filters.q.strip()) and after is None and page.next is None
    by_level = is_one_page and order == pagination.Order.NEWEST
    if by_level:
        rows = sorted(rows, key=lambda each: (-each.row.level, -(each.row.number or 0)))
    number = search.number_in(filters.q) if filters.q.strip() else None
    numbered = queries.signatory(letter=letter, number=number) if number else None
    context = SignatoriesContext(
        letter=letter,
        translation=translation_here(text),
        by_level=by_level,
        namesakes=_namesakes(rows) if is_one_page else (),
        numbered=numbered.row if numbered else None,
        notables=standing.groups(notables.shown(letter=letter)) if is_head else (),
        page=rows,
        by_name=order == pagination.Order.NAME,
        next_url=link(page.next) if page.next else None,
        previous_url=link(page.previous) if page.has_previous else None,
        first_url=link(None) if page.previous or (after and not page.has_previous) else None,
        filter_form=form,
        filtered=filtered,
        found=found.facets.found,
        found_at_most=facets.SEARCH_UP_TO,
        standing=standing,
        # Of the whole list, whichever text its names stand under.
        tally=found.checkpoint,
        left=_left(found.checkpoint),
        download_query=urlencode({name: asked[name] for name in asked if name != "order"}),
        languages=letter_languages(
            text, "signatories", slug, query=asked | ({"after": str(after)} if after else {})
        ),
    )
    return render_page(request, "signatures/public/signatories.html", context)


def _namesakes(rows: Sequence[queries.ListedSignatory]) -> list[tuple[str, int]]:
    """Names that several of these rows bear, in whatever spelling, and how many."""
    names = [each.row.name for each in rows]
    several = Counter(map(search_key, names))
    first = {search_key(name): name for name in reversed(names)}
    return [(first[key], count) for key, count in several.items() if count > 1][:_NAMESAKES_TOLD]


def _left(checkpoint: Checkpoint | None) -> int:
    """How many numbers were given to signatures that do not count now."""
    return checkpoint.signings - checkpoint.total if checkpoint else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TooSlowContext(PageContext):
    letter: Letter


def _too_slow(request: HttpRequest, letter: Letter) -> HttpResponse:
    response = render_page(
        request,
        "signatures/public/too_slow.html",
        TooSlowContext(letter=letter),
        status=503,
    )
    response["Retry-After"] = "10"
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatoryContext(SitePage):
    letter: Letter
    text: Text
    named: NamedUnder
    number: int
    signatory: Signature
    proofs: Sequence[Proof]
    authority: Authority | None
    answered: Sequence[answers.Answered]
    attested_before: Sequence[Proof]
    statements: Sequence[attestations.Statement]
    history: Sequence[attestations.Step]
    signed: Translation
    citation: citing.Citation


@require_safe
@shared_page
def signatory(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Whoever is not on the list gets the same answer for whatever reason, as does a number that
    was never given."""
    if number > pagination.LARGEST_NUMBER:
        raise Http404
    letter, text = public_letter(slug)
    translation = translation_here(text)
    listed = queries.signatory(letter=letter, number=number)
    languages = letter_languages(text, "signatory", slug, number)
    if listed is None:
        missing = NoSignatoryContext(
            letter=letter, translation=translation, number=number, languages=languages
        )
        return render_page(request, "signatures/public/no_signatory.html", missing, status=404)
    found = listed.row
    named = named_under(found, text=text)
    context = SignatoryContext(
        letter=letter,
        text=text,
        named=named,
        languages=languages,
        number=number,
        signatory=found,
        proofs=listed.proofs,
        authority=listed.authority,
        answered=answers.answered(signature=found, public_only=True)
        if letter.has_questions
        else (),
        attested_before=listed.attested_before,
        statements=attestations.statements(signature=found),
        history=attestations.history(signature=found),
        signed=found.translation,
        citation=citing.Citation(
            title=_("Signature no. %(number)s, %(name)s, under “%(title)s”")
            % {
                "number": in_digits(number),
                "name": found.name,
                "title": named.translation.title,
            },
            site="Undersigned",
            url=settings.SITE_URL + reverse("signatory", args=[slug, number]),
            published=found.confirmed_at,
            read=timezone.now().date(),
            key=f"{letter.slug}-{number}",
        ),
    )
    return render_page(request, "signatures/public/signatory.html", context)
