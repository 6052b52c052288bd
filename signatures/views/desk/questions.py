"""The organizers' own questions: asked, counted, ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.letters.models import Letter
from campaign.letters.texts import languages_of
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    recorded,
)
from campaign.pages import PageContext
from signatures import answers
from signatures.errors import TooManyQuestions
from signatures.forms.desk.questions import PUBLIC, QuestionForm
from signatures.models import Question


@dataclass(frozen=True, slots=True)
class QuestionRow:
    question: Question
    words: str
    language: str
    answered: int
    # How many chose each that is offered.
    counts: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsContext(PageContext):
    about: AboutLetter
    rows: Sequence[QuestionRow]
    may_ask: bool
    form: QuestionForm


@desk_view("GET", "HEAD", "POST")
def questions(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    spoken = languages_of(letter=letter)
    form = QuestionForm(request.POST if request.method == "POST" else None, spoken=spoken)
    if form.is_valid():
        _ask(request, letter, form)
        return _back(slug)
    rows = [_row(each) for each in answers.of_letter(letter=letter)]
    context = QuestionsContext(
        about=about(letter),
        rows=rows,
        may_ask=bool(spoken) and answers.may_ask(letter=letter),
        form=form,
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/asking/questions.html", context, status=status)


@desk_view("POST")
def end(request: DeskRequest, slug: str, question_id: int) -> HttpResponse:
    letter = letter_to_change(request, slug)
    with recorded(request, letter, "end_question"):
        answers.end(letter=letter, question_id=question_id, now=timezone.now())
    messages.success(request, _("Nobody is asked this any more."))
    return _back(slug)


def _ask(request: DeskRequest, letter: Letter, form: QuestionForm) -> None:
    said = form.cleaned_data
    question = Question(
        letter=letter,
        kind=said["kind"],
        is_public=said["read_by"] == PUBLIC,
        is_required=said["is_required"],
        words=form.words(),
        choices=form.choices(),
        begun_at=timezone.now(),
    )
    try:
        with recorded(request, letter, "ask_question"):
            answers.ask(question=question)
    except TooManyQuestions:
        messages.error(request, _("A letter asks at most five questions. End one first."))
    else:
        messages.success(request, _("Asked from now on."))


def _row(question: Question) -> QuestionRow:
    words, language = answers.words_of(question)
    counted = answers.counts(question=question)
    by_choice = [(label, counted.get(code, 0)) for code, label in answers.choices_of(question)]
    return QuestionRow(question, words, language, sum(counted.values()), by_choice)


def _back(slug: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk_questions", args=[slug]), status=303)
