"""Open letters, one letter, its text as bytes, and what the numbers mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign import languages
from campaign.letters import markdown
from campaign.letters import organisations as behind
from campaign.letters.models import Letter, LetterState, Organisation, Text, Translation
from campaign.letters.texts import (
    current_texts,
    published_texts,
    translation_for,
)
from campaign.pages import PageContext, render_page
from campaign.shared_pages import shared_page
from signatures.forms.signer.signing import SignForm
from signatures.listing import notables, queries
from signatures.models import Checkpoint, Handover
from signatures.moderation import queue
from signatures.press import public_updates
from signatures.press import standing as standings
from signatures.press.handover import noting as handing_over
from signatures.press.standing import Group, Standing
from signatures.record import tally as tallying
from signatures.views.public.base import (
    SitePage,
    interface_languages,
    letter_languages,
    public_letter,
    translation_here,
)
from signatures.views.public.cors import for_other_sites
from signatures.views.public.pictures import HeadShown, head_of_letter

LETTERS_ON_HOME = 50
NAMES_ON_LETTER = 48
_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText(PageContext):
    """What the templates of a letter's words need."""

    translation: Translation
    body_html: SafeString
    # The translation that counts where they differ, if it is another.
    authoritative: Translation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContext(SitePage):
    letter: Letter
    text: Text
    words: ShownText
    standing: Standing
    form: SignForm
    notables: Sequence[Group]
    signed_by: Sequence[Group]
    is_open: bool
    not_yet_open: bool
    paused: bool
    closed: bool
    being_checked: bool
    has_updates: bool
    head: HeadShown | None
    organisations: Sequence[Organisation]
    # The latest, if it was delivered to anybody.
    handover: Handover | None
    preview: bool = False
    # Where the form leads, if elsewhere than here: in a preview.
    form_url: str = ""
    errors: bool
    # Under attack, once the form was sent: what the browser computes before it is sent again.
    challenge: str = ""


def letter_context(
    *,
    letter: Letter,
    text: Text,
    shown: Translation,
    form: SignForm | None = None,
    challenge: str = "",
) -> LetterContext:
    now = timezone.now()
    is_open = letter.is_open(now=now)
    opens_later = letter.opens_later(now=now)
    standing = standings.now(letter=letter, text=text)
    named_first = notables.shown(letter=letter)
    others = queries.newest(letter=letter, most=NAMES_ON_LETTER, without=named_first)
    return LetterContext(
        letter=letter,
        text=text,
        words=shown_text(shown, text),
        standing=standing,
        form=form or SignForm(initial={"text": shown.sha256}, letter=letter),
        notables=standing.groups(named_first),
        signed_by=standing.groups(others),
        is_open=is_open,
        not_yet_open=opens_later,
        paused=letter.is_paused,
        closed=not is_open and not opens_later and not letter.is_paused,
        being_checked=letter.state == LetterState.CLOSED and queue.waiting(letter=letter) > 0,
        head=head_of_letter(letter=letter, language=shown.language),
        organisations=behind.named(letter=letter),
        handover=handing_over.latest(letter=letter),
        has_updates=public_updates.shown(letter=letter).exists(),
        errors=bool(form is not None and form.errors),
        challenge=challenge,
        languages=letter_languages(text, "letter", letter.slug),
    )


def shown_text(shown: Translation, text: Text) -> ShownText:
    others = () if shown.is_authoritative else text.translations.all()
    return ShownText(
        translation=shown,
        body_html=markdown.render(shown.body, direction=shown.direction),
        authoritative=next((each for each in others if each.is_authoritative), None),
    )


class LetterOnHome(TypedDict):
    letter: Letter
    translation: Translation | None
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeContext(SitePage):
    letters: Sequence[LetterOnHome]


@require_safe
@shared_page
def home(request: HttpRequest) -> HttpResponse:
    shown = list(Letter.objects.public().newest_first()[:LETTERS_ON_HOME])
    texts = current_texts(letters=shown)
    standing = standings.of_several(texts=texts, letters=shown)
    language = get_language() or "en"
    items: list[LetterOnHome] = [
        {
            "letter": letter,
            "translation": translation_for(text=texts[letter.pk], language=language),
            "standing": standing[letter.pk],
        }
        for letter in shown
        if letter.pk in texts
    ]
    context = HomeContext(letters=items, languages=interface_languages("home"))
    return render_page(request, "signatures/public/home.html", context)


@require_safe
@shared_page
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        found, text = public_letter(slug)
    except Http404:
        gone = Letter.objects.filter(slug=slug, taken_down_at__isnull=False).first()
        if gone is None or get_language() not in languages.INTERFACE:
            raise
        return _taken_down(request, gone)
    context = letter_context(letter=found, text=text, shown=translation_here(text))
    return render_page(request, "signatures/public/letter.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDownContext(SitePage):
    letter: Letter
    # With which its record ended, so that nobody can say that there was nothing.
    checkpoint: Checkpoint | None


def _taken_down(request: HttpRequest, letter: Letter) -> HttpResponse:
    context = TakenDownContext(
        letter=letter,
        checkpoint=tallying.latest(letter_id=letter.pk),
        languages=interface_languages("letter", letter.slug),
    )
    response = render_page(request, "signatures/public/taken_down.html", context, status=_GONE)
    # It can be put back at any moment.
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@for_other_sites
def text_source(request: HttpRequest, slug: str, number: int, language: str) -> HttpResponse:
    """The very bytes that the hash is of, for whoever wants to check it."""
    found = (
        Translation.objects.filter(
            text__letter__in=Letter.objects.public().filter(slug=slug),
            text__number=number,
            language=language,
        )
        .exclude(sha256="")
        .first()
    )
    if found is None:
        raise Http404
    response = HttpResponse(found.source, content_type="text/markdown; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400, immutable"
    return response


@require_safe
@shared_page
def numbers(request: HttpRequest) -> HttpResponse:
    context = SitePage(languages=interface_languages("numbers"))
    return render_page(request, "signatures/public/numbers.html", context)


def all_translations(letter: Letter) -> list[Translation]:
    """Of every version that was published, with their text, newest first."""
    found = []
    for text in published_texts(letter=letter):
        for each in text.translations.all():
            each.text = text
            found.append(each)
    return found
