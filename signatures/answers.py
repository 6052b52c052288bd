"""The organizers' own questions, and what signers answer.

A question is never reworded, so an answer stays one to what was read. Answers are kept beside the
signature and go with it; the record and the list know nothing of them. Public ones stand on the
page of who is named; private ones are for the organizers.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import get_language, pgettext

from campaign.letters.models import Letter
from signatures.errors import TooManyQuestions
from signatures.models import Answer, Question, QuestionKind, Signature, SignatureState

MOST_QUESTIONS = 5
# Ended ones included: what was answered once stays with its words.
MOST_QUESTIONS_EVER = 50
ANSWER_LIMIT = 200
YES, NO = "yes", "no"
# By the question's id.
Given = Mapping[int, str]
NOTHING: Given = {}

# Of one that has signed already nothing is written, by the same statements: the caller cannot tell.
_CLEAR = f"""
    DELETE FROM signatures_answer WHERE signature_id = %s AND EXISTS (
        SELECT 1 FROM signatures_signature WHERE id = %s AND state = '{SignatureState.PENDING}'
    )"""  # noqa: S608
_ANSWER = f"""
    INSERT INTO signatures_answer (signature_id, question_id, value)
    SELECT signatures_signature.id, signatures_question.id, %s
    FROM signatures_signature, signatures_question
    WHERE signatures_signature.id = %s AND signatures_signature.state = '{SignatureState.PENDING}'
      AND signatures_question.id = %s
      AND signatures_question.letter_id = signatures_signature.letter_id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and what somebody answered, as they are shown."""

    words: str
    language: str
    answer: str
    is_public: bool


def asked(*, letter: Letter) -> list[Question]:
    """What anyone who signs now is asked. No query on a letter that never asked anything."""
    if not letter.has_questions:
        return []
    return list(Question.objects.filter(letter=letter, ended_at=None).order_by("pk"))


def asked_of(*, signature: Signature) -> list[Question]:
    """What its signer may answer: what is asked today, and what they answered before it ended."""
    if not signature.letter.has_questions:
        return []
    mine = Q(answers__signature=signature) | Q(ended_at=None)
    found = Question.objects.filter(mine, letter=signature.letter_id)
    return list(found.distinct().order_by("pk"))


def of_letter(*, letter: Letter) -> list[Question]:
    """Those that are asked, then ended ones that somebody answered."""
    mine = Question.objects.filter(letter=letter)
    answered = Exists(Answer.objects.filter(question=OuterRef("pk")))
    return list(
        mine.filter(Q(ended_at=None) | answered).order_by(
            F("ended_at").desc(nulls_first=True), "pk"
        )
    )


def counts(*, question: Question) -> dict[str, int]:
    """How many of those who confirmed gave each answer."""
    mine = Answer.objects.filter(question=question, signature__confirmed_at__isnull=False)
    return dict(mine.values_list("value").annotate(n=Count("pk")).order_by())


def may_ask(*, letter: Letter) -> bool:
    mine = Question.objects.filter(letter=letter)
    return (
        mine.filter(ended_at=None).count() < MOST_QUESTIONS and mine.count() < MOST_QUESTIONS_EVER
    )


def ask(*, question: Question) -> None:
    """From now on. Raises TooManyQuestions."""
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",)).get(pk=question.letter_id)
        if not may_ask(letter=letter):
            raise TooManyQuestions
        question.save(force_insert=True)
        _change_form(letter, has_questions=True)


def end(*, letter: Letter, question_id: int, now: datetime) -> bool:
    """Nobody is asked any more; answers stay. False if it was over."""
    asked = Question.objects.filter(pk=question_id, letter=letter, ended_at=None)
    with transaction.atomic():
        ended = asked.update(ended_at=now)
        _change_form(letter)
    return bool(ended)


def given(*, signature: Signature) -> dict[int, str]:
    mine = Answer.objects.filter(signature=signature)
    return dict(mine.values_list("question_id", "value"))


def answered(*, signature: Signature, public_only: bool = False) -> list[Answered]:
    """In the language of the page where the question is in it, else in that of the signature."""
    mine = Answer.objects.filter(signature=signature).select_related("question")
    if public_only:
        mine = mine.filter(question__is_public=True)
    return [_shown(each, signature.language) for each in mine.order_by("question")]


def public_words(*, signature_ids: Collection[int]) -> dict[int, list[str]]:
    """What strangers wrote that stands beside a name: to be screened as names are."""
    found: dict[int, list[str]] = defaultdict(list)
    texts = Answer.objects.filter(
        signature__in=signature_ids, question__is_public=True, question__kind=QuestionKind.TEXT
    )
    for signature_id, value in texts.values_list("signature_id", "value"):
        found[signature_id].append(value)
    return found


def words_in(given: Given) -> list[str]:
    """The same of what is given just now."""
    public = Question.objects.filter(pk__in=given, is_public=True, kind=QuestionKind.TEXT)
    return [given[pk] for pk in public.values_list("pk", flat=True)]


def write_pending(*, signature_id: int, given: Given) -> bool:
    """In the place of all earlier answers, in the caller's transaction, which has just written the
    row; whether they differ. Nothing is written for one that has signed already."""
    before = dict(Answer.objects.filter(signature=signature_id).values_list("question_id", "value"))
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, (signature_id, signature_id))
        for question_id, value in given.items():
            cursor.execute(_ANSWER, (value, signature_id, question_id))
    return before != dict(given)


def replace(*, signature: Signature, given: Given) -> None:
    """Of one that its signer changes, in the transaction that raises its revision."""
    Answer.objects.filter(signature=signature).delete()
    Answer.objects.bulk_create(
        Answer(signature=signature, question_id=question_id, value=value)
        for question_id, value in given.items()
        if value
    )


def forget(*, signature_id: int) -> None:
    Answer.objects.filter(signature=signature_id).delete()


def words_of(question: Question, *, otherwise: str = "") -> tuple[str, str]:
    """The question in the language of the page, or else in another; and in which."""
    language = _language(question.words, otherwise)
    return question.words[language], language


def choices_of(question: Question, *, otherwise: str = "") -> list[tuple[str, str]]:
    """What may be answered, by its code: nothing for a text."""
    if question.kind == QuestionKind.YES_NO:
        return [(YES, pgettext("answer", "Yes")), (NO, pgettext("answer", "No"))]
    offered: Sequence[str] = (
        question.choices[_language(question.choices, otherwise)] if question.choices else ()
    )
    return [(str(place), words) for place, words in enumerate(offered)]


def _change_form(letter: Letter, **changes: object) -> None:
    """The form that is kept by its revision is no longer the one that is shown."""
    Letter.objects.filter(pk=letter.pk).update(**changes, form_revision=F("form_revision") + 1)


def _language(words: Mapping[str, object], otherwise: str) -> str:
    wanted = (get_language() or "", otherwise)
    return next((each for each in wanted if each in words), next(iter(words)))


def _shown(answer: Answer, otherwise: str) -> Answered:
    question = answer.question
    words, language = words_of(question, otherwise=otherwise)
    offered = dict(choices_of(question, otherwise=otherwise))
    return Answered(words, language, offered.get(answer.value, answer.value), question.is_public)
