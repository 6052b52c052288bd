"""The export of a real letter, checked by the verifier as a stranger would."""

import base64
import gzip
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from campaign import limits
from campaign.headers import PERMISSIONS_POLICY
from campaign.letters import drafting
from campaign.letters.models import Event, Letter
from campaign.shared_pages import CACHE_CONTROL
from signatures import editing, withdrawal
from signatures.details import Details
from signatures.models import (
    Because,
    Checkpoint,
    Delivery,
    Entry,
    Proof,
    ProofState,
    Signature,
    SignatureState,
    Vetting,
)
from signatures.moderation import decisions, removal
from signatures.notifications import messages
from signatures.press import record_export
from signatures.record import sequencer
from signatures.record.format.checkpoint import open_checkpoint
from signatures.record.format.merkle import EMPTY_ROOT, leaf_hash
from signatures.record.format.proofs import verify_consistency, verify_inclusion
from signatures.record.verifier import verify
from signatures.screening import watchlist
from signatures.verification import levels
from signatures.views.public import files
from tests.signatures.factories import (
    BRIGID,
    ENGLISH,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    close,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    person,
    publish_draft,
    sequence,
    someone,
)
from tests.signatures.record.record_invariants import latest
from tests.signatures.views.visitors import NAUGHTY

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def lines(letter: Letter) -> list[bytes]:
    whole = b"".join(record_export.export(letter=letter, checkpoint=latest(letter)))
    return whole.splitlines(keepends=True)


def check(data: Iterable[bytes], **asked: Any) -> verify.Check:
    whole = io.BufferedReader(io.BytesIO(b"".join(data)))
    return verify.check(verify.lines_of(whole), **asked)


def problems(checking: verify.Check) -> list[dict[str, Any]]:
    return [problem for each in checking.report()["checks"] for problem in each["problems"]]


def names_in(data: Iterable[bytes]) -> dict[int, str]:
    """Who is shown, by number."""
    shown = [json.loads(line) for line in data if line.startswith(b'{"number":')]
    return {each["number"]: each["of"]["name"] for each in shown}


def edit(signature: Signature, **changes: Any) -> None:
    fresh = load(signature.pk)
    details = {name: getattr(fresh, name) for name in Details.__slots__} | changes
    editing.edit(signature=fresh, expected_revision=fresh.revision, details=Details(**details))


def lift(signature: Signature, subject: str = "salt-ledger.example") -> None:
    now = timezone.now()
    Proof.objects.create(
        signature=signature,
        method="domain",
        subject=subject,
        private="nobody's business",
        state=ProofState.STANDING,
        started_at=now,
        proved_at=now,
    )
    levels.recompute_level(signature=load(signature.pk))


def live(letter: Letter) -> dict[str, Any]:
    counted: dict[str, Any] = check(lines(letter)).facts
    return counted


