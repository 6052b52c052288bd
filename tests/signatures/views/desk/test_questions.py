"""The organizers' own questions, from the desk to the signatory's page."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign import process_cache
from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures import answers, editing, erasure, own_data, withdrawal
from signatures.details import Details
from signatures.models import Answer, Question, Signature, SignatureState
from signatures.screening import watchlist
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    confirmed,
    load,
    make_organizer,
    make_team,
    open_letter,
    sequence,
)
from tests.signatures.invitations import invited
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url, link_url, send

pytestmark = pytest.mark.django_db

TEXT = {
    "kind": "text",
    "read_by": "public",
    "words_en": "What would you <i>lose</i>?",
    "words_ar": "ماذا ستخسر؟",
    "choices_en": "",
    "choices_ar": "",
}
CHOICE = TEXT | {
    "kind": "choice",
    "read_by": "private",
    "words_en": "Where do you work?",
    "choices_en": "At home\nOn stage",
    "choices_ar": "في البيت\n\nعلى المسرح",
}
YES_NO = TEXT | {"kind": "yes_no", "read_by": "private", "words_en": "Will you come?"}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    client = Client()
    client.force_login(ottilie)
    return client


def url(letter: Letter, rest: str = "") -> str:
    return f"/desk/letters/{letter.slug}/form/questions/{rest}"


def ask(desk: Client, letter: Letter, sent: dict[str, str], **changes: str) -> Any:
    response = desk.post(url(letter), sent | changes)
    process_cache.forget_all()
    letter.refresh_from_db()
    return response


def asked(desk: Client, letter: Letter, sent: dict[str, str], **changes: str) -> Question:
    assert ask(desk, letter, sent, **changes).status_code == 303
    return Question.objects.latest("pk")


def name_of(question: Question) -> str:
    return f"question_{question.pk}"


def typed_for(question: Question, value: object) -> dict[str, Any]:
    return {name_of(question): value}


def signed(letter: Letter, **more: Any) -> Signature:
    assert send(Client(), letter, **more).status_code == 303
    return load(Signature.objects.latest("pk").pk)


def confirm(signature: Signature) -> int:
    sent = {"answer": "sign", "seen": signature.revision}
    return Client().post(link_url(signature), sent).status_code


def listed(letter: Letter, **more: object) -> Signature:
    signature = signed(letter, **more)
    assert confirm(signature) == 303
    sequence(letter)
    return load(signature.pk)


def test_a_question_is_asked_answered_and_shown(desk: Client, letter: Letter) -> None:
    text, choice = asked(desk, letter, TEXT), asked(desk, letter, CHOICE)
    form = Client().get(letter_url(letter)).content.decode()
    assert "What would you &lt;i&gt;lose&lt;/i&gt;?</span>" in form
    given = {name_of(text): "My  voice", name_of(choice): "1"}
    signature = listed(letter, **given)
    assert answers.given(signature=signature) == {text.pk: "My voice", choice.pk: "1"}
    public = Client().get(letter_url(letter, f"signatories/{signature.number}/")).content.decode()
    assert ("<bdi>My voice</bdi>" in public, "On stage" in public) == (True, False)
    own = Client().get("/ar" + link_url(signature)).content.decode()
    assert "ماذا ستخسر؟" in own
    assert "<bdi>على المسرح</bdi>" in own
    told = own_data.told(signature=signature, now=timezone.now())["answers"]
    assert told == [
        {"question": TEXT["words_en"], "answer": "My voice", "public": True},
        {"question": "Where do you work?", "answer": "On stage", "public": False},
    ]
    at_the_desk = f"/desk/letters/{letter.slug}/signatures/{signature.public_id}/"
    assert "On stage" in desk.get(at_the_desk, follow=True).content.decode()
    assert "ask_question" in AuditEntry.objects.values_list("action", flat=True)


def test_private_answers_are_on_no_page_of_those_who_may_not_vet(
    desk: Client, letter: Letter
) -> None:
    choice = asked(desk, letter, CHOICE)
    signature = listed(letter, **{name_of(choice): "0"})
    editor = Client()
    editor.force_login(
        make_organizer(team=letter.team, email="editor@team.example", role=Role.EDITOR)
    )
    page = editor.get(f"/desk/letters/{letter.slug}/signatures/{signature.public_id}/", follow=True)
    assert (page.status_code, "At home" in page.content.decode()) == (200, False)


@pytest.mark.parametrize(("sent", "wrong"), [(TEXT, ""), (TEXT, "–"), (CHOICE, "7"), (YES_NO, "x")])
def test_a_required_question_is_answered_or_nobody_signs(
    desk: Client, letter: Letter, sent: dict[str, str], wrong: str
) -> None:
    question = asked(desk, letter, sent, is_required="on")
    for value in (None, wrong):
        refused = send(Client(), letter, **typed_for(question, value))
        assert refused.status_code == 422
        assert "Please answer this question." in Page(refused).text
    assert not Signature.objects.exists()


def test_an_optional_question_may_be_left(desk: Client, letter: Letter) -> None:
    question = asked(desk, letter, CHOICE)
    signature = signed(letter, **typed_for(question, ""))
    assert answers.given(signature=signature) == {}
    assert (signature.revision, confirm(signature)) == (1, 303)


def test_other_answers_are_not_confirmed_unseen(desk: Client, letter: Letter) -> None:
    question = asked(desk, letter, TEXT)
    first = signed(letter, **typed_for(question, "What I wrote"))
    same = signed(letter, **typed_for(question, "What I wrote"))
    assert same.revision == first.revision
    other = signed(letter, **typed_for(question, "What a stranger wrote"))
    assert other.revision == first.revision + 1
    assert confirm(first) == 409
    page = Page(Client().get(link_url(other)))
    assert "What a stranger wrote" in page.text
    assert "public, if the name is shown" in page.text


def test_a_known_address_keeps_its_answers(desk: Client, letter: Letter) -> None:
    question = asked(desk, letter, TEXT)
    signature = listed(letter, **typed_for(question, "Mine"))
    signed(letter, **typed_for(question, "A stranger’s"))
    assert answers.given(signature=signature) == {question.pk: "Mine"}


def test_public_words_are_screened_as_names_are(desk: Client, letter: Letter) -> None:
    question = asked(desk, letter, TEXT)
    private = asked(desk, letter, TEXT, read_by="private")
    watchlist.add(letter=letter, names=["Thornton Vexley"], organizer=None)
    process_cache.forget_all()
    innocent = signed(letter, **{name_of(private): "Thornton Vexley"})
    assert confirm(innocent) == 303
    assert load(innocent.pk).state == SignatureState.CONFIRMED
    watched = signed(letter, email="other@quay.example", **typed_for(question, "Thornton Vexley"))
    assert confirm(watched) == 303
    assert load(watched.pk).state == SignatureState.HELD
    given = {question.pk: "Thorntοn Vexley"}
    held = load(innocent.pk)
    editing.edit(
        signature=held, expected_revision=held.revision, details=Details.of(held), given=given
    )
    assert load(innocent.pk).state == SignatureState.HELD


def test_signers_change_their_answers_on_their_own_page(desk: Client, letter: Letter) -> None:
    text, choice = asked(desk, letter, TEXT), asked(desk, letter, CHOICE)
    signature = listed(letter, **{name_of(text): "Before", name_of(choice): "0"})
    desk.post(url(letter, f"{choice.pk}/end/"))
    leaf = signature.leaf
    sent = {
        "name": signature.name,
        "profession": signature.profession,
        "country": signature.country,
        "credit": signature.credit,
        "consent_publish": "on",
        "consent_updates": "on",
        "seen": signature.revision,
        name_of(text): "After",
        name_of(choice): "1",
    }
    assert Client().post(link_url(signature, "edit/"), sent).status_code == 303
    assert answers.given(signature=signature) == {text.pk: "After", choice.pk: "1"}
    sequence(letter)
    after = load(signature.pk)
    assert (after.leaf, after.revision) == (leaf, signature.revision + 1)
    assert Client().post(link_url(signature, "edit/"), sent).status_code == 409


def test_answers_go_with_the_signature(desk: Client, letter: Letter) -> None:
    question = asked(desk, letter, TEXT)
    signature = listed(letter, **typed_for(question, "Mine"))
    withdrawal.withdraw(signature=signature)
    assert erasure.erase(signature=load(signature.pk))
    assert not Answer.objects.exists()


def test_a_mistyped_address_keeps_no_answers(desk: Client, letter: Letter) -> None:
    question = asked(desk, letter, TEXT)
    inbox = send(Client(), letter, **typed_for(question, "Mine"))["Location"]
    Client().post(f"{inbox}correct/", {"email": "brigid@other.example"})
    mended = Signature.objects.get(email="brigid@other.example")
    assert list(Answer.objects.values_list("signature", "value")) == [(mended.pk, "Mine")]


def test_a_ticket_holds_five_long_answers(desk: Client, letter: Letter) -> None:
    questions = [asked(desk, letter, TEXT) for _number in range(5)]
    long = [
        "".join(chr(0x4E00 + (n * 997 + i * 7919) % 20000) for i in range(200)) for n in range(5)
    ]
    given: dict[str, Any] = {
        name_of(each): words for each, words in zip(questions, long, strict=True)
    }
    inbox = send(Client(), letter, **given)["Location"]
    assert Client().get(inbox).status_code == 200


def test_the_invited_answer_too(desk: Client, letter: Letter, ottilie: Organizer) -> None:
    question = asked(desk, letter, YES_NO)
    invitation = invited.invite(letter, ottilie)
    assert (
        invited.send(invitation, invited.yes(letter, **typed_for(question, "yes"))).status_code
        == 303
    )
    assert Answer.objects.get().value == "yes"


def test_an_ended_question_is_asked_no_more_and_its_answers_are_counted(
    desk: Client, letter: Letter
) -> None:
    question = asked(desk, letter, CHOICE)
    listed(letter, **typed_for(question, "1"))
    for _press in range(2):
        assert desk.post(url(letter, f"{question.pk}/end/")).status_code == 303
    process_cache.forget_all()
    assert name_of(question) not in Client().get(letter_url(letter)).content.decode()
    page = Page(desk.get(url(letter))).text
    assert "Where do you work?" in page
    never = asked(desk, letter, YES_NO)
    desk.post(url(letter, f"{never.pk}/end/"))
    assert "Will you come?" not in Page(desk.get(url(letter))).text


def test_at_most_five_are_asked(desk: Client, letter: Letter) -> None:
    for _number in range(6):
        ask(desk, letter, TEXT)
    assert Question.objects.count() == 5
    assert "Ask a question" not in Page(desk.get(url(letter))).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words_ar": ""}, "words_ar"),
        ({"choices_ar": "واحد"}, "choices_ar"),
        ({"choices_ar": "١\n٢\n٣"}, "choices_ar"),
        ({"choices_en": "Same\nSame"}, "choices_en"),
        ({"choices_en": "x" * 81 + "\ny"}, "choices_en"),
        ({"read_by": ""}, "read_by"),
        ({"kind": "poem"}, "kind"),
    ],
)
def test_a_question_is_whole_in_every_language(
    desk: Client, letter: Letter, changes: dict[str, str], field: str
) -> None:
    refused = ask(desk, letter, CHOICE, **changes)
    assert (refused.status_code, field in refused.context["form"].errors) == (422, True)
    assert not Question.objects.exists()


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_input_breaks_a_question_or_an_answer(desk: Client, letter: Letter, value: str) -> None:
    assert ask(desk, letter, TEXT, words_en=value, words_ar=value).status_code in (303, 422)
    question = asked(desk, letter, TEXT)
    answered = send(Client(), letter, **typed_for(question, value))
    assert answered.status_code in (303, 422)
    assert desk.get(url(letter)).status_code == 200
    assert Client().get(letter_url(letter)).status_code == 200


def test_questions_are_the_writers_alone(desk: Client, letter: Letter) -> None:
    question = asked(desk, letter, TEXT)
    people = [
        make_organizer(team=letter.team, email=f"{role}@team.example", role=role)
        for role in (Role.VETTER, Role.PRESS, Role.VIEWER)
    ]
    strangers = make_team(slug="strangers")
    people.append(make_organizer(team=strangers, email="owner@strangers.example"))
    for who in people:
        client = Client()
        client.force_login(who)
        assert client.get(url(letter)).status_code == 404
        assert client.post(url(letter), TEXT).status_code == 404
        assert client.post(url(letter, f"{question.pk}/end/")).status_code == 404
    assert Question.objects.get().ended_at is None


def test_a_question_of_another_letter_is_not_answered(desk: Client, letter: Letter) -> None:
    other = open_letter(slug="another-letter", team=letter.team)
    theirs, mine = asked(desk, other, TEXT), asked(desk, letter, TEXT)
    signature = signed(letter, **{name_of(theirs): "Elsewhere", name_of(mine): "Here"})
    assert answers.given(signature=signature) == {mine.pk: "Here"}


def test_who_signs_without_a_name_shows_no_answer(desk: Client, letter: Letter) -> None:
    question = asked(desk, letter, TEXT)
    signature = listed(letter, consent_publish="off", **typed_for(question, "Hushed words"))
    page = Client().get(letter_url(letter, f"signatories/{signature.number}/"))
    assert "Hushed words" not in page.content.decode()


def test_a_letter_without_questions_costs_no_query(letter: Letter) -> None:
    signature = confirmed(letter, BRIGID)
    assert not letter.has_questions
    assert answers.asked(letter=letter) == answers.asked_of(signature=signature) == []
    assert confirmed(letter, SALMA).state == SignatureState.CONFIRMED


def test_the_form_that_is_kept_is_asked_for_by_its_revision(desk: Client, letter: Letter) -> None:
    """Kept pages are forgotten as they would be after a second, kept parts of them are not."""
    page = letter_url(letter)
    assert "question_" not in Client().get(page).content.decode()
    question = asked(desk, letter, TEXT)
    process_cache.forget_all()
    assert name_of(question) in Client().get(page).content.decode()
    desk.post(url(letter, f"{question.pk}/end/"))
    process_cache.forget_all()
    assert name_of(question) not in Client().get(page).content.decode()
