"""The text that is being written: its languages, which of them counts, the next version."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import characters, drafting, errors
from campaign.letters.difference import Piece, difference
from campaign.letters.forms import TranslationForm
from campaign.letters.models import DraftWording, Letter, LetterState, Text, Translation
from campaign.letters.texts import (
    current_text,
    draft_text,
    main_translation,
    published_texts,
    seal_of,
)
from campaign.letters.together import keeping, merging
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    desk_page,
    desk_view,
    letter_to_change,
    letter_to_see,
    may_change,
    named_here,
    recorded,
)
from campaign.letters.views.preview import Preview, preview_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsContext(AboutLetter):
    draft: Text | None
    # Seal of its words, for the button that discards it.
    seen: str
    published: Sequence[Text]
    may_change: bool
    other_languages: Sequence[tuple[str, str]]
    is_closed: bool


@desk_view("GET", "HEAD")
def texts(request: DeskRequest, slug: str) -> HttpResponse:
    """The text that is being written, and every version that was published."""
    letter = letter_to_see(request, slug)
    draft = draft_text(letter=letter)
    published = list(published_texts(letter=letter))
    used = {each.language for each in draft.translations.all()} if draft else set()
    # Those of the interface first: they are asked for most.
    offered = dict.fromkeys((*languages.INTERFACE, *languages.NAMES))
    context = TextsContext(
        letter=letter,
        translation=named_here(*published, draft),
        draft=draft,
        seen=seal_of(draft.translations.all()) if draft else "",
        published=published,
        may_change=may_change(request, letter),
        other_languages=[(code, languages.NAMES[code]) for code in offered if code not in used],
        is_closed=letter.state == LetterState.CLOSED,
    )
    return desk_page(request, "campaign/letters/texts.html", context)


@desk_view("GET", "HEAD")
def choose_language(request: DeskRequest, slug: str) -> HttpResponse:
    """Where the small form "in another language" leads: to the editor of that language."""
    letter = letter_to_change(request, slug)
    language = request.GET.get("language", "")
    if language not in languages.NAMES:
        messages.error(request, _("Choose one of the languages in the list."))
        return redirect("desk_texts", letter.slug)
    return redirect("desk_translation", letter.slug, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationContext(AboutLetter):
    form: TranslationForm
    language: str
    language_name: str
    preview: Preview
    found: Translation | None
    differences: Sequence[tuple[Piece, ...]]
    # What both started from is known, so what each changed can be put together.
    can_merge: bool = False
    is_new: bool = False
    source: Translation | None = None
    # Number of the latest draft, which shows this language beside its source.
    beside: int | None = None
    published_meanwhile: bool = False
    is_closed: bool = False


@desk_view("GET", "HEAD", "POST")
def translation(request: DeskRequest, slug: str, language: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    if language not in languages.NAMES:
        raise Http404
    text = draft_text(letter=letter)
    if text is None:
        return _published_meanwhile(request, letter, language)
    stored = next((each for each in text.translations.all() if each.language == language), None)
    found = None
    if request.method != "POST":
        form = TranslationForm(initial=TranslationForm.initial_from(stored))
    elif "preview" in request.POST:
        form = TranslationForm(initial=request.POST.dict())
    elif "merge" in request.POST:
        form, found = _merged(request, text, language, stored), stored
    else:
        form = TranslationForm(request.POST)
        if form.is_valid():
            try:
                with recorded(request, letter, "write"):
                    drafting.save_translation(
                        text=text, language=language, organizer=request.user, **form.wording()
                    )
            except errors.TextFrozen:
                return _published_meanwhile(request, letter, language)
            except errors.ChangedMeanwhile as problem:
                found = problem.stored
                form = _asked_again(request, form, found)
            else:
                messages.success(
                    request,
                    _("The text in %(language)s is saved.")
                    % {"language": languages.NAMES[language]},
                )
                return redirect("desk_texts", letter.slug)
    form.speak(language)
    authority = main_translation(text)
    latest = keeping.latest_draft(text=text) if stored else None
    context = TranslationContext(
        form=form,
        letter=letter,
        translation=named_here(text),
        language=language,
        language_name=languages.NAMES[language],
        is_new=stored is None,
        found=found,
        differences=_differences(found, form),
        source=authority if authority and authority.language != language else None,
        beside=latest.number if latest else None,
        can_merge=_can_merge(text, language, form, found),
        preview=preview_of(form, language=language),
    )
    return desk_page(request, "campaign/letters/translation.html", context)


def _published_meanwhile(request: DeskRequest, letter: Letter, language: str) -> HttpResponse:
    """What was typed is shown again, with a step that begins a new version with it."""
    if request.method != "POST":
        return _frozen(request, letter)
    published = current_text(letter=letter)
    if published is None:
        raise Http404
    translations = published.translations.all()
    stored = next((each for each in translations if each.language == language), None)
    form = TranslationForm(request.POST)
    if form.is_valid() and "begin" in request.POST:
        wording = form.wording() | {"expected_hash": stored.hash_of_source() if stored else ""}
        try:
            with recorded(request, letter, "revise"):
                draft = drafting.start_revision(letter=letter, organizer=request.user)
                drafting.save_translation(
                    text=draft, language=language, organizer=request.user, **wording
                )
        except (errors.AlreadyClosed, errors.TextFrozen):
            # It was closed or published once more: shown again below.
            letter.refresh_from_db()
        except errors.ChangedMeanwhile:
            messages.error(
                request, _("Somebody else began a new version meanwhile. Save yours into it.")
            )
            return _editor_of(request, letter, language)
        else:
            messages.success(
                request,
                _("Version %(number)s begins with what you wrote.") % {"number": draft.number},
            )
            return redirect("desk_texts", letter.slug)
    is_closed = letter.state == LetterState.CLOSED
    form.speak(language)
    context = TranslationContext(
        form=form,
        letter=letter,
        translation=named_here(published),
        language=language,
        language_name=languages.NAMES[language],
        published_meanwhile=True,
        is_closed=is_closed,
        found=stored,
        differences=_differences(stored, form),
        preview=preview_of(form, language=language),
    )
    return desk_page(request, "campaign/letters/translation.html", context, status=409)


def _editor_of(request: DeskRequest, letter: Letter, language: str) -> HttpResponse:
    """The editor with what was typed, as if it had been sent to the draft that is there now."""
    text = draft_text(letter=letter)
    translations = text.translations.all() if text else ()
    stored = next((each for each in translations if each.language == language), None)
    form = _asked_again(request, TranslationForm(request.POST), stored)
    form.speak(language)
    context = TranslationContext(
        form=form,
        letter=letter,
        translation=named_here(text),
        language=language,
        language_name=languages.NAMES[language],
        is_new=stored is None,
        found=stored,
        differences=_differences(stored, form),
        preview=preview_of(form, language=language),
    )
    return desk_page(request, "campaign/letters/translation.html", context)


def _differences(found: Translation | None, form: TranslationForm) -> list[tuple[Piece, ...]]:
    """Title, addressee and body: what the other person saved against what was typed here."""
    if found is None:
        return []
    return [
        difference(getattr(found, part), characters.many_lines(str(form[part].value() or "")))
        for part in ("title", "addressee", "body")
    ]


@desk_view("POST")
def remove(request: DeskRequest, slug: str, language: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    try:
        with recorded(request, letter, "remove_text"):
            drafting.remove_translation(
                translation=_of_draft(letter, language), organizer=request.user
            )
    except errors.TextFrozen:
        return _frozen(request, letter)
    except errors.AuthorityNeeded:
        messages.error(
            request, _("This is the authoritative text. Make another language authoritative first.")
        )
    else:
        messages.success(
            request,
            _("The text in %(language)s is removed.") % {"language": languages.NAMES[language]},
        )
    return redirect("desk_texts", letter.slug)


@desk_view("POST")
def mark_authoritative(request: DeskRequest, slug: str, language: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    try:
        with recorded(request, letter, "authoritative"):
            drafting.mark_authoritative(
                translation=_of_draft(letter, language), organizer=request.user
            )
    except errors.TextFrozen:
        return _frozen(request, letter)
    messages.success(
        request,
        _("Where translations differ, the text in %(language)s counts.")
        % {"language": languages.NAMES[language]},
    )
    return redirect("desk_texts", letter.slug)


@desk_view("POST")
def start_revision(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    try:
        with recorded(request, letter, "revise"):
            draft = drafting.start_revision(letter=letter, organizer=request.user)
    except errors.AlreadyClosed:
        messages.error(request, _("The letter is closed: its text stays as it is."))
    else:
        messages.success(
            request,
            _("Version %(number)s begins with the words of the one before.")
            % {"number": draft.number},
        )
    return redirect("desk_texts", letter.slug)


@desk_view("POST")
def discard_revision(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    text = draft_text(letter=letter)
    if text is not None:
        try:
            with recorded(request, letter, "discard"):
                drafting.discard_revision(text=text, expected_seal=request.POST.get("seen", ""))
        except errors.TextFrozen:
            return _frozen(request, letter)
        except errors.ChangedMeanwhile:
            messages.error(
                request,
                _("Somebody saved another draft meanwhile: nothing was changed. Look at it first."),
            )
            return redirect("desk_drafts", letter.slug)
        except errors.FirstText:
            messages.error(request, _("A letter cannot be without its first text."))
            return redirect("desk_texts", letter.slug)
    messages.success(request, _("The new version is discarded; the published one stays as it is."))
    return redirect("desk_texts", letter.slug)


def _of_draft(letter: Letter, language: str) -> Translation:
    return get_object_or_404(
        Translation, text__letter=letter, text__published_at=None, language=language
    )


def _frozen(request: DeskRequest, letter: Letter) -> HttpResponse:
    messages.error(
        request, _("The text is published and cannot change. Begin a new version instead.")
    )
    return redirect("desk_texts", letter.slug)


def _asked_again(
    request: DeskRequest, form: TranslationForm, found: Translation | None
) -> TranslationForm:
    """The same form with what was typed, which now replaces what the other person saved."""
    hash_of_source = found.hash_of_source() if found else ""
    started_from = {"seen": hash_of_source, "base": request.POST.get("seen", "")}
    again = TranslationForm(request.POST.dict() | started_from)
    saved = _(
        "Somebody else saved this text while you were writing. What they saved is shown too; "
        "if you save again, yours replaces it."
    )
    removed = _(
        "Somebody else removed this language while you were writing. "
        "If you save again, it is added with your words."
    )
    again.add_error(None, saved if found else removed)
    return again


def _can_merge(text: Text, language: str, form: TranslationForm, found: Translation | None) -> bool:
    """Whether somebody else saved something since the writer started, and from what is known."""
    base = _base(text, language, form) if found else None
    return bool(base and found and base.sha256 != found.hash_of_source())


def _base(text: Text, language: str, form: TranslationForm) -> DraftWording | None:
    """What both started from, if a draft still says it."""
    sha256 = str(form["base"].value() or "")
    return keeping.wording_of(text=text, language=language, sha256=sha256) if sha256 else None


def _merged(
    request: DeskRequest, text: Text, language: str, stored: Translation | None
) -> TranslationForm:
    """The form with what both changed, which nobody has saved yet. Where it is not known what they
    started from, with what was typed."""
    typed = TranslationForm(initial=request.POST.dict())
    base = _base(text, language, typed)
    if base is None or stored is None:
        return typed
    merged = merging.merge_wordings(
        base=keeping.translation_from(base),
        mine=Translation(
            title=characters.one_line(str(typed["title"].value() or "")),
            addressee=characters.one_line(str(typed["addressee"].value() or "")),
            body=characters.many_lines(str(typed["body"].value() or "")),
        ),
        theirs=stored,
    )
    if merged.conflicts:
        messages.warning(
            request,
            _(
                "Both are put together, and not saved yet. Where both of you changed the same "
                "paragraph, theirs stands before yours: take out what is too much. Of title and "
                "addressee, yours stands."
            ),
        )
    else:
        messages.info(request, _("Both are put together, and not saved yet. Read it, then save."))
    seen = stored.hash_of_source()
    return TranslationForm(initial=merged.parts | {"seen": seen, "base": seen})