def test_a_letter_that_has_lived_holds_and_shows_whom_the_list_shows(letter: Letter) -> None:
    organizer = make_organizer(team=letter.team)
    watchlist.add(letter=letter, names=["Leopoldina Fernsby"], organizer=organizer)
    held = confirmed(letter, person("held@back.example", "Leopoldina Fernsby"))
    assert held.state == SignatureState.HELD
    brigid, salma, quiet, guild, wiktor, mei = listed(
        letter, BRIGID, SALMA, QUIET, GUILD, WIKTOR, MEI
    )
    early = latest(letter).note
    lift(brigid)
    edit(salma, credit="ديوان", name="سلمى ز. الزيتوني")
    edit(mei, consent_publish=False)
    sequence(letter)
    withdrawal.withdraw(signature=load(guild.pk))
    removal.remove(
        signature=load(wiktor.pk),
        organizer=organizer,
        expected_revision=1,
        because=Because.NOT_THEM,
    )
    sequence(letter)
    removal.restore(
        signature=load(wiktor.pk),
        organizer=organizer,
        expected_revision=load(wiktor.pk).revision,
        because=Because.MISTAKE,
    )
    vetting = Vetting.objects.get(signature=held)
    decisions.hold(vetting=vetting, organizer=organizer, expected_revision=1)
    edit(quiet, country="DE")
    sequence(letter)
    text = drafting.start_revision(letter=letter)
    drafting.save_translation(text=text, language="en", **(ENGLISH | {"body": "Pay us, too."}))
    publish_draft(letter)
    confirmed(letter, GUILD)
    sequence(letter)
    close(letter)
    sequence(letter)

    exported = lines(letter)
    checking = check(
        exported, expected_key=str(sequencer.verifier_of(letter)), earlier=[early, early]
    )
    assert problems(checking) == []
    assert names_in(exported) == {
        each.number: each.name
        for each in Signature.objects.filter(
            letter=letter, state=SignatureState.CONFIRMED, consent_publish=True
        )
    }
    assert {name: checking.facts[name] for name in ("total", "anonymous", "changed")} == {
        "total": 6,
        "anonymous": 2,
        "changed": 0,
    }
    assert checking.facts["url"] == f"http://127.0.0.1:8000/letters/{letter.slug}/"
    # Who waits, and who is not shown, is told of by nothing that could be read.
    whole = b"".join(exported)
    for secret in ("Fernsby", "Brandtner", "brigid@", "nobody's business"):
        assert secret.encode() not in whole
    for row in Signature.objects.filter(letter=letter):
        is_shown = row.state == SignatureState.CONFIRMED and row.consent_publish
        assert (base64.b64encode(bytes(row.salt)) in whole) is is_shown


def test_proofs_are_told_as_readers_of_the_list_see_them(letter: Letter) -> None:
    (brigid,) = listed(letter, BRIGID)
    lift(brigid)
    Proof.objects.create(
        signature=brigid,
        method="website",
        subject="unproved.example",
        started_at=timezone.now(),
    )
    sequence(letter)
    told = next(json.loads(line) for line in lines(letter) if line.startswith(b'{"number":'))
    today = timezone.now().date().isoformat()
    assert told["proofs"] == [
        {"method": "domain", "subject": "salt-ledger.example", "proved_on": today}
    ]
    assert live(letter)["levels"] == {"1": 0, "2": 1, "3": 0, "4": 0}


def waiting_changes(letter: Letter, organizer: Any) -> dict[str, Any]:
    """What may have happened to Brigid since the checkpoint."""

    def edited(signature: Signature) -> None:
        edit(signature, name="Brigid Afterwards")

    def hidden(signature: Signature) -> None:
        edit(signature, consent_publish=False)

    def removed(signature: Signature) -> None:
        removal.remove(
            signature=signature,
            organizer=organizer,
            expected_revision=signature.revision,
            because=Because.TWICE,
        )

    def withdrawn(signature: Signature) -> None:
        withdrawal.withdraw(signature=signature)

    def signed_anew(signature: Signature) -> None:
        withdrawal.withdraw(signature=signature)
        confirmed(letter, person(signature.email, "Anew Entirely"))

    def edited_twice(signature: Signature) -> None:
        edit(signature, name="Brigid Afterwards")
        edit(signature, name="Brigid Later Still")

    def lifted(signature: Signature) -> None:
        lift(signature, subject=f"{signature.pk}.example")

    ways = (edited, hidden, removed, withdrawn, signed_anew, edited_twice, lifted)
    return {each.__name__: each for each in ways}


WAYS = ("edited", "hidden", "removed", "withdrawn", "signed_anew", "edited_twice")


@pytest.mark.parametrize("way", WAYS)
def test_who_changed_since_the_checkpoint_is_said_to_have_changed_and_not_shown(
    letter: Letter, way: str
) -> None:
    brigid, _guild, _quiet = listed(letter, BRIGID, GUILD, QUIET)
    waiting_changes(letter, make_organizer(team=letter.team))[way](load(brigid.pk))
    exported = lines(letter)
    checking = check(exported)
    assert problems(checking) == []
    assert names_in(exported) == {2: "Guild of Lampwrights"}
    assert (checking.facts["total"], checking.facts["changed"]) == (3, 1)
    # And with the next checkpoint all is as before.
    sequence(letter)
    assert problems(check(lines(letter))) == []
    assert live(letter)["changed"] == 0


