"""One answer from each, once; who answered what is told to nobody but the vetters of a “no”."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures import editing, erasure, links, own_data, withdrawal
from signatures.errors import DetailsChanged
from signatures.models import (
    Delivery,
    DeliveryState,
    Report,
    ReportCase,
    ReportKind,
    SampleQuestion,
    Signature,
    Suppression,
)
from signatures.moderation import reports
from signatures.notifications.deliveries import send_owed
from signatures.sampling import answering, drawing, ending, results
from signatures.sampling.results import Results
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    make_organizer,
    make_team,
    sequence,
)
from tests.signatures.sampling.samples import drawn, question_of, url_of
from tests.signatures.views.visitors import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(letter: Letter, ottilie: Organizer) -> list[Signature]:
    """Five who were drawn, with a sixth who signed last."""
    found = listed(letter, BRIGID, SALMA, QUIET, GUILD, WIKTOR)
    drawn(letter, ottilie)
    return found


def say(signature: Signature, answer: str, **more: object) -> int:
    url = url_of(signature)
    return Client().post(url, {"answer": answer, "seen": signature.revision, **more}).status_code


def answers() -> dict[str, int]:
    found = SampleQuestion.objects.values_list("answer", flat=True)
    return {each: list(found).count(each) for each in found}


def end(letter: Letter) -> Results:
    audit = answering.running(letter=letter)
    assert audit is not None
    assert audit.ends_at is not None
    assert ending.end_due(now=audit.ends_at) == 1
    audit.refresh_from_db()
    found = results.results(audit=audit)
    assert found is not None
    return found


def test_opening_the_link_answers_nothing(crowd: list[Signature]) -> None:
    page = Client().get(url_of(crowd[0]))
    assert page.status_code == 200
    assert "checked" not in page.text.split("<form")[1].split("</form")[0]
    assert BRIGID.details.name in page.text
    # Nor does a form that is sent as it stands.
    assert Client().post(url_of(crowd[0]), {"seen": 1}).status_code == 422
    assert Client().post(url_of(crowd[0]), {"seen": 1, "answer": "maybe"}).status_code == 422
    assert Client().post(url_of(crowd[0]), {"answer": "yes"}).status_code == 409
    assert answers() == {"waiting": 6}


def test_an_answer_is_given_once(letter: Letter, crowd: list[Signature]) -> None:
    assert say(crowd[0], "yes") == 303
    assert say(crowd[0], "no") == 303
    assert answers() == {"yes": 1, "waiting": 5}
    assert "You said: yes" in Client().get(url_of(crowd[0])).text
    assert not ReportCase.objects.exists()


def test_a_no_opens_a_case_and_changes_nothing_else(
    letter: Letter, ottilie: Organizer, crowd: list[Signature]
) -> None:
    """Also of one who is not named; a report that waits already gets it added."""
    brigid, _salma, quiet, *_rest = crowd
    reports.file(
        signature=brigid,
        name="Somebody",
        email="claimant@elsewhere.example",
        kind=ReportKind.OTHER,
        words="",
        language="en",
        now=timezone.now(),
    )
    reports.confirm(report=Report.objects.get(), now=timezone.now())
    for each in (brigid, quiet):
        assert say(each, "no") == 303
        assert load(each.pk).state == "confirmed"
    assert answers() == {"no": 2, "waiting": 4}
    assert ReportCase.objects.count() == 2
    case = reports.open_case(signature=brigid)
    assert case is not None
    assert [(each.kind, each.email) for each in case.reports] == [
        ("other", "claimant@elsewhere.example"),
        ("asked", brigid.email),
    ]
    client = Client()
    client.force_login(ottilie)
    page = client.get(f"/desk/letters/{letter.slug}/signatures/{quiet.public_id}/")
    assert "Asked in an audit whether they signed, the answer was no" in page.text
    # Nobody chooses that by hand.
    assert "Asked in an audit" not in Client().get(f"/letters/{letter.slug}/report/1/").text
    reports.dismiss(
        signature=load(brigid.pk),
        organizer=ottilie,
        expected_newest_report=case.newest_report,
        expected_revision=brigid.revision,
    )
    assert Report.objects.filter(mail="report_answered", email=brigid.email).count() == 1


def test_what_was_changed_since_is_read_first(crowd: list[Signature]) -> None:
    signature = crowd[0]
    editing.edit(
        signature=load(signature.pk),
        expected_revision=signature.revision,
        details=BRIGID.but(credit="Another Ledger").details,
    )
    page = Client().post(url_of(signature), {"answer": "yes", "seen": signature.revision})
    assert page.status_code == 409
    assert "Another Ledger" in page.text
    assert answers() == {"waiting": 6}
    assert say(load(signature.pk), "yes") == 303
    assert answers() == {"yes": 1, "waiting": 5}


def test_links_that_lead_nowhere(letter: Letter, crowd: list[Signature]) -> None:
    """Erased; withdrawn and signed anew; somebody's own link; another's."""
    erased, anew, *_rest = crowd
    urls = [url_of(erased), url_of(anew)]
    erasure.erase(signature=load(erased.pk))
    withdrawal.withdraw(signature=load(anew.pk))
    confirmed(letter, SALMA)
    sequence(letter)
    assert load(anew.pk).number == 7
    urls += [f"/s/{links.token_for(signature=crowd[2])}/audit/", "/s/nonsense/audit/"]
    for url in urls:
        assert Client().get(url).status_code == 404
        assert Client().post(url, {"answer": "no", "seen": 1}).status_code == 404
    assert not ReportCase.objects.exists()


def test_silence_is_counted_at_the_end(
    letter: Letter, ottilie: Organizer, crowd: list[Signature], time_machine: TimeMachineFixture
) -> None:
    """Who was not reached is told apart: the mail failed, came back, or was never sent."""
    brigid, salma, quiet, guild, wiktor = crowd
    mails = Delivery.objects.filter(message="sample")
    mails.filter(signature__in=(brigid, salma, quiet, guild)).update(state=DeliveryState.SENT)
    mails.filter(signature=wiktor).update(state=DeliveryState.FAILED)
    audit = answering.running(letter=letter)
    assert audit is not None
    assert audit.drawn_at is not None
    returned = audit.drawn_at + timedelta(hours=1)
    Suppression.objects.create(
        letter=None, address_key=bytes(guild.email_key), reason="bounced", since=returned
    )
    say(brigid, "yes")
    say(salma, "no")
    assert (results.results(audit=audit), results.outcome(letter=letter)) == (None, None)
    counted = end(letter)
    assert results.outcome(letter=letter) == results.Outcome(audit, counted)
    press = Page(Client().get(f"/letters/{letter.slug}/press/"))
    assert "6 drawn on" in press.text
    assert f"/letters/{letter.slug}/audits/#audit-1" in press.links
    # Brigid, Salma, Quiet; Guild's came back, Wiktor's failed, the sixth's was never sent.
    assert counted == Results(yes=1, no=1, silent=1, unreached=3, by_call=0)
    assert (counted.drawn, counted.asked) == (6, 3)
    # Too late.
    assert audit.ends_at is not None
    time_machine.move_to(audit.ends_at + timedelta(seconds=1))
    assert say(quiet, "yes") == 303
    assert "The time to answer is over" in Client().get(url_of(quiet)).text
    audit.refresh_from_db()
    assert results.results(audit=audit) == counted


def test_an_answer_after_the_time_does_not_count_before_it_is_ended(
    letter: Letter, crowd: list[Signature], time_machine: TimeMachineFixture
) -> None:
    audit = answering.running(letter=letter)
    assert audit is not None
    assert audit.ends_at is not None
    time_machine.move_to(audit.ends_at)
    say(crowd[0], "yes")
    assert answers() == {"waiting": 6}
    assert list(answering.to_call(running=audit, now=timezone.now())) == []


def test_erasing_keeps_an_answer_as_a_number(letter: Letter, crowd: list[Signature]) -> None:
    brigid, salma, quiet, *_rest = crowd
    Delivery.objects.filter(message="sample", signature=salma).update(state=DeliveryState.SENT)
    say(brigid, "yes")
    for each in (brigid, salma, quiet):
        erasure.erase(signature=load(each.pk))
    unknown = SampleQuestion.objects.filter(signature=None)
    assert sorted(unknown.values_list("answer", "answered_at")) == [
        ("silent", None),
        ("unreached", None),
        ("yes", None),
    ]


def test_a_month_later_nobody_knows_who_answered_what(
    letter: Letter, crowd: list[Signature]
) -> None:
    say(crowd[0], "yes")
    told = own_data.told(signature=load(crowd[0].pk), now=timezone.now())
    [asked] = told["asked_in_audits"]
    assert (asked["audit"], asked["answer"], asked["by_telephone"]) == (1, "yes", False)
    counted = end(letter)
    audit = question_of(crowd[0]).audit
    assert audit.ended_at is not None
    assert ending.forget_old(now=audit.ended_at + ending.WHO_FOR) == 0
    assert ending.forget_old(now=audit.ended_at + ending.WHO_FOR + timedelta(seconds=1)) == 6
    assert SampleQuestion.objects.filter(signature__isnull=False).count() == 0
    assert results.results(audit=audit) == counted


def test_what_was_said_on_the_telephone_is_told_apart(
    letter: Letter, ottilie: Organizer, crowd: list[Signature]
) -> None:
    brigid, salma, *_rest = crowd
    client = Client()
    client.force_login(ottilie)
    desk = f"/desk/letters/{letter.slug}/audits/"
    assert BRIGID.details.name in client.get(desk).text
    call = f"{desk}{question_of(brigid).pk}/call/"
    assert client.post(call, {"answer": "maybe", "revision": 1}).status_code == 303
    assert client.post(call, {"answer": "yes", "revision": 9}).status_code == 303
    assert answers() == {"waiting": 6}
    client.post(call, {"answer": "yes", "revision": brigid.revision})
    client.post(call, {"answer": "no", "revision": brigid.revision})
    call = f"{desk}{question_of(salma).pk}/call/"
    client.post(call, {"answer": "no", "revision": salma.revision})
    assert answers() == {"yes": 1, "no": 1, "waiting": 4}
    assert ReportCase.objects.get().signature == salma
    entries = AuditEntry.objects.filter(action="record_audit_call")
    assert sorted(entries.values_list("subject", "detail")) == sorted(
        (f"signature {each.public_id}", "") for each in (brigid, salma)
    )
    assert BRIGID.details.name not in client.get(desk).text
    assert end(letter).by_call == 2
    # The audit is over: nothing is written down any more.
    client.post(f"{desk}{question_of(crowd[3]).pk}/call/", {"answer": "yes", "revision": 1})
    assert answers() == {"yes": 1, "no": 1, "unreached": 4}


def test_who_may_do_what(letter: Letter, crowd: list[Signature]) -> None:
    """Owners and editors announce, owners and vetters write calls down; strangers see nothing."""
    desk = f"/desk/letters/{letter.slug}/audits/"
    call = f"{desk}{question_of(crowd[0]).pk}/call/"
    found = {}
    for role in Role:
        client = Client()
        email = f"{role.value}@open-stage.example"
        client.force_login(make_organizer(team=make_team(), email=email, role=role))
        page = client.get(desk)
        found[role.value] = (
            page.status_code,
            BRIGID.details.name in page.text,
            client.post(desk, {"sample": 10, "agree": "on"}).status_code,
            client.post(call, {"answer": "maybe", "revision": 1}).status_code,
        )
    assert found == {
        "owner": (200, True, 422, 303),
        "editor": (200, False, 422, 404),
        "vetter": (200, True, 404, 303),
        "press": (200, False, 404, 404),
        "viewer": (200, False, 404, 404),
    }
    client = Client()
    stranger = make_organizer(team=make_team(slug="another"), email="s@another.example")
    client.force_login(stranger)
    assert client.get(desk).status_code == client.post(call, {}).status_code == 404
    assert answers() == {"waiting": 6}


def test_announcing_at_the_desk(letter: Letter, ottilie: Organizer) -> None:
    listed(letter, BRIGID)
    client = Client()
    client.force_login(ottilie)
    desk = f"/desk/letters/{letter.slug}/audits/"
    for typed in ({}, {"sample": 10}, {"sample": 9, "agree": "on"}, {"sample": "x", "agree": "on"}):
        assert client.post(desk, typed).status_code == 422
    assert client.post(desk, {"sample": 501, "agree": "on"}).status_code == 422
    page = Client().get(f"/letters/{letter.slug}/audits/")
    assert "No audit has been announced yet" in page.text
    assert client.post(desk, {"sample": 10, "agree": "on"}).status_code == 303
    assert "10 signatures will be drawn" in Client().get(f"/letters/{letter.slug}/audits/").text
    assert client.get(desk).text.count("Announce it") == 0


def test_nothing_public_tells_who_answered_what(
    letter: Letter, ottilie: Organizer, crowd: list[Signature]
) -> None:
    """While it runs, no count moves; names and ids are in none of it."""
    pages = [f"/letters/{letter.slug}/audits/", f"/letters/{letter.slug}/audits/1.json"]
    before = [Client().get(each).text for each in pages]
    say(crowd[0], "yes")
    say(crowd[1], "no")
    assert [Client().get(each).text for each in pages] == before
    end(letter)
    for each in pages:
        told = Client().get(each).text
        for signature in crowd:
            for word in (signature.name, signature.public_id, signature.email):
                assert word not in told
    read = json.loads(Client().get(pages[1]).text)
    assert read["answers"]["yes"] == read["answers"]["no"] == 1
    assert read["answers"]["yes_of_answered"]["of"] == 2
    assert Client().get(f"/letters/{letter.slug}/audits/2.json").status_code == 404
    assert Client().get(f"/letters/{letter.slug}/audits/{10**30}.json").status_code == 404


@pytest.mark.parametrize(
    ("yes", "of", "expected"),
    [
        (188, 191, (0.9843, 0.9548, 0.9946)),
        (0, 10, (0.0, 0.0, 0.2775)),
        (10, 10, (1.0, 0.7225, 1.0)),
        (1, 1, (1.0, 0.2065, 1.0)),
    ],
)
def test_the_interval_is_wilsons(yes: int, of: int, expected: tuple[float, ...]) -> None:
    found = results.share(yes, of)
    assert found is not None
    assert tuple(round(each, 4) for each in (found.share, found.low, found.high)) == expected
    assert results.share(0, 0) is None


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    drawn(letter, ottilie)
    question = question_of(brigid)

    def answer(is_signed: bool) -> bool:
        return answering.answer(
            question=question,
            is_signed=is_signed,
            expected_revision=brigid.revision,
            now=timezone.now(),
        )

    assert sorted(at_once([lambda: answer(True), lambda: answer(False)])) == [False, True]
    question.refresh_from_db()
    assert ReportCase.objects.exists() == (question.answer == "no")


def test_a_mail_that_is_pointless_by_now_is_not_sent(
    letter: Letter, ottilie: Organizer, crowd: list[Signature], time_machine: TimeMachineFixture
) -> None:
    """Answered on the telephone, or withdrawn."""
    time_machine.move_to(timezone.now() + drawing.DRAW_AFTER * 2)
    brigid, salma, *_rest = crowd
    answering.record_call(
        question=question_of(brigid),
        organizer=ottilie,
        is_signed=True,
        expected_revision=brigid.revision,
        now=timezone.now(),
    )
    withdrawal.withdraw(signature=load(salma.pk))
    send_owed()
    asked = {each.to[0] for each in mail.outbox if "/audit/" in str(each.body)}
    assert asked == {each.email for each in (*crowd[2:], load(crowd[4].pk + 1))}


def test_an_answer_to_what_stood_there_before(crowd: list[Signature]) -> None:
    with pytest.raises(DetailsChanged):
        answering.answer(
            question=question_of(crowd[0]), is_signed=True, expected_revision=7, now=timezone.now()
        )
