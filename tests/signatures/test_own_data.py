"""Everything that is kept about a signature, for its signer: all of it, and nothing of others."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter, PressKit
from signatures import consent, editing, links, withdrawal
from signatures.models import Because, Signature, Vetting
from signatures.moderation import decisions, removal
from signatures.own_data import told
from signatures.record.format.commitment import commit, record_bytes
from signatures.screening import watchlist
from tests.signatures.factories import (
    BRIGID,
    QUIET,
    SALMA,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    sequence,
)
from tests.signatures.full_signature import (
    MINE,
    NETWORK,
    NOTE,
    REPORTED,
    THEIRS,
    full_signature,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT = "2026-11-23T12:00:00Z"


@pytest.fixture
def letter(time_machine: TimeMachineFixture) -> Letter:
    """At one moment, so that every time is known."""
    time_machine.move_to(NOW, tick=False)
    return open_letter()


def of(signature: Signature) -> dict[str, Any]:
    """As it is after it went through the file."""
    data: dict[str, Any] = json.loads(json.dumps(told(signature=signature, now=timezone.now())))
    return data


def test_what_a_listed_signer_is_told(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    data = of(signature)
    about = data.pop("about")
    assert list(about) == [
        "why",
        "who_sees_it",
        "how_long",
        "notes_of_organizers",
        "organizers_address",
    ]
    salt = base64.b64encode(bytes(signature.salt)).decode()
    leaf = data["record"].pop("leaf")
    assert data == {
        "format": "undersigned-own-data-v1",
        "written_at": AT,
        "letter": {
            "url": "http://127.0.0.1:8000/letters/work-that-is-ours/",
            "title": "For work that is ours",
            "text_signed": {
                "version": 1,
                "language": "en",
                "sha256": signature.translation.sha256,
            },
        },
        "signature": {
            "state": "confirmed",
            "number": 1,
            "level": 1,
            "name": "Brigid O’Malloran",
            "kind": "person",
            "profession": "author",
            "country": "IE",
            "credit": "The Salt Ledger",
            "affiliation": "",
            "e_mail": "brigid@quayside.example",
            "language": "en",
            "version_of_details": 1,
            "signed_at": AT,
            "confirmation_asked_for_at": AT,
            "codes_tried": 0,
            "confirmed_at": AT,
            "withdrawn_at": None,
            "network_hash_kept_until": None,
            "signed_without_proof_of_work": False,
            "came_by_a_link_marked": "",
        },
        "answers": [],
        "consents": {
            "version": f"{consent.VERSION}/en",
            "given_at": AT,
            "publish": {"given": True, "wording": consent.WORDINGS["2026-12/en"].publish},
            "updates": {"given": True, "wording": consent.WORDINGS["2026-12/en"].updates},
            "age": {"said": None},
        },
        "record": {
            "id": signature.public_id,
            "salt": salt,
            "of": {
                "country": "IE",
                "credit": "The Salt Ledger",
                "kind": "person",
                "name": "Brigid O’Malloran",
                "profession": "author",
            },
        },
        "vetted_without_being_named": [],
        "proofs": [],
        "signs_for_an_organisation_as": [],
        "evidence": [],
        "vouches_received": [],
        "vouches_given": [],
        "history_of_what_was_attested": [],
        "named_first_since": [],
        "checked_by_organizers": [],
        "decisions_of_organizers": [],
        "removals": [],
        "in_deeds_about_many": [],
        "reports_of_this_name": [],
        "deeds_of_organizers": [],
        "e_mails": [
            {
                "about": "confirmation",
                "to": "brigid@quayside.example",
                "earlier_name": "",
                "state": "owed",
                "owed_at": AT,
                "sent_at": None,
            }
        ],
        "follows_for_the_press": [],
        "asked_what_was_signed_at": [],
        "invited_to_sign": [],
        "asked_in_audits": [],
        "updates": [],
        "corrections": [],
    }
    assert json.loads(leaf)["s"] == signature.public_id


def test_salt_and_details_open_the_leaf(letter: Letter) -> None:
    """Also of who signs without being shown: it is theirs to tell."""
    for signature in listed(letter, BRIGID, QUIET):
        record = of(signature)["record"]
        opened = commit(salt=base64.b64decode(record["salt"]), record=record_bytes(record["of"]))
        assert opened == json.loads(record["leaf"])["c"]


def test_a_salt_that_opens_nothing_is_not_told(letter: Letter) -> None:
    waiting = confirmed(letter, BRIGID)
    assert of(waiting)["record"] == {
        "id": waiting.public_id,
        "leaf": None,
        "salt": None,
        "of": None,
    }
    sequence(letter)
    details = BRIGID.but(credit="Elsewhere").details
    editing.edit(signature=load(waiting.pk), expected_revision=1, details=details)
    # The leaf is of the details before; the next will be of these.
    record = of(load(waiting.pk))["record"]
    assert (record["leaf"] is None, record["salt"], record["of"]) == (False, None, None)
    sequence(letter)
    assert of(load(waiting.pk))["record"]["of"]["credit"] == "Elsewhere"


def test_all_that_every_table_knows_of_her_is_told(letter: Letter) -> None:
    data = of(full_signature(letter))

    assert data["signature"]["network_hash_kept_until"] == "2026-12-23T12:00:00Z"
    assert data["signature"]["version_of_details"] == 3
    proofs = [
        (each["method"], each["subject"], each["address"], each["profile"], each["has_note"])
        for each in data["proofs"]
    ]
    assert proofs == [
        ("vetting", "", "", "", True),
        ("website", "quillhaven.example", "", "", False),
        ("work_email", "erasable.example", "e.quillhaven@erasable.example", "", False),
        ("account", "quillhaven", "", "https://masto.example/@quillhaven", False),
    ]
    assert data["signs_for_an_organisation_as"] == [
        {"name": "E. Quillhaven", "role": "Erasable in chief", "stated_at": AT}
    ]
    assert data["evidence"] == [
        {
            "source": "wikidata",
            "identifier": "Q1000001",
            "state": "found",
            "name_there": "Ernestine Quillhaven",
            "website_there": "quillhaven.example",
            "given_at": AT,
            "looked_up_at": None,
        }
    ]
    vouch = {"made_at": AT, "ended_at": None}
    known = {"number": 3, "name": "Signer Number 901"}
    assert data["vouches_received"] == [
        {"who": known, "relation": THEIRS, **vouch},
        # Counted without being shown.
        {"who": None, "relation": "on tour", **vouch},
        {
            "who": {"number": 5, "name": "Signer Number 903"},
            "relation": None,
            "made_at": AT,
            "ended_at": "2026-11-23T12:00:01Z",
        },
    ]
    assert data["vouches_given"] == [{"who": known, "relation": MINE, **vouch}]
    attested = {"method": "vetting", "at": AT}
    assert data["history_of_what_was_attested"] == [
        {**attested, "deed": "given", "details": []},
        {**attested, "deed": "changed", "details": ["credit"]},
    ]
    assert data["vetted_without_being_named"] == [
        {
            "asked_at": AT,
            "days_promised": 30,
            "identity_deleted_on": None,
            "identity_deleted_at": None,
        }
    ]
    assert data["named_first_since"] == [AT]
    assert data["checked_by_organizers"] == [{"state": "approved", "since": AT, "decided_at": AT}]
    assert data["decisions_of_organizers"] == [
        {"decision": "doubt", "message_to_you": "", "has_note": True, "at": AT},
        {"decision": "approve", "message_to_you": "", "has_note": True, "at": AT},
    ]
    assert data["removals"] == [
        {"reason": "rules", "has_note": True, "removed_at": AT, "put_back_at": AT}
    ]
    reported = {
        "what": "never_signed",
        "made_at": AT,
        "held_since_it_was_shown_at": None,
    }
    assert data["reports_of_this_name"] == [
        {**reported, "answer": "dismissed", "answered_at": AT},
        {**reported, "answer": "", "answered_at": None},
    ]
    deeds = ["remove", "restore", "doubt", "approve", "vetting", "answer_report", "pin"]
    assert data["deeds_of_organizers"] == [{"what": what, "at": AT} for what in deeds]
    assert [(each["about"], each["to"]) for each in data["e_mails"]] == [
        ("confirmation", "ernestine@quillhaven-mail.example"),
        ("withdrawn", "ernestine@quillhaven-mail.example"),
        ("work_email", "e.quillhaven@erasable.example"),
    ]
    told_of = [(each["event"], each["number"], each["name_told"]) for each in data["corrections"]]
    assert told_of == [
        ("withdraw", 1, "Ernestine Quillhaven"),
        ("remove", 2, ""),
        ("restore", 2, ""),
        ("remove", 2, ""),
        ("restore", 2, ""),
    ]
    assert data["corrections"][0]["url"] == (
        "http://127.0.0.1:8000/letters/work-that-is-ours/corrections/#c3"
    )


def test_no_secret_and_nobody_else_stands_in_it(letter: Letter) -> None:
    signature = full_signature(letter)
    organizer = make_organizer(team=letter.team, email="other@team.example")
    text = json.dumps(of(signature), ensure_ascii=False)
    secrets = [signature.email_key, signature.nonce, NETWORK]
    hidden = [
        each for raw in secrets for each in (bytes(raw).hex(), base64.b64encode(raw).decode())
    ]
    hidden += [links.token_for(signature=signature), links.code_for(signature=signature)]
    hidden += ["t0ken", NOTE, "agent", "thought I knew", "account of hers"]
    hidden += [REPORTED, "Claimant", "reports.example"]
    hidden += ["Signer Number 902", "crowd.example", "team.example", organizer.name]
    assert [each for each in hidden if each in text] == []


def test_why_a_name_is_looked_at_is_not_told(letter: Letter) -> None:
    organizer = make_organizer(team=letter.team)
    watchlist.add(letter=letter, names=["Brigid O'Malloran"], organizer=organizer)
    signature = confirmed(letter, BRIGID)
    assert of(signature)["checked_by_organizers"] == [
        {"state": "waiting", "since": AT, "decided_at": None}
    ]
    vetting = Vetting.objects.get(signature=signature)
    decisions.reject(
        vetting=vetting,
        organizer=organizer,
        expected_revision=1,
        reason="not her",
        message="Please write.",
    )
    [decision] = of(load(signature.pk))["decisions_of_organizers"]
    assert decision == {
        "decision": "reject",
        "message_to_you": "Please write.",
        "has_note": True,
        "at": AT,
    }
    assert "watched" not in json.dumps(of(load(signature.pk)))


def test_whatever_the_state_there_is_something_to_tell(letter: Letter) -> None:
    waiting = pending(letter, BRIGID)
    [removed, left] = listed(letter, SALMA, QUIET)
    organizer = make_organizer(team=letter.team)
    removal.remove(
        signature=removed, organizer=organizer, expected_revision=1, because=Because.TWICE
    )
    withdrawal.withdraw(signature=left)
    sequence(letter)
    told_of = [of(load(each.pk)) for each in (waiting, removed, left)]
    assert [each["signature"]["state"] for each in told_of] == ["pending", "removed", "withdrawn"]
    assert [each["removals"] for each in told_of][1] == [
        {"reason": "twice", "has_note": False, "removed_at": AT, "put_back_at": None}
    ]
    assert told_of[1]["consents"]["version"] == f"{consent.VERSION}/ar"
    assert told_of[1]["consents"]["publish"]["wording"] == consent.WORDINGS["2026-12/ar"].publish
    assert told_of[2]["signature"]["withdrawn_at"] == AT


def test_whom_to_ask_for_notes_is_told(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    PressKit.objects.create(letter=letter, language="en", contact_email="press@council.example")
    assert of(signature)["about"]["organizers_address"] == "press@council.example"


def test_it_costs_the_same_however_much_there_is(letter: Letter) -> None:
    def queries(signature: Signature) -> int:
        with CaptureQueriesContext(connection) as found:
            of(signature)
        return len(found)

    plain, rich = listed(letter, SALMA)[0], full_signature(letter)
    sequence(letter)
    assert queries(load(plain.pk)) == queries(load(rich.pk)) == 25
