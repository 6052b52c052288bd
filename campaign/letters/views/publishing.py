"""The two steps that cannot be taken back, each with a page that says so first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import closing, errors, publishing
from campaign.letters.difference import Change, changes
from campaign.letters.forms import ProposalForm
from campaign.letters.models import Letter, LetterState, Proposal, Text, Translation
from campaign.letters.texts import current_text, draft_text
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    desk_page,
    desk_view,
    letter_to_change,
    named_here,
    recorded,
)
from campaign.letters.views.drafts import AgreementContext, agreement_on
from campaign.letters.views.warnings import Warned, warnings
from campaign.organizers.errors import CountsLater
from campaign.organizers.models import Organizer
from campaign.organizers.views.desk import counts_later
from campaign.templatetags.locale_format import number


@desk_view("GET", "HEAD", "POST")
def publish(request: DeskRequest, slug: str) -> HttpResponse:
    """The page that says what publishing means, and the button: of a letter that somebody signed,
    one to propose the next version, and another to approve what was proposed."""
    letter = letter_to_change(request, slug)
    if request.method == "POST":
        step = _STEPS.get(request.POST.get("do", ""), _publish)
        return _told(request, letter, step)
    text = draft_text(letter=letter)
    if text is None or letter.state == LetterState.CLOSED:
        messages.error(request, _("There is no text that waits to be published."))
        return redirect("desk_letter", letter.slug)
    return _page(request, letter, text)


class PublishedTranslation(TypedDict):
    translation: Translation
    sha256: str
    incomplete: bool


class Second(TypedDict):
    """Another organizer who may approve."""

    organizer: Organizer
    # From when on; None if that is so already.
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishContext(AboutLetter):
    text: Text
    translations: Sequence[PublishedTranslation]
    ready: bool
    seen: str
    is_first: bool
    needs_second: bool
    proposal: Proposal | None
    is_own: bool
    others: Sequence[Second]
    # From when on who reads this is one of two, if not yet.
    counts_from: datetime | None
    changes: Sequence[Change]
    form: ProposalForm
    warnings: Sequence[Warned]
    agreement: AgreementContext


def _page(
    request: DeskRequest,
    letter: Letter,
    text: Text,
    *,
    form: ProposalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    translations = list(text.translations.all())
    proposal = Proposal.objects.filter(text=text).select_related("proposed_by").first()
    if proposal and not publishing.stands(proposal, letter=letter):
        proposal = None
    current, now = current_text(letter=letter), timezone.now()
    counting = dict(publishing.may_second(letter=letter))
    later = {who: since for who, since in counting.items() if since > now}
    context = PublishContext(
        letter=letter,
        text=text,
        translation=named_here(text),
        translations=[
            {
                "translation": each,
                "sha256": each.hash_of_source(),
                "incomplete": bool(publishing.missing_parts(each)),
            }
            for each in translations
        ],
        ready=publishing.is_complete(translations),
        seen=publishing.seal_to_publish(letter, translations),
        is_first=letter.state == LetterState.DRAFT,
        needs_second=publishing.needs_second(text=text),
        proposal=proposal,
        is_own=proposal is not None and proposal.proposed_by == request.user,
        others=[
            {"organizer": each, "since": later.get(each)}
            for each in counting
            if each != request.user
        ],
        counts_from=later.get(request.user),
        changes=changes(current.translations.all(), translations) if current else (),
        form=form or ProposalForm(),
        warnings=warnings(request, letter, text),
        agreement=agreement_on(request.user, text),
    )
    return desk_page(request, "campaign/letters/publish.html", context, status=status)


def _draft_told(request: DeskRequest, letter: Letter) -> str:
    """For the audit trail: which draft it is, and how many owners approved it by name."""
    text = draft_text(letter=letter)
    said = agreement_on(request.user, text) if text else None
    if said is None or said.latest is None or said.agreement is None:
        return ""
    approved, owners = said.agreement.owners, said.agreement.owners + len(said.agreement.missing)
    return f"draft {said.latest.number}, approved by {approved} of {owners} owners"


def _told(
    request: DeskRequest,
    letter: Letter,
    step: Callable[[DeskRequest, Letter], HttpResponse],
) -> HttpResponse:
    """What the step answers, or why nothing was done."""
    try:
        return step(request, letter)
    except errors.ChangedMeanwhile:
        messages.error(request, _("The text was changed meanwhile. Look at it again."))
        return redirect("desk_publish", letter.slug)
    except errors.SecondNeeded:
        messages.error(
            request, _("Somebody has signed, so a second organizer has to approve a new version.")
        )
        return redirect("desk_publish", letter.slug)
    except errors.NoSecondNeeded:
        messages.error(request, _("Nobody has signed yet: you can publish it yourself."))
        return redirect("desk_publish", letter.slug)
    except errors.AlreadyProposed:
        messages.error(request, _("Another organizer has proposed this version meanwhile."))
        return redirect("desk_publish", letter.slug)
    except errors.OwnProposal:
        messages.error(request, _("You proposed this version: somebody else has to approve it."))
        return redirect("desk_publish", letter.slug)
    except CountsLater as error:
        messages.error(request, counts_later(error))
        return redirect("desk_publish", letter.slug)
    except errors.NoProposal:
        messages.error(
            request, _("This version is not proposed any more. Look at it, and propose it again.")
        )
        return redirect("desk_publish", letter.slug)
    except errors.NotASlip as problem:
        messages.error(request, _why_no_slip(problem))
        return redirect("desk_publish", letter.slug)
    except errors.TextIncomplete as problem:
        name = languages.NAMES.get(problem.language)
        messages.error(
            request,
            _("The text in %(language)s is not complete.") % {"language": name}
            if name
            else _("Say first which language is authoritative."),
        )
    except errors.ClosingTimePassed:
        messages.error(request, _("The closing time has passed. Choose a later one, or none."))
        return redirect("desk_details", letter.slug)
    except errors.EmbargoHourPassed:
        messages.error(request, _("The embargo’s hour has passed. Choose a later one, or none."))
        return redirect("desk_embargo", letter.slug)
    except errors.AlreadyClosed:
        messages.error(request, _("The letter is closed: its text stays as it is."))
    except errors.NothingToPublish:
        messages.info(request, _("The text is published already."))
    return redirect("desk_letter", letter.slug)


def _publish(request: DeskRequest, letter: Letter) -> HttpResponse:
    with recorded(request, letter, "publish", detail=_draft_told(request, letter)):
        publishing.publish(
            letter=letter,
            now=timezone.now(),
            expected_seal=request.POST.get("seen", ""),
            organizer=request.user,
        )
    messages.success(request, _("Published. From now on nobody can change this text."))
    return redirect("desk_letter", letter.slug)


def _propose(request: DeskRequest, letter: Letter) -> HttpResponse:
    form = ProposalForm(request.POST)
    text = draft_text(letter=letter)
    if text is not None and not form.is_valid():
        return _page(request, letter, text, form=form, status=422)
    try:
        with recorded(request, letter, "propose"):
            publishing.propose(
                letter=letter,
                organizer=request.user,
                now=timezone.now(),
                expected_seal=request.POST.get("seen", ""),
                correction=form.correction if form.is_valid() else None,
            )
    except errors.NotASlip as problem:
        if text is None:
            raise
        form.add_error("sort", _why_no_slip(problem))
        return _page(request, letter, text, form=form, status=422)
    messages.success(request, _("Proposed. Another organizer of the team has to approve it."))
    return redirect("desk_publish", letter.slug)


def _approve(request: DeskRequest, letter: Letter) -> HttpResponse:
    with recorded(request, letter, "approve_version", detail=_draft_told(request, letter)):
        publishing.approve(
            letter=letter,
            organizer=request.user,
            now=timezone.now(),
            expected_seal=request.POST.get("seen", ""),
        )
    messages.success(request, _("Published. From now on nobody can change this text."))
    return redirect("desk_letter", letter.slug)


def _take_back(request: DeskRequest, letter: Letter) -> HttpResponse:
    with recorded(request, letter, "take_back_version"):
        publishing.take_back(letter=letter)
    messages.success(request, _("Taken back. Nothing is published."))
    return redirect("desk_publish", letter.slug)


_STEPS = {"propose": _propose, "approve": _approve, "take_back": _take_back}


def _why_no_slip(problem: errors.NotASlip) -> str:
    if not problem.language:
        return _(
            "A correction has the same languages as the version before, and the same one counts. "
            "Propose this as a new text."
        )
    sentence = {
        errors.Differs.LETTERS: _(
            "Too much differs in %(language)s for a correction of a slip: at most %(allowed)s "
            "letters may. Propose this as a new text."
        ),
        errors.Differs.WORDS: _(
            "In %(language)s, a word is another one, came or went, or more than three words "
            "differ. That is more than a slip: propose this as a new text."
        ),
        errors.Differs.NUMBERS: _(
            "In %(language)s, a number or a web address is another one. That is more than a slip: "
            "propose this as a new text."
        ),
        errors.Differs.NEGATIONS: _(
            "In %(language)s, this adds or takes away a “not” or a word like it: propose this as "
            "a new text."
        ),
        errors.Differs.SENTENCES: _(
            "In %(language)s, a sentence or a paragraph was added or taken away, or became a "
            "question. That is more than a slip: propose this as a new text."
        ),
    }[problem.differs]
    return sentence % {
        "language": languages.NAMES[problem.language],
        "allowed": number(problem.allowed),
    }


@desk_view("GET", "HEAD", "POST")
def close(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    if request.method != "POST" and letter.state == LetterState.PUBLISHED:
        text = current_text(letter=letter)
        context = AboutLetter(letter=letter, translation=named_here(text))
        return desk_page(request, "campaign/letters/close.html", context)
    if request.method == "POST":
        try:
            with recorded(request, letter, "close"):
                closing.close_letter(letter=letter, now=timezone.now())
        except errors.AlreadyClosed:
            messages.info(request, _("The letter is closed already."))
        except errors.NotPublished:
            messages.error(request, _("A draft needs no closing: nobody can sign it."))
        else:
            messages.success(request, _("Closed. Nobody can sign any more; all stays readable."))
    return redirect("desk_letter", letter.slug)
