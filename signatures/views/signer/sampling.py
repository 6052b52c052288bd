"""Behind the link in the mail to somebody who was drawn in an audit by sample: one question."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaign.letters.models import Letter, Translation
from campaign.pages import render_page
from signatures import links
from signatures.errors import DetailsChanged, LinkUnknown
from signatures.forms.signer.sampling import YES, SampleAnswerForm
from signatures.models import SampleQuestion, Signature
from signatures.sampling import answering
from signatures.views.public.base import SitePage, interface_languages
from signatures.views.signer.base import private, problem, see_other


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleQuestionContext(SitePage):
    signature: Signature
    letter: Letter
    translation: Translation
    question_token: str
    # Whether it can be answered, was answered, or is too late.
    is_open: bool
    # "yes" or "no", once it was answered.
    answered: str
    until: datetime | None
    form: SampleAnswerForm
    errors: bool
    changed: bool


@require_http_methods(["GET", "HEAD", "POST"])
@private
def question(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows; only the POST of one of the two answers acts, once."""
    try:
        found = links.question_behind(token)
    except LinkUnknown:
        return problem(request, "unknown", status=404)
    if request.method != "POST":
        return _page(request, token, found)
    form = SampleAnswerForm(request.POST, revision=_revision(found))
    if "seen" in form.errors:
        return _page(request, token, found, changed=True, status=409)
    if not form.is_valid():
        return _page(request, token, found, form=form, status=422)
    try:
        answering.answer(
            question=found,
            is_signed=form.cleaned_data["answer"] == YES,
            expected_revision=form.cleaned_data["seen"],
            now=timezone.now(),
        )
    except DetailsChanged:
        return _page(request, token, links.question_behind(token), changed=True, status=409)
    except LinkUnknown:
        return problem(request, "unknown", status=404)
    # Whatever it was, the page tells how it stands.
    return see_other("sample_question", token)


def _page(
    request: HttpRequest,
    token: str,
    found: SampleQuestion,
    *,
    form: SampleAnswerForm | None = None,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    signature = found.signature
    if signature is None:
        return problem(request, "unknown", status=404)
    context = SampleQuestionContext(
        signature=signature,
        letter=signature.letter,
        translation=signature.translation,
        question_token=token,
        is_open=answering.is_open(question=found, now=timezone.now()),
        answered=found.answer if found.answer in ("yes", "no") else "",
        until=found.audit.ends_at,
        form=form or SampleAnswerForm(revision=signature.revision),
        errors=bool(form and form.errors),
        changed=changed,
        languages=interface_languages("sample_question", token),
    )
    return render_page(request, "signatures/signer/sample_question.html", context, status=status)


def _revision(found: SampleQuestion) -> int:
    return found.signature.revision if found.signature else 0
