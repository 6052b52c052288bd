"""Updates for everyone to read: news of their time, without any count beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.letters.models import Text
from campaign.letters.texts import published_texts, translation_for
from campaign.pages import render_page
from campaign.shared_pages import reads, shared_page
from signatures.press import public_updates
from signatures.press.public_updates import PublicUpdate
from signatures.views.public.base import (
    LetterPage,
    asked_here,
    letter_languages,
    public_letter,
    translation_here,
)
from signatures.views.public.feeds import address_of, answer_with, before_of, paged_feed


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatesContext(LetterPage):
    updates: Sequence[PublicUpdate]
    feed: str
    next_url: str | None
    first_url: str | None


@require_safe
@shared_page
@reads("before")
def updates(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    before = before_of(request)
    page = public_updates.page(
        letter=letter,
        published=list(published_texts(letter=letter)),
        language=get_language() or "en",
        before=before,
    )
    here = reverse("updates", args=[slug])
    context = UpdatesContext(
        letter=letter,
        translation=translation_here(text),
        updates=page.rows,
        feed=address_of(letter, "updates_feed"),
        next_url=None if page.next is None else f"{here}?before={page.next}",
        first_url=None if before is None else here,
        languages=letter_languages(text, "updates", slug, query=asked_here(request, "before")),
    )
    return render_page(request, "signatures/public/updates.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateContext(LetterPage):
    shown: PublicUpdate
    # The text that stands, where another one stood then.
    replaced: Text | None


@require_safe
@shared_page
def update(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Under the title of the text that stood when it was sent."""
    letter, text = public_letter(slug)
    language = get_language() or "en"
    found = public_updates.find(
        letter=letter,
        published=list(published_texts(letter=letter)),
        language=language,
        number=number,
    )
    if found is None:
        raise Http404
    here = translation_here(text)
    context = UpdateContext(
        letter=letter,
        translation=translation_for(text=found.text, language=language) or here,
        shown=found,
        replaced=None if found.is_of_current_text else text,
        languages=letter_languages(text, "update", slug, number),
    )
    return render_page(request, "signatures/public/update.html", context)


@require_safe
@shared_page
@reads("before")
def updates_feed(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    title = translation_here(text).title
    page = public_updates.page(
        letter=letter,
        published=list(published_texts(letter=letter)),
        language=get_language() or "en",
        before=before_of(request),
    )
    feed = paged_feed(
        request,
        letter,
        title=_("News of “%(title)s”") % {"title": title},
        page="updates",
        feed="updates_feed",
        next_before=page.next,
    )
    for each in page.rows:
        feed.add_item(
            title=each.words.subject,
            link=address_of(letter, "update", each.update.number),
            description=each.html,
            pubdate=each.at,
            updateddate=each.at,
            language=each.words.language,
        )
    return answer_with(feed)
