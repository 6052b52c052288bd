"""Finding a letter's texts: the one that stands, earlier versions, the one being written."""

import hashlib
from collections.abc import Iterable, Iterator

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from campaign.letters.models import Letter, Text, Translation


def _with_translations(texts: QuerySet[Text]) -> QuerySet[Text]:
    """Two queries for any number of texts; the authoritative translation comes first."""
    ordered = Translation.objects.order_by("-is_authoritative", "language")
    return texts.prefetch_related(Prefetch("translations", queryset=ordered))


def published_texts(*, letter: Letter) -> QuerySet[Text]:
    """Every version that the public ever saw, the latest first."""
    published = Text.objects.filter(letter=letter, published_at__isnull=False)
    return _with_translations(published.order_by("-number"))


def current_text(*, letter: Letter) -> Text | None:
    """The text that people sign now: the latest published one."""
    return published_texts(letter=letter).first()


def current_texts(*, letters: Iterable[Letter]) -> dict[int, Text]:
    """The text that stands by the id of its letter, without bodies: two queries for any number."""
    published = Text.objects.filter(letter=OuterRef("letter"), published_at__isnull=False)
    latest = Subquery(published.order_by("-number").values("pk")[:1])
    ordered = Translation.objects.order_by("-is_authoritative", "language").defer("body")
    texts = Text.objects.filter(letter__in=letters, pk=latest)
    return {
        text.letter_id: text
        for text in texts.prefetch_related(Prefetch("translations", queryset=ordered))
    }


def versions(*, letters: Iterable[Letter]) -> dict[int, list[Text]]:
    """Every published version by the id of its letter, newest first, without its translations:
    one query for any number of letters."""
    found: dict[int, list[Text]] = {letter.pk: [] for letter in letters}
    published = Text.objects.filter(letter__in=found, published_at__isnull=False)
    for text in published.order_by("-number"):
        found[text.letter_id].append(text)
    return found


def published_numbers(*, letters: Iterable[Letter]) -> dict[int, list[int]]:
    """The numbers of the same, first to last."""
    return {
        letter_id: [text.number for text in reversed(texts)]
        for letter_id, texts in versions(letters=letters).items()
    }


def languages_of(*, letter: Letter) -> list[str]:
    """Of the text that stands and of the draft, if there is one; the authoritative ones first."""
    texts = (current_text(letter=letter), draft_text(letter=letter))
    spoken = [each.language for text in texts if text for each in text.translations.all()]
    return list(dict.fromkeys(spoken))


def draft_text(*, letter: Letter) -> Text | None:
    """The text being written, if there is one. A constraint allows no second."""
    return _with_translations(Text.objects.filter(letter=letter, published_at=None)).first()


def translation_for(*, text: Text, language: str) -> Translation | None:
    """The text in this language, or else the authoritative translation.

    Asks the database for nothing when the text comes from the functions above.
    """
    translations = list(text.translations.all())
    for translation in translations:
        if translation.language == language:
            return translation
    return next((each for each in translations if each.is_authoritative), None)


def main_translation(*texts: Text | None) -> Translation | None:
    """What the letter goes by: the authoritative translation of the first text that has one."""
    for text in filter(None, texts):
        for translation in text.translations.all():
            if translation.is_authoritative:
                return translation
    return None


def named_in(language: str, *texts: Text | None) -> Translation | None:
    """What the letter is called in this language: the translation of the same text, if there is
    one, or else what the letter goes by."""
    main = main_translation(*texts)
    for text in filter(None, texts):
        if main and text.pk == main.text_id:
            return translation_for(text=text, language=language)
    return main


def letters_with_titles(
    letters: QuerySet[Letter], *, language: str = ""
) -> Iterator[tuple[Letter, Translation | None]]:
    """Each letter with the translation that names it, in this language where there is one: in three
    queries, and no body loaded."""
    named = Translation.objects.filter(Q(is_authoritative=True) | Q(language=language))
    named = named.defer("body")
    texts = Text.objects.prefetch_related(Prefetch("translations", queryset=named))
    for letter in letters.prefetch_related(Prefetch("texts", queryset=texts)):
        ordered = sorted(
            letter.texts.all(),
            key=lambda text: (text.published_at is not None, text.number),
            reverse=True,
        )
        yield letter, named_in(language, *ordered)


def seal_of(translations: Iterable[Translation]) -> str:
    """One hash over all languages and the choice of the authoritative one."""
    lines = sorted(
        f"{each.language} {each.is_authoritative} {each.hash_of_source()}" for each in translations
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