@pytest.mark.parametrize("way", [*WAYS, "lifted"])
@pytest.mark.parametrize("sequenced", [True, False])
def test_whoever_changes_while_a_slow_reader_takes_the_file(
    letter: Letter, way: str, sequenced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line by line, and the change comes ahead of, at or behind each place of the file."""
    monkeypatch.setattr(record_export, "LINES_PER_QUERY", 1)
    organizer = make_organizer(team=letter.team)
    for moment in range(6):
        (signer,) = listed(letter, someone(moment))
        checkpoint = latest(letter)
        taken = []
        blocks = record_export.export(letter=letter, checkpoint=checkpoint)
        start = checkpoint.size - 3 + moment
        for number, block in enumerate(blocks):
            taken.append(block)
            if number == start:
                waiting_changes(letter, organizer)[way](load(signer.pk))
                if sequenced:
                    sequence(letter)
        assert problems(check(taken)) == []
        sequence(letter)


def test_a_proof_that_is_ahead_of_the_record_waits_for_the_next_checkpoint(letter: Letter) -> None:
    brigid, _guild = listed(letter, BRIGID, GUILD)
    lift(brigid)
    for _twice in range(2):
        exported = lines(letter)
        assert problems(check(exported)) == []
        assert b'"proofs"' not in b"".join(exported)
        assert set(names_in(exported)) == {1, 2}
    sequence(letter)
    exported = lines(letter)
    assert problems(check(exported)) == []
    assert b"".join(exported).count(b'"proofs"') == 1
    # Said by a proof alone, a level is found out.
    forged = [line.replace(b'"method":"domain"', b'"method":"vetting"') for line in exported]
    assert [each["code"] for each in problems(check(forged))] == ["proof_above_level"]


def test_a_membership_under_another_name_is_told_as_one(letter: Letter) -> None:
    (brigid,) = listed(letter, BRIGID)
    lift(brigid)
    Proof.objects.filter(signature=brigid).update(method="roster", by_other_name=True)
    sequence(letter)
    exported = lines(letter)
    assert b'"by_other_name":true' in b"".join(exported)
    assert problems(check(exported)) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_end_of_any_e_mail_of_ours_is_an_earlier_checkpoint(
    letter: Letter, language: str
) -> None:
    listed(letter, BRIGID)
    signature = pending(letter, SALMA)
    Signature.objects.filter(pk=signature.pk).update(language=language)
    delivery = Delivery.objects.select_related("signature__letter", "signature__translation")
    body = messages.build(delivery.get(signature=signature)).body
    # From its first line to the end, as one marks it with a mouse.
    marked = body[body.index(f"{letter.origin}\n") :] + "\n\n"
    assert marked.endswith("=\n\n\n")
    listed(letter, GUILD)
    exported = lines(letter)
    for each in (marked, f"\n{marked}\n\n", "".join(f"> {line}\n" for line in marked.split("\n"))):
        checking = check(exported, earlier=[each.replace("\n", "\r\n")])
        assert problems(checking) == []
        assert "earlier" not in checking.not_made
    forged = [line.replace(b'"e":"sign"', b'"e":"edit"', 1) for line in exported]
    found = problems(check(forged, earlier=[marked]))
    assert {"code": "earlier_other_root", "size": 3} in found


def test_who_was_removed_at_the_checkpoint_and_is_back_since_waits_for_the_next(
    letter: Letter,
) -> None:
    organizer = make_organizer(team=letter.team)
    brigid, _guild = listed(letter, BRIGID, GUILD)
    removal.remove(
        signature=load(brigid.pk),
        organizer=organizer,
        expected_revision=1,
        because=Because.NOT_THEM,
    )
    sequence(letter)
    removal.restore(
        signature=load(brigid.pk),
        organizer=organizer,
        expected_revision=load(brigid.pk).revision,
        because=Because.MISTAKE,
    )
    assert Event.objects.filter(letter=letter, kind="restore").exists()
    exported = lines(letter)
    assert names_in(exported) == {2: "Guild of Lampwrights"}
    assert problems(check(exported)) == []
    sequence(letter)
    # The same details and salt as when they signed: two lines commit to them.
    assert set(names_in(lines(letter))) == {1, 2}
    assert problems(check(lines(letter))) == []


def test_a_text_that_waits_for_the_record_is_not_in_the_export_yet(letter: Letter) -> None:
    listed(letter, BRIGID)
    text = drafting.start_revision(letter=letter)
    drafting.save_translation(text=text, language="en", **(ENGLISH | {"body": "Pay us, too."}))
    publish_draft(letter)
    exported = lines(letter)
    assert problems(check(exported)) == []
    assert b"Pay us, too." not in b"".join(exported)
    sequence(letter)
    exported = lines(letter)
    assert problems(check(exported)) == []
    assert b"Pay us, too." in b"".join(exported)


def test_what_somebody_changes_in_the_database_by_hand_is_found_out(letter: Letter) -> None:
    brigid, guild = listed(letter, BRIGID, GUILD)
    before = Signature.objects.filter(pk=brigid.pk)

    def found_with(**changes: Any) -> list[str]:
        kept = before.values(*changes).get()
        before.update(**changes)
        codes = [each["code"] for each in problems(check(lines(letter)))]
        before.update(**kept)
        return codes

    assert found_with(level=2) == []
    assert found_with(name="Brigid O’Mallory") == ["unexplained"]
    assert found_with(state=SignatureState.HELD) == ["unexplained"]
    assert found_with(consent_publish=False) == ["count_differs"]
    assert found_with(number=9) == ["number_differs"]
    Checkpoint.objects.filter(letter=letter).update(people=2, level_1=3)
    assert [(each["code"], each["what"]) for each in problems(check(lines(letter)))] == [
        ("count_differs", "total"),
        ("count_differs", "people"),
        ("count_differs", "level 1"),
    ]
    assert guild.number == 2


def test_questions_to_the_database_do_not_grow_with_the_list(
    letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listed(letter, BRIGID)
    with django_assert_num_queries(10):
        assert len(names_in(lines(letter))) == 1
    listed(letter, *(someone(number) for number in range(3)))
    with django_assert_num_queries(10):
        assert len(names_in(lines(letter))) == 4


def test_it_is_given_out_in_steps(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_export, "LINES_PER_QUERY", 2)
    listed(letter, *(someone(number) for number in range(5)))
    blocks = list(record_export.export(letter=letter, checkpoint=latest(letter)))
    assert max(block.count(b"\n") for block in blocks) == 4
    assert problems(check(blocks)) == []


# --- over the net ---------------------------------------------------------------------------------


def url_of(letter: Letter, rest: str) -> str:
    return f"/letters/{letter.slug}/record/{rest}"


def body_of(response: Any) -> bytes:
    """Read to its end, which closes it."""
    return b"".join(response.streaming_content)


def read_a_little(response: Any) -> None:
    """And leave."""
    next(response._iterator)
    response._iterator.close()


def test_it_is_served_streamed_plain_and_compressed(letter: Letter) -> None:
    listed(letter, BRIGID, SALMA)
    plain = Client().get(url_of(letter, "export"))
    assert plain.streaming
    whole = body_of(plain)
    assert problems(check([whole])) == []
    assert dict(plain.items()) | {"ETag": "", "Content-Security-Policy": ""} == {
        "Content-Type": "application/x-ndjson",
        "Content-Disposition": f'attachment; filename="{letter.slug}-record-4.ndjson"',
        "X-Record-Size": "4",
        "ETag": "",
        "Cache-Control": CACHE_CONTROL,
        "X-Accel-Expires": "1",
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": plain["Access-Control-Expose-Headers"],
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Security-Policy": "",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": plain["Referrer-Policy"],
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    packed = Client().get(url_of(letter, "export"), headers={"Accept-Encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert packed["ETag"] != plain["ETag"]
    assert gzip.decompress(body_of(packed)) == whole


def test_it_is_not_sent_again_while_nothing_changed(letter: Letter) -> None:
    (brigid,) = listed(letter, BRIGID)
    first = Client().get(url_of(letter, "export"))
    body_of(first)
    known = {"If-None-Match": first["ETag"]}
    again = Client().get(url_of(letter, "export"), headers=known)
    assert (again.status_code, body_of(again)) == (304, b"")
    # Packed, it would be another file.
    packed = {"If-None-Match": f'{first["ETag"][:-1]}z"'}
    other = Client().get(url_of(letter, "export"), headers=packed)
    assert other.status_code == 200
    body_of(other)
    edit(brigid, name="Brigid Afterwards")
    changed = Client().get(url_of(letter, "export"), headers=known)
    assert changed.status_code == 200
    body_of(changed)


def test_a_look_at_its_headers_costs_no_reading(letter: Letter) -> None:
    listed(letter, BRIGID)
    head = Client().head(url_of(letter, "export"), headers={"Accept-Encoding": "gzip"})
    assert (head.status_code, head["X-Record-Size"], body_of(head)) == (200, "3", b"")
    assert head["Content-Encoding"] == "gzip"
    assert "Content-Length" not in head


def test_before_the_first_checkpoint_there_is_nothing_to_check(letter: Letter) -> None:
    for rest in ("export", "proof/" + "a" * 22, "consistency?from=0&to=0"):
        response = Client().get(url_of(letter, rest))
        assert (response.status_code, response["Content-Type"]) == (
            404,
            "text/plain; charset=utf-8",
        )
    assert Client().get("/letters/no-such-letter/record/export").status_code == 404


def test_too_many_at_once_or_in_an_hour_are_told_to_wait(
    letter: Letter, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, BRIGID)
    open_one = Client().get(url_of(letter, "export"))
    busy = Client().get(url_of(letter, "export"))
    assert (busy.status_code, busy["Retry-After"]) == (503, "60")
    body_of(open_one)
    # Closed, it makes room; also when nobody read it to its end.
    for _time in range(3):
        read_a_little(Client().get(url_of(letter, "export")))
    monkeypatch.setattr(limits, "hit", lambda limit, who: False)
    refused = Client().get(url_of(letter, "export"))
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    large = limits.Limit.LARGE_DOWNLOADS_FROM_NETWORK
    monkeypatch.setattr(limits, "hit", lambda limit, who: limit != large)
    read_a_little(Client().get(url_of(letter, "export")))
    monkeypatch.setattr("signatures.views.public.verifying.LARGE_FILE_ROWS", 2)
    assert Client().get(url_of(letter, "export")).status_code == 429
    assert files.at_once.enter(b"somebody")
    files.at_once.leave(b"somebody")


def read_proof(text: str) -> tuple[bytes, int, list[bytes], str]:
    """As c2sp.org/tlog-proof says: the leaf from the extra data, whose first line it is, index,
    hashes, checkpoint."""
    head, note = text.split("\n\n", 1)
    version, extra, index, *hashes = head.split("\n")
    assert version == "c2sp.org/tlog-proof@v1"
    return (
        base64.b64decode(extra.removeprefix("extra ")).partition(b"\n")[0],
        int(index.removeprefix("index ")),
        [base64.b64decode(each) for each in hashes],
        note,
    )


def assert_included(letter: Letter, signature: Signature, index: int) -> None:
    response = Client().get(url_of(letter, f"proof/{signature.public_id}"))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    leaf, found, hashes, note = read_proof(response.content.decode())
    opened = open_checkpoint(note=note, verifier=sequencer.verifier_of(letter))
    verify_inclusion(
        leaf_hash=leaf_hash(leaf), index=found, size=opened.size, proof=hashes, root=opened.root
    )
    assert found == index
    fresh = load(signature.pk)
    details = Details.of(fresh).commitment(salt=bytes(fresh.salt))
    assert json.loads(leaf)["c"] == details


def test_everybody_can_have_a_proof_that_they_are_in_the_record(letter: Letter) -> None:
    people = listed(letter, *(someone(number) for number in range(300)))
    for number in (0, 1, 127, 253, 254, 255, 299):
        assert_included(letter, people[number], number + 2)
    edit(people[7], name="Signer After")
    # What waits is not in the record yet: the proof is of what the record has.
    leaf, *_rest = read_proof(
        Client().get(url_of(letter, f"proof/{people[7].public_id}")).content.decode()
    )
    assert json.loads(leaf)["e"] == "sign"
    sequence(letter)
    assert_included(letter, people[7], 302)


def opened(letter: Letter, signature: Signature) -> dict[str, Any] | None:
    """What the proof shows of somebody, as the verifier takes it."""
    proof = Client().get(url_of(letter, f"proof/{signature.public_id}")).content
    report = verify.check_proof(proof, expected_key=str(sequencer.verifier_of(letter)))
    assert report["holds"]
    shown: dict[str, Any] | None = report["facts"]["shown"]
    assert (shown is None) is (len(report["checks"]) == 2)
    return shown


def test_a_proof_proves_the_name_of_who_is_shown(letter: Letter) -> None:
    brigid, salma = listed(letter, BRIGID, SALMA)
    for _twice in range(2):
        assert opened(letter, salma) == {
            "number": 2,
            "of": {
                name: each for name, each in Details.of(load(salma.pk)).committed().items() if each
            },
            "signature": salma.public_id,
            "date": json.loads(bytes(Entry.objects.get(letter=letter, index=3).leaf))["t"],
            "text": salma.translation.sha256,
        }
    edit(brigid, name="Brigid Afterwards")
    # What waits is not in the record, and what the record has is shown no more.
    assert opened(letter, brigid) is None
    sequence(letter)
    shown = opened(letter, brigid)
    assert shown is not None
    assert (shown["of"]["name"], shown["text"]) == ("Brigid Afterwards", None)


@pytest.mark.parametrize("sequenced", [True, False])
def test_a_proof_never_tells_of_who_is_not_shown(letter: Letter, sequenced: bool) -> None:
    organizer = make_organizer(team=letter.team)
    quiet, salma, wiktor, mei = listed(letter, QUIET, SALMA, WIKTOR, MEI)
    assert opened(letter, quiet) is None
    edit(salma, consent_publish=False)
    removal.remove(
        signature=load(wiktor.pk),
        organizer=organizer,
        expected_revision=1,
        because=Because.NOT_THEM,
    )
    withdrawal.withdraw(signature=load(mei.pk))
    if sequenced:
        sequence(letter)
    assert opened(letter, salma) is None
    assert opened(letter, wiktor) is None
    rows = [load(each.pk) for each in (quiet, salma, wiktor, mei)]
    for row in rows:
        content = Client().get(url_of(letter, f"proof/{row.public_id}")).content.decode()
        told = re.search("^extra (.*)$", content, re.MULTILINE)
        extra = base64.b64decode(told[1]) if told else b""
        for secret in (base64.b64encode(bytes(row.salt)), row.name.split()[0].encode()):
            assert secret not in extra
    removal.restore(
        signature=load(wiktor.pk),
        organizer=organizer,
        expected_revision=load(wiktor.pk).revision,
        because=Because.MISTAKE,
    )
    sequence(letter)
    shown = opened(letter, wiktor)
    assert shown is not None
    assert shown["of"]["name"] == wiktor.name


def test_signed_and_changed_in_one_batch_or_removed_and_restored(letter: Letter) -> None:
    brigid, salma = confirmed(letter, BRIGID), confirmed(letter, SALMA)
    edit(brigid, name="Brigid Afterwards")
    sequence(letter)
    assert [load(each.pk).number for each in (brigid, salma)] == [1, 2]
    assert_included(letter, brigid, 4)
    organizer = make_organizer(team=letter.team)
    removal.remove(
        signature=load(salma.pk), organizer=organizer, expected_revision=1, because=Because.TWICE
    )
    sequence(letter)
    assert_included(letter, salma, 3)
    removal.restore(
        signature=load(salma.pk),
        organizer=organizer,
        expected_revision=load(salma.pk).revision,
        because=Because.MISTAKE,
    )
    sequence(letter)
    assert_included(letter, salma, 6)
    assert load(salma.pk).number == 2


def test_no_proof_of_who_is_not_in_the_record(letter: Letter) -> None:
    (brigid,) = listed(letter, BRIGID)
    waits = confirmed(letter, SALMA)
    elsewhere = open_letter(slug="another-letter")
    (guild,) = listed(elsewhere, GUILD)
    withdrawal.withdraw(signature=load(brigid.pk))
    # Signing again starts over: what the row knew of its old place is void.
    anew = pending(letter, BRIGID)
    ids = [waits.public_id, guild.public_id, anew.public_id, brigid.public_id, "a" * 22]
    answers = [Client().get(url_of(letter, f"proof/{each}")) for each in ids]
    assert {(each.status_code, each.content) for each in answers} == {
        (404, b"This record has no signature of that id.\n")
    }


def test_any_two_sizes_are_shown_to_be_of_one_record(letter: Letter) -> None:
    sequence(letter)
    for number in range(7):
        listed(letter, someone(number))
    roots = {0: EMPTY_ROOT}
    for checkpoint in Checkpoint.objects.filter(letter=letter):
        roots[checkpoint.size] = bytes(checkpoint.root)
    for old in roots:
        for new in (size for size in roots if size >= old):
            told = Client().get(url_of(letter, f"consistency?from={old}&to={new}")).json()
            verify_consistency(
                old_size=old,
                old_root=roots[old],
                new_size=new,
                new_root=roots[new],
                proof=[base64.b64decode(each) for each in told["proof"]],
            )
            assert [base64.b64decode(told[end]["root"]) for end in ("from", "to")] == [
                roots[old],
                roots[new],
            ]
            assert told["to"]["checkpoint"] == (
                Checkpoint.objects.get(letter=letter, size=new).note if new else None
            )
    # A size that never was a checkpoint has a root, but nobody signed it.
    told = Client().get(url_of(letter, "consistency?from=1&to=2")).json()
    assert told["from"]["checkpoint"] is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?from=1", 400),
        ("?from=1&to=x", 400),
        ("?from=01&to=2", 400),
        ("?from=3&to=2", 400),
        ("?from=1&to=99", 404),
        ("?from=1&to=" + "9" * 30, 400),
        ("?from=1&to=%D9%A3", 400),
    ],
)
def test_nonsense_gets_a_sentence(letter: Letter, query: str, status: int) -> None:
    listed(letter, BRIGID)
    response = Client().get(url_of(letter, f"consistency{query}"))
    assert (response.status_code, response["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert response.content.decode().endswith(".\n")


@pytest.mark.parametrize("what", NAUGHTY)
def test_nothing_typed_is_ever_an_error_of_ours(letter: Letter, what: str) -> None:
    listed(letter, BRIGID)
    naughty = NAUGHTY[what]
    client = Client()
    asked = {"from": naughty, "to": naughty, "letter": naughty}
    assert client.get(url_of(letter, "consistency"), asked).status_code == 400
    assert client.get("/verify/", asked).status_code == 200
    assert client.get(url_of(letter, "proof/" + quote(naughty, safe=""))).status_code in (404, 301)


def test_the_verifier_is_served_as_it_is(letter: Letter) -> None:
    response = Client().get("/verify.py")
    assert response["Content-Type"] == "text/x-python; charset=utf-8"
    assert response.content == Path(verify.__file__).read_bytes()
    assert not response.cookies


def test_nothing_here_acts_on_anything_but_reading(letter: Letter) -> None:
    listed(letter, BRIGID)
    paths = ["/verify.py", "/verify/", url_of(letter, "export"), url_of(letter, "consistency")]
    assert {Client().post(path).status_code for path in paths} == {405}
