"""Every version of a letter's text that was ever public, and what changed from one to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign import languages
from campaign.letters.difference import Change
from campaign.letters.difference import changes as changes_between
from campaign.letters.models import Letter, Text, Translation
from campaign.letters.texts import published_texts, translation_for
from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.press import standing as standings
from signatures.press.standing import Standing
from signatures.record import tally
from signatures.views.public.base import (
    LetterPage,
    SitePage,
    letter_languages,
    public_letter,
    translation_here,
)
from signatures.views.public.letters import ShownText, shown_text


class ShownVersion(TypedDict):
    text: Text
    translation: Translation
    # By how many, who signed none since.
    signed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsContext(LetterPage):
    text: Text
    versions: Sequence[ShownVersion]


@require_safe
@shared_page
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    checkpoint = tally.latest(letter_id=letter.pk)
    published = list(published_texts(letter=letter))
    context = VersionsContext(
        letter=letter,
        text=text,
        translation=translation_here(text),
        versions=[
            {
                "text": each,
                "translation": _here(each),
                "signed": checkpoint.of_version(each.number).total if checkpoint else 0,
            }
            for each in published
        ],
        languages=letter_languages(text, "versions", slug),
    )
    return render_page(request, "signatures/public/versions.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionContext(SitePage):
    letter: Letter
    text: Text
    stands: Text
    words: ShownText
    standing: Standing


@require_safe
@shared_page
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version as it was published, with those who signed it counted."""
    letter, text = public_letter(slug)
    read = _published(slug, number)
    shown = _here(read)
    standing = standings.now(letter=letter, text=read)
    context = VersionContext(
        letter=letter,
        text=read,
        stands=text,
        words=shown_text(shown, read),
        standing=standing,
        languages=letter_languages(read, "version", slug, number),
    )
    return render_page(request, "signatures/public/version.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesContext(LetterPage):
    replaced: Text | None
    before: Text
    after: Text
    signed: Sequence[tuple[Text, int]]
    corrections: Sequence[Text]
    is_correction: bool
    changes: Sequence[Change]


@require_safe
@shared_page
def changes(request: HttpRequest, slug: str, before: int, after: int) -> HttpResponse:
    letter, text = public_letter(slug)
    if before >= after:
        raise Http404
    earlier, later = _published(slug, before), _published(slug, after)
    between = [each for each in published_texts(letter=letter) if before < each.number <= after]
    checkpoint = tally.latest(letter_id=letter.pk)
    context = ChangesContext(
        letter=letter,
        translation=_here(later),
        replaced=text if later.number != text.number else None,
        before=earlier,
        after=later,
        signed=[
            (each, checkpoint.of_version(each.number).total if checkpoint else 0)
            for each in (later, earlier)
        ],
        corrections=[each for each in between if each.corrects is not None],
        is_correction=all(each.corrects is not None for each in between),
        changes=changes_between(earlier.translations.all(), later.translations.all()),
        languages=letter_languages(later, "changes", slug, before, after),
    )
    return render_page(request, "signatures/public/changes.html", context)


def _published(slug: str, number: int) -> Text:
    """404 for a version that is not public, whatever the reason."""
    letter, _text = public_letter(slug)
    found = next((each for each in published_texts(letter=letter) if each.number == number), None)
    if found is None:
        raise Http404
    return found


def _here(text: Text) -> Translation:
    """In the language of the path; a version that lacks it, in the one that counts."""
    language = get_language() or "en"
    found = translation_for(text=text, language=language)
    if found is None or (found.language != language and language not in languages.INTERFACE):
        raise Http404
    return found
