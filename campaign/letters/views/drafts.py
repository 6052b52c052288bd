"""The drafts of the text that is being written: what each changed, who approves the latest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import drafting, errors
from campaign.letters.difference import Change, changes
from campaign.letters.models import Draft, Letter, LetterState, Text
from campaign.letters.texts import current_text, draft_text, seal_of
from campaign.letters.together import approvals, comments, following, keeping
from campaign.letters.together.approvals import Agreement
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
from campaign.letters.views.warnings import Warned, warnings
from campaign.organizers.models import Organizer
from campaign.pages import PageContext
from campaign.parsing import whole_number
from campaign.templatetags.locale_format import number as written


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementContext(PageContext):
    """Who approved the latest draft, for `_approvals.html`; None if no draft is kept yet."""

    latest: Draft | None
    agreement: Agreement | None
    has_approved: bool
    # Of the words that stand now, for the button.
    standing_seal: str


@dataclass(frozen=True, slots=True)
class LanguageRow:
    language: str
    name: str
    is_authoritative: bool
    # How many paragraphs of the authoritative text changed since; None where that is not known.
    changed: int | None
    is_untranslated: bool
    open_comments: int


@dataclass(frozen=True, slots=True)
class DraftRow:
    draft: Draft
    what: Sequence[str]
    # The one before it, if that is kept.
    before: int | None
    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsContext(PageContext):
    about: AboutLetter
    agreement: AgreementContext
    text: Text
    is_written: bool
    may_change: bool
    kept_until: datetime | None
    languages_of_latest: Sequence[LanguageRow]
    rows: Sequence[DraftRow]
    warnings: Sequence[Warned]
    most: int
    days_kept: int


@desk_view("GET", "HEAD")
def drafts(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_see(request, slug)
    text = _text(letter)
    found = list(keeping.drafts_of(text=text))
    agreed = approvals.agreements(letter=letter, drafts=found)
    older = [*found, None][1:]
    context = DraftsContext(
        about=about(letter),
        agreement=agreement_on(request.user, text),
        text=text,
        is_written=is_written(letter, text),
        may_change=may_change(request, letter),
        kept_until=text.published_at and text.published_at + keeping.KEPT_FOR,
        languages_of_latest=_languages(text),
        rows=[
            DraftRow(
                each,
                _what_changed(before, each),
                before.number if before else None,
                agreed[each.pk],
            )
            for each, before in zip(found, older, strict=True)
        ],
        warnings=warnings(request, letter, text) if is_written(letter, text) else (),
        most=keeping.MAX_DRAFTS,
        days_kept=keeping.KEPT_FOR.days,
    )
    return desk_page(request, "campaign/letters/drafts.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareContext(PageContext):
    about: AboutLetter
    before: Draft
    after: Draft
    changes: Sequence[Change]


@desk_view("GET", "HEAD")
def compare(request: DeskRequest, slug: str) -> HttpResponse:
    """Two drafts, the older one first, whichever was asked for first."""
    letter = letter_to_see(request, slug)
    before, after = sorted(
        (numbered(letter, request.GET.get(name, "")) for name in ("before", "after")),
        key=lambda draft: draft.number,
    )
    context = CompareContext(
        about=about(letter),
        before=before,
        after=after,
        changes=changes(keeping.translations_of(before), keeping.translations_of(after)),
    )
    return desk_page(request, "campaign/letters/drafts_compared.html", context)


@desk_view("POST")
def bring_back(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    letter = letter_to_change(request, slug)
    draft, text = numbered(letter, str(number)), draft_text(letter=letter)
    try:
        if text is None or not is_written(letter, text):
            raise errors.TextFrozen
        with recorded(request, letter, "bring_back_draft", detail=f"draft {number}"):
            back = drafting.bring_back(
                text=text,
                draft=draft,
                expected_seal=request.POST.get("seen", ""),
                organizer=request.user,
            )
    except errors.TextFrozen:
        messages.error(
            request, _("The text is published and cannot change. Begin a new version instead.")
        )
    except errors.ChangedMeanwhile:
        messages.error(
            request,
            _("Somebody saved another draft meanwhile: nothing was changed. Look at it first."),
        )
    else:
        messages.success(
            request,
            _("Draft %(number)s says again what draft %(before)s said.")
            % {"number": written(back.number), "before": written(number)},
        )
    return redirect("desk_drafts", slug)


@desk_view("POST")
def approve(request: DeskRequest, slug: str) -> HttpResponse:
    """With `do=take_back` an approval is taken back. Anyone in the team agrees for themselves."""
    letter = letter_to_see(request, slug)
    try:
        if request.POST.get("do") == "take_back":
            _take_back(request, letter)
        else:
            _approve(request, letter)
    except errors.NothingToPublish:
        messages.error(request, _("There is no text that waits to be published."))
    except errors.ChangedMeanwhile:
        messages.error(
            request,
            _("Somebody saved another draft meanwhile. You have approved nothing: read it first."),
        )
    return redirect("desk_drafts", slug)


def agreement_on(organizer: Organizer, text: Text) -> AgreementContext:
    latest = keeping.latest_draft(text=text)
    agreement = approvals.agreement_on(latest) if latest else None
    return AgreementContext(
        latest=latest,
        agreement=agreement,
        has_approved=agreement is not None and agreement.has(organizer),
        standing_seal=seal_of(text.translations.all()),
    )


def numbered(letter: Letter, number: str) -> Draft:
    wanted = whole_number(number)
    draft = keeping.numbered(letter=letter, number=wanted) if wanted is not None else None
    if draft is None:
        raise Http404
    return draft


def is_written(letter: Letter, text: Text) -> bool:
    """Whether it still can change."""
    return text.published_at is None and letter.state != LetterState.CLOSED


def _text(letter: Letter) -> Text:
    """What is being written, or else what was published last."""
    text = draft_text(letter=letter) or current_text(letter=letter)
    if text is None:
        raise Http404
    return text


def _approve(request: DeskRequest, letter: Letter) -> None:
    draft, agreement = approvals.approve(
        letter=letter,
        organizer=request.user,
        expected_seal=request.POST.get("seen", ""),
        now=timezone.now(),
    )
    said = (
        _("All owners approved draft %(number)s.")
        if agreement.is_by_all_owners
        else _("You approved draft %(number)s.")
    )
    messages.success(request, said % {"number": written(draft.number)})


def _take_back(request: DeskRequest, letter: Letter) -> None:
    draft = get_object_or_404(
        Draft.objects.select_related("letter__team"),
        letter=letter,
        number=whole_number(request.POST.get("number", "")),
    )
    approvals.take_back(draft=draft, organizer=request.user)
    messages.success(
        request,
        _("You no longer approve draft %(number)s.") % {"number": written(draft.number)},
    )


def _languages(text: Text) -> list[LanguageRow]:
    latest, waiting = keeping.latest_draft(text=text), comments.open_comments(text=text)
    rows = []
    for each in keeping.translations_of(latest) if latest else ():
        beside = following.beside(draft=latest, language=each.language) if latest else None
        rows.append(
            LanguageRow(
                language=each.language,
                name=each.language_name,
                is_authoritative=each.is_authoritative,
                changed=None if beside is None or beside.followed_another else beside.changed,
                is_untranslated=beside is not None and beside.is_untranslated,
                open_comments=waiting.pop(each.language, 0),
            )
        )
    return rows


def _what_changed(before: Draft | None, after: Draft) -> list[str]:
    """From one draft to the next, in a few words; nothing of the oldest that is kept."""
    if after.brings_back is not None:
        return [_("draft %(number)s brought back") % {"number": written(after.brings_back)}]
    if before is None:
        return []
    old, new = (
        {row.wording.language: row for row in draft.translations.all()} for draft in (before, after)
    )
    said = []
    for language, row in sorted(new.items()):
        named = {"language": languages.NAMES[language]}
        if language not in old:
            said.append(_("%(language)s: new") % named)
        elif old[language].wording_id != row.wording_id:
            said.append(_("%(language)s: changed") % named)
        if language in old and row.is_authoritative and not old[language].is_authoritative:
            said.append(_("%(language)s: made authoritative") % named)
    for language in sorted(old.keys() - new.keys()):
        said.append(_("%(language)s: taken out") % {"language": languages.NAMES[language]})
    return said
