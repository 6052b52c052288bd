"""One draft in one language, paragraph by paragraph: beside the text that counts, with what the
team says of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import errors
from campaign.letters.difference import Piece
from campaign.letters.draft_forms import SayingForm, TakingBackForm
from campaign.letters.models import Draft, DraftComment, Letter, Translation
from campaign.letters.together import comments, following, keeping
from campaign.letters.together.following import Pair
from campaign.letters.together.paragraphs import Paragraph, paragraphs_of
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_see,
    may_change,
)
from campaign.letters.views.drafts import is_written, numbered
from campaign.pages import PageContext


@dataclass(frozen=True, slots=True)
class Said:
    comment: DraftComment
    form: SayingForm


@dataclass(frozen=True, slots=True)
class Row:
    # Of a translation: the paragraph of the text that counts, with what changed in it since.
    original: Sequence[Piece]
    paragraph: Paragraph | None
    is_changed: bool
    said: Sequence[Said]
    form: SayingForm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContext(PageContext):
    about: AboutLetter
    draft: Draft
    is_latest: bool
    # The letter's text still can change, so more can be said of it.
    is_written: bool
    may_change: bool
    # Who reads it: their own words they may take back.
    me: int
    seen: str
    translations: Sequence[Translation]
    language: str
    language_name: str
    direction: str
    original: Translation | None
    followed_another: bool
    rows: Sequence[Row]
    # Said of paragraphs that this draft does not have.
    said_of_others: Sequence[Said]
    form: SayingForm | None
    errors: bool


@desk_view("GET", "HEAD", "POST")
def draft(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    """In the language of `?language=`. A POST says something of a paragraph, or answers."""
    letter = letter_to_see(request, slug)
    found = numbered(letter, str(number))
    language = _language(request, found)
    if request.method != "POST":
        return _page(request, letter, found, language)
    form = SayingForm.sent(request.POST)
    if not form.is_valid():
        return _page(request, letter, found, language, form=form, status=422)
    try:
        anchor = _say(request, found, language, form)
    except errors.TextFrozen:
        form.add_error(None, _("The text is published: nothing more can be said of its drafts."))
    except errors.TooManyComments:
        form.add_error(None, _("There are so many comments already that no more fit."))
    else:
        messages.success(request, _("Saved. Only your team can read it."))
        return _back(letter, found, language, anchor)
    return _page(request, letter, found, language, form=form, status=409)


@desk_view("POST")
def comment(request: DeskRequest, slug: str, number: int, comment_id: int) -> HttpResponse:
    """Resolved, or by `do=` opened again, or by who said it taken back: all of it, or an answer."""
    letter = letter_to_see(request, slug)
    found = numbered(letter, str(number))
    said = get_object_or_404(
        DraftComment.objects.select_related("text"), text=found.text, pk=comment_id
    )
    match request.POST.get("do"):
        case "reopen":
            comments.reopen(comment=said)
        case "take_back":
            _take_back(request, said)
        case _:
            comments.resolve(comment=said, organizer=request.user, now=timezone.now())
    return _back(letter, found, said.language, f"comment-{said.pk}")


def _take_back(request: DeskRequest, said: DraftComment) -> None:
    form = TakingBackForm(request.POST)
    if not form.is_valid():
        raise Http404
    answer = form.cleaned_data["answer"]
    try:
        is_gone = (
            comments.take_back_answer(comment=said, answer_id=answer, organizer=request.user)
            if answer
            else comments.take_back(comment=said, organizer=request.user)
        )
    except errors.TextFrozen:
        is_gone = False
    if is_gone:
        messages.success(request, _("Deleted: nobody reads it any more."))
    else:
        messages.error(request, _("It stays: it was answered or published meanwhile."))


def _say(request: DeskRequest, found: Draft, language: str, form: SayingForm) -> str:
    """Where on the page it stands then."""
    by_whom = {
        "words": form.cleaned_data["words"],
        "organizer": request.user,
        "now": timezone.now(),
    }
    if answered := form.about("answers"):
        said = get_object_or_404(
            DraftComment.objects.select_related("text"), text=found.text, pk=answered
        )
        comments.answer(comment=said, **by_whom)
    else:
        said = comments.comment(
            draft=found,
            language=language,
            paragraph=_paragraph(found, language, form.about("place")),
            **by_whom,
        )
    return f"comment-{said.pk}"


def _page(
    request: DeskRequest,
    letter: Letter,
    found: Draft,
    language: str,
    *,
    form: SayingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    latest = keeping.latest_draft(text=found.text)
    translations = keeping.translations_of(found)
    shown = next((each for each in translations if each.language == language), None)
    beside = following.beside(draft=found, language=language)
    paragraphs = paragraphs_of(shown) if shown else []
    said = list(comments.comments_on(text=found.text, language=language))
    placed, others = comments.by_paragraph(said, paragraphs)
    context = DraftContext(
        about=about(letter),
        draft=found,
        is_latest=latest == found,
        is_written=is_written(letter, found.text),
        may_change=may_change(request, letter),
        me=request.user.pk,
        seen=latest.seal if latest else "",
        translations=translations,
        language=language,
        language_name=languages.NAMES[language],
        direction=languages.direction(language),
        original=beside.original if beside else None,
        followed_another=beside is not None and beside.followed_another,
        rows=[
            Row(
                original=each.original,
                paragraph=each.paragraph,
                is_changed=each.is_changed,
                said=_said(placed.get(each.paragraph.place, ()) if each.paragraph else (), form),
                form=_on(each.paragraph, form),
            )
            for each in (beside.pairs if beside else map(_alone, paragraphs))
        ],
        said_of_others=_said(others, form),
        form=form,
        errors=form is not None,
    )
    return desk_page(request, "campaign/letters/draft.html", context, status=status)


def _alone(paragraph: Paragraph) -> Pair:
    """Of the text that counts, which stands beside nothing."""
    return Pair((), paragraph, is_changed=False)


def _said(those: Sequence[DraftComment], sent: SayingForm | None) -> list[Said]:
    return [
        Said(each, sent)
        if sent and sent.about("answers") == each.pk
        else Said(each, SayingForm.to_comment(each.pk))
        for each in those
    ]


def _on(paragraph: Paragraph | None, sent: SayingForm | None) -> SayingForm | None:
    if paragraph is None:
        return None
    is_of_it = sent and not sent.about("answers") and sent.about("place") == paragraph.place
    return sent if is_of_it else SayingForm.on_paragraph(paragraph.place)


def _paragraph(found: Draft, language: str, place: int | None) -> Paragraph:
    for each in keeping.translations_of(found):
        for paragraph in paragraphs_of(each) if each.language == language else ():
            if paragraph.place == place:
                return paragraph
    raise Http404


def _language(request: DeskRequest, found: Draft) -> str:
    """The one that is asked for, of those that the draft has or that something was said of; or else
    the one that counts."""
    mine = [each.language for each in keeping.translations_of(found)]
    asked = request.GET.get("language", "")
    if asked in (*mine, *comments.open_comments(text=found.text)):
        return asked
    if asked or not mine:
        raise Http404
    return mine[0]


def _back(letter: Letter, found: Draft, language: str, anchor: str) -> HttpResponseRedirect:
    page = reverse("desk_draft", args=[letter.slug, found.number])
    return HttpResponseRedirect(f"{page}?language={language}#{anchor}")
