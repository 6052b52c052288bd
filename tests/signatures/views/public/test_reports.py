"""“This isn’t me”: the form beside each name, its link, and the desk where it is answered."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaign import limits
from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures import withdrawal
from signatures.models import Because, Report, ReportCase, Signature
from signatures.moderation import removal, reports
from signatures.notifications import report_mails
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    WIKTOR,
    confirmed,
    listed,
    load,
    make_organizer,
    make_team,
    open_letter,
    pending,
    sequence,
    someone,
)
from tests.signatures.views.visitors import AGREED, NAUGHTY, Page, letter_url

pytestmark = pytest.mark.django_db

TYPED = {
    "kind": "never_signed",
    "words": "I never heard of this letter.",
    "name": "The Real Brigid",
    "email": "real@elsewhere.example",
}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    return _browser(ottilie)


def _browser(organizer: Organizer) -> Client:
    client = Client()
    client.force_login(organizer)
    return client


def _form(letter: Letter, number: int = 1, language: str = "") -> str:
    return letter_url(letter, f"report/{number}/", language)


def _link() -> str:
    report = Report.objects.latest("pk")
    return reverse("report_link", args=[reports.token_for(report=report)])


def _report(client: Client, letter: Letter, number: int = 1, **changes: str) -> Signature:
    """Filed and confirmed."""
    assert client.post(_form(letter, number), TYPED | changes).status_code == 303
    assert client.post(_link(), AGREED).status_code == 303
    signature = Report.objects.latest("pk").signature
    assert signature is not None
    return load(signature.pk)


def _answer(client: Client, signature: Signature, action: str, **changes: str) -> str:
    case = reports.open_case(signature=signature)
    sent = {
        "action": action,
        "seen": str(case.newest_report if case else 1),
        "revision": str(signature.revision),
    }
    url = reverse("desk_report_answer", args=[signature.letter.slug, signature.public_id])
    return client.post(url, sent | changes, follow=True).text


@pytest.mark.parametrize("who", [BRIGID, GUILD])
def test_each_name_has_the_door(client: Client, letter: Letter, who: object) -> None:
    listed(letter, who)  # type: ignore[arg-type]
    for page in ("signatories/1/", "signatories/"):
        assert _form(letter) in Page(client.get(letter_url(letter, page))).links
    shown = client.get(_form(letter))
    assert shown.status_code == 200
    assert not shown.cookies


def test_report_reaches_the_organizers_by_two_posts_and_no_get(
    client: Client, letter: Letter
) -> None:
    [signature] = listed(letter, BRIGID)
    answer = client.post(_form(letter), TYPED)
    assert (answer.status_code, answer["Location"]) == (303, _form(letter) + "sent/")
    assert client.get(answer["Location"]).status_code == 200
    assert reports.open_case(signature=signature) is None
    report_mails.send_owed()
    [sent] = mail.outbox
    found = re.search(r"http://127.0.0.1:8000(/r/\S+)", str(sent.body))
    assert found is not None
    for _time in range(2):
        page = client.get(found[1])
        assert "I never heard of this letter." in page.text
        assert reports.open_case(signature=signature) is None
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == (
        "max-age=0, no-cache, no-store, must-revalidate, private",
        "noindex",
    )
    as_it_stands = client.post(found[1], Page(page).values)
    assert as_it_stands.status_code == 422
    assert "Please tick this first. Nothing has been done yet." in as_it_stands.text
    assert reports.open_case(signature=signature) is None
    client.post(found[1], AGREED)
    assert "is with the organizers" in client.get(found[1]).text
    case = reports.open_case(signature=signature)
    assert case is not None
    assert len(case.reports) == 1
    client.post(found[1], AGREED)
    assert ReportCase.objects.count() == 1


def test_number_that_is_on_no_list_answers_alike_whatever_the_reason(
    client: Client, letter: Letter, ottilie: Organizer
) -> None:
    """Removed, withdrawn, held or anonymous, never given, waiting for its number."""
    removed, withdrawn, _hidden, _shown = listed(letter, BRIGID, MEI, QUIET, WIKTOR)
    removal.remove(
        signature=removed,
        organizer=ottilie,
        expected_revision=removed.revision,
        because=Because.RULES,
    )
    withdrawal.withdraw(signature=withdrawn)
    sequence(letter)
    confirmed(letter, someone(7))
    pending(letter, someone(8))

    def told(number: int) -> set[str]:
        answers = [
            client.get(_form(letter, number)),
            client.post(_form(letter, number), TYPED),
            client.post(_form(letter, number)),
        ]
        # The next signing is given this number.
        return {
            f"{each.status_code} {each.text}".replace(f"/{number}/", "/N/").replace(
                f"number {number}", "number N"
            )
            for each in answers
        }

    assert client.get(_form(letter, 4)).status_code == 200
    [alike] = told(99)
    assert alike.startswith("404 ")
    assert told(1) == told(2) == told(3) == told(5) == {alike}
    assert Report.objects.count() == 0
    assert client.get(_form(letter, 2**31)).status_code == 404
    assert client.post(_form(letter, 2**70), TYPED).status_code == 404


def test_answer_is_the_same_whatever_became_of_the_report(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    answers = []
    for _time in range(5):
        answer = client.post(_form(letter), TYPED)
        answers.append((answer.status_code, answer["Location"], answer.content))
    assert len(set(answers)) == 1
    client.post(_link(), AGREED)
    again = client.post(_form(letter), TYPED)
    assert (again.status_code, again["Location"], again.content) == answers[0]


def test_address_gets_three_mails_a_day_about_whatever_names(
    client: Client, letter: Letter
) -> None:
    listed(letter, *(someone(number) for number in range(5)))
    for number in range(1, 6):
        client.post(_form(letter, number), TYPED | {"email": "REAL@elsewhere.example"})
    report_mails.send_owed()
    assert len(mail.outbox) == 3


def test_network_that_reports_too_much_is_told_so(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    quota = int(limits.Limit.REPORTS_FROM_NETWORK.rate.split("/")[0])
    for number in range(quota):
        client.post(_form(letter), TYPED | {"email": f"c{number}@elsewhere.example"})
    refused = client.post(_form(letter), TYPED)
    assert refused.status_code == 429
    assert "Please try again in an hour." in refused.text
    assert Page(refused).values["name"] == "The Real Brigid"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"kind": ""}, "kind", "Choose what is wrong."),
        ({"kind": "nonsense"}, "kind", "Choose what is wrong."),
        ({"kind": "other", "words": " "}, "words", "Say in a few words what is wrong."),
        ({"words": "x" * 1001}, "words", "Shorten this to 1,000 characters."),
        ({"name": ""}, "name", "Enter your own name."),
        ({"email": ""}, "email", "Enter your e-mail address, such as name@example.org."),
    ],
)
def test_mistake_is_told_beside_the_field(
    client: Client, letter: Letter, changes: dict[str, str], field: str, sentence: str
) -> None:
    listed(letter, BRIGID)
    answer = client.post(_form(letter), TYPED | changes)
    assert answer.status_code == 422
    assert Page(answer).error(field) == sentence
    assert Report.objects.count() == 0


@pytest.mark.parametrize("field", ["kind", "words", "name", "email"])
@pytest.mark.parametrize("what", NAUGHTY)
def test_no_input_breaks_the_form(client: Client, letter: Letter, field: str, what: str) -> None:
    listed(letter, BRIGID)
    answer = client.post(_form(letter), TYPED | {field: NAUGHTY[what]})
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        assert client.get(_link()).status_code == 200


def test_link_of_a_name_that_left_says_so_and_names_nobody(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    client.post(_form(letter), TYPED)
    withdrawal.withdraw(signature=signature)
    client.post(_link(), AGREED)
    page = client.get(_link())
    assert "This name is not on the list now" in page.text
    assert "Malloran" not in page.text
    assert ReportCase.objects.count() == 0


def test_unknown_link_gets_a_page(client: Client, letter: Letter) -> None:
    for token in ("x", "A" * 32, "%00", "é"):
        assert client.get(f"/r/{token}/").status_code == 404
        assert client.post(f"/ar/r/{token}/").status_code == 404


def test_desk_shows_what_claimants_say_and_the_consent_but_no_network(
    client: Client, letter: Letter, desk: Client
) -> None:
    [signature] = listed(letter, BRIGID)
    Signature.objects.filter(pk=signature.pk).update(network_key=b"\xe1\xc7network of hers")
    _report(client, letter)
    page = desk.get(reverse("desk_signature", args=[letter.slug, signature.public_id])).text
    for told in (
        "I never heard of this letter.",
        "The Real Brigid",
        "real@elsewhere.example",
        signature.consent_version,
    ):
        assert told in page
    assert "network of hers" not in page
    assert "e1c76e65" not in page
    [row] = Page(desk.get(reverse("desk_reports", args=[letter.slug]))).headings[-1:]
    assert row == "Waiting"


@pytest.mark.parametrize(
    ("action", "state", "outcome"),
    [
        ("dismiss", "confirmed", "dismissed"),
        ("hold", "held", "held"),
        ("remove", "removed", "removed"),
    ],
)
def test_desk_answers(
    client: Client, letter: Letter, desk: Client, action: str, state: str, outcome: str
) -> None:
    listed(letter, BRIGID)
    signature = _report(client, letter)
    text = _answer(desk, signature, action)
    assert "Each claimant is told by e-mail" in text
    assert load(signature.pk).state == state
    assert ReportCase.objects.get().outcome == outcome
    assert "No report waits any more" in _answer(desk, load(signature.pk), "dismiss", seen="1")
    assert "Your report was answered" in client.get(_link()).text


def test_desk_refuses_what_was_not_read(client: Client, letter: Letter, desk: Client) -> None:
    listed(letter, BRIGID)
    signature = _report(client, letter)
    for action in ("remove", "hold"):
        old = str(signature.revision - 1)
        assert "changed their details" in _answer(desk, signature, action, revision=old)
    _report(client, letter, email="second@elsewhere.example")
    first = str(Report.objects.earliest("pk").pk)
    for action in ("remove", "hold", "dismiss"):
        assert "Something new was reported or shown about this name" in _answer(
            desk, signature, action, seen=first
        )
    for nonsense in ("", "x", str(2**70), "-1"):
        _answer(desk, signature, "remove", seen=nonsense)
        _answer(desk, signature, "remove", revision=nonsense)
    _answer(desk, signature, "nonsense")
    assert load(signature.pk).state == "confirmed"
    assert reports.answers(letter=letter).waiting == 2


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRESS, Role.VIEWER, None])
def test_roles_without_vetting_see_and_answer_nothing(
    client: Client, letter: Letter, role: Role | None
) -> None:
    listed(letter, BRIGID)
    signature = _report(client, letter)
    team = letter.team if role else make_team(slug="others")
    other = _browser(make_organizer(team=team, email="ed@house.example", role=role or Role.OWNER))
    assert other.get(reverse("desk_reports", args=[letter.slug])).status_code == 404
    url = reverse("desk_report_answer", args=[letter.slug, signature.public_id])
    assert other.post(url, {"action": "remove", "seen": "1", "revision": "1"}).status_code == 404
    look_up = reverse("desk_look_up", args=[letter.slug])
    assert other.post(look_up, {"email": BRIGID.email}).status_code == 404
    page = other.get(reverse("desk_signature", args=[letter.slug, signature.public_id]))
    assert "The Real Brigid" not in page.text
    assert signature.consent_version not in page.text


def test_withdrawn_and_pending_names_can_still_be_answered(
    client: Client, letter: Letter, desk: Client
) -> None:
    [signature] = listed(letter, BRIGID)
    _report(client, letter)
    withdrawal.withdraw(signature=signature)
    pending(letter, BRIGID)
    page = desk.get(reverse("desk_reports", args=[letter.slug])).text
    assert "is being signed again" in page
    assert "Malloran" not in page
    _answer(desk, load(signature.pk), "dismiss")
    assert ReportCase.objects.get().outcome == "gone"


def test_address_is_looked_up_exactly_and_each_look_is_written_down(
    letter: Letter, desk: Client
) -> None:
    [signature] = listed(letter, QUIET)
    pending(letter, BRIGID)
    url = reverse("desk_look_up", args=[letter.slug])
    found = desk.post(url, {"email": " Quiet@HUSH.example"})
    page = reverse("desk_signature", args=[letter.slug, signature.public_id])
    assert (found.status_code, found["Location"]) == (303, page)
    for other in ("quie@hush.example", "quiet@hush2.example", BRIGID.email):
        assert "No confirmed signature has this address." in (
            desk.post(url, {"email": other}, follow=True).text
        )
    assert desk.post(url, {"email": "%"}).status_code == 422
    assert desk.get(url).status_code == 302
    entries = AuditEntry.objects.filter(action="look_up_email").order_by("pk")
    assert [(each.subject, each.detail) for each in entries] == [
        (f"signature {signature.public_id}", ""),
        *[(f"letter {letter.slug}", "")] * 3,
    ]


def test_public_page_tells_how_many_were_answered(
    client: Client, letter: Letter, desk: Client
) -> None:
    listed(letter, BRIGID, MEI)
    url = letter_url(letter, "corrections/")
    assert 'class="reports"' not in client.get(url).text
    signature = _report(client, letter, 1)
    _answer(desk, signature, "dismiss")
    _report(client, letter, 2, email="other@elsewhere.example")
    assert (
        "1 report of a name on the list was answered, within 1 minute. "
        "How they ended: the name stays on the list (1). "
        "1 report has waited for an answer for less than a minute."
    ) in client.get(url).text


@pytest.mark.parametrize("url_name", ["desk_reports", "desk_signature"])
def test_desk_asks_as_often_for_three_as_for_one(
    client: Client, letter: Letter, desk: Client, url_name: str
) -> None:
    listed(letter, BRIGID, MEI, WIKTOR)
    signature = _report(client, letter, 1)
    args = [letter.slug, signature.public_id][: 1 if url_name == "desk_reports" else 2]
    url = reverse(url_name, args=args)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(url).status_code == 200
        return len(asked)

    queries()
    one = queries()
    for number in (1, 2, 3):
        _report(client, letter, number, email=f"c{number}@elsewhere.example")
    assert queries() == one
