"""The demo's past: everything in it is exact, it is written once, and never by halves."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.db.models import Count, F

from campaign.letters import closing, updates
from campaign.letters.models import (
    Event,
    EventKind,
    Letter,
    PressImage,
    PressKit,
    Quote,
    Update,
    UpdateState,
)
from campaign.organizers.models import Organizer, Team
from demo import delivery, desk, letters, seeding
from demo.sites import Sites, the_sites
from signatures import tasks
from signatures.listing import notables
from signatures.models import (
    Authority,
    Breakdown,
    Checkpoint,
    Correction,
    Decision,
    Delivery,
    Entry,
    Evidence,
    Handover,
    Kind,
    Level,
    Member,
    Notable,
    Proof,
    ProofState,
    Removal,
    ReportCase,
    SampleAudit,
    SampleQuestion,
    Signature,
    SignatureState,
    Snapshot,
    Verdict,
    Vetting,
    VettingState,
    Vouch,
    Watched,
)
from signatures.moderation import pinning, queue, reports
from signatures.names.lookalikes import look_alikes_in
from signatures.notifications.update_progress import progress
from signatures.record import tally
from signatures.record.format import merkle
from signatures.record.format.checkpoint import open_checkpoint
from signatures.record.format.leaf import decode_leaf
from signatures.record.sequencer import verifier_of
from signatures.verification import attested, authority, checking, levels, registry
from signatures.verification.rosters import upload
from signatures.verification.vouching import giving
from tests.demo.conftest import FEWER
from tests.journeys.visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fewer_people"),
]
NEWS, ATTACKED = "ask-before-you-train", "names-on-covers"
# One is shown by a button at `/demo/proofs/`, the other needs an account at LinkedIn.
NOT_SEEDED = {"mastodon", "linkedin"}


def statement_of(letter: Letter) -> letters.Statement:
    found = next(each for each in letters.letters() if each.slug == letter.slug)
    return replace(found, signatures=FEWER[letter.slug])


def standing(letter: Letter) -> "dict[tuple[object, ...], int]":
    """What the rows add up to, in as much detail as the breakdown has: none of the unnamed."""
    cells = Signature.objects.filter(letter=letter, state=SignatureState.CONFIRMED).values_list(
        "kind", "level", "profession", "country", "consent_publish"
    )
    return Counter(
        (kind, level, profession, country, False) if is_named else (kind, level, "", "", True)
        for kind, level, profession, country, is_named in cells
    )


@pytest.mark.usefixtures("seeded")
def test_rows_tally_breakdown_and_record_agree_exactly() -> None:
    assert not Event.objects.exists()
    for letter in Letter.objects.all():
        told = statement_of(letter)
        signed = Signature.objects.filter(letter=letter, number__isnull=False)
        numbers = signed.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, told.signed + 1))
        stand = signed.filter(state=SignatureState.CONFIRMED)
        assert stand.count() == FEWER[letter.slug]

        counted = tally.latest(letter_id=letter.pk)
        assert counted is not None
        assert counted.total == FEWER[letter.slug]
        assert counted.signings == told.signed
        assert counted.organisations == stand.filter(kind="organisation").count()
        assert counted.anonymous == stand.filter(consent_publish=False).count()
        each_level = dict(stand.values_list("level").annotate(Count("pk")))
        assert counted.levels == {str(level): each_level.get(level, 0) for level in (1, 2, 3, 4)}
        broken_down = {
            (row.kind, row.level, row.profession, row.country, row.is_anonymous): row.count
            for row in Breakdown.objects.filter(letter=letter).exclude(count=0)
        }
        assert broken_down == standing(letter)

        leaves = [
            decode_leaf(bytes(leaf))
            for leaf in Entry.objects.filter(letter=letter)
            .order_by("index")
            .values_list("leaf", flat=True)
        ]
        assert counted.size == len(leaves)
        told_of = Counter(leaf.event for leaf in leaves)
        assert told_of[EventKind.SIGN] == told.signed
        assert told_of[EventKind.WITHDRAW] == told.withdrawn
        assert told_of[EventKind.REMOVE] == told.removed
        assert told_of[EventKind.RESTORE] == (1 if told.removed else 0)
        # The last level that the record tells of each is the level of its row.
        last = {leaf.signature: leaf.level for leaf in leaves if leaf.level is not None}
        assert {row.public_id: row.level for row in stand}.items() <= last.items()


@pytest.mark.usefixtures("seeded")
def test_an_audit_by_sample_was_drawn_asked_and_counted() -> None:
    [audit] = SampleAudit.objects.all()
    found = Counter(SampleQuestion.objects.values_list("answer", flat=True))
    assert audit.drawn is not None
    assert (audit.letter.slug, sum(found.values())) == (ATTACKED, len(audit.drawn))
    assert found["yes"] > found["silent"]
    assert found["waiting"] == 0
    assert audit.announced_at.replace(microsecond=0) == audit.logged_at
    assert audit.drawn_at is not None
    assert audit.ended_at is not None
    assert audit.ended_at >= audit.drawn_at + timedelta(days=14)
    # Nobody of then is written to today.
    asking = Delivery.objects.filter(message="sample")
    assert set(asking.values_list("state", flat=True)) == {"sent"}


@pytest.mark.usefixtures("seeded")
def test_the_proofs_of_everybody_add_up_to_their_level() -> None:
    for signature in Signature.objects.filter(state=SignatureState.CONFIRMED):
        assert levels.earned(signature=signature) == signature.level
    counting = Proof.objects.filter(state__in=ProofState.counting())
    assert not counting.filter(proved_at__lt=F("signature__confirmed_at")).exists()
    assert not counting.filter(proved_at__gt=datetime.now(UTC)).exists()
    every = set(registry.codes(lambda _each: True))
    assert set(counting.values_list("method", flat=True)) == every - NOT_SEEDED
    for method in ("vetting", "call_back"):
        assert not counting.filter(method=method, organizer=None).exists()
    for each in Authority.objects.select_related("signature"):
        assert each.signature.kind == Kind.ORGANISATION
        assert authority.is_verified(signature=each.signature)


@pytest.mark.usefixtures("seeded")
def test_no_sweep_finds_anything_that_does_not_hold() -> None:
    """Memberships have their line, vouches their vouchers, and those had been vetted by then."""
    before = sorted(Proof.objects.values_list("pk", "state"))
    in_the_record = Entry.objects.count()
    assert Proof.objects.filter(method="vouched").exists()
    assert Proof.objects.filter(method="roster").exists()
    upload.end_lost()
    giving.settle_lost()
    tasks.sequence_waiting()
    checking.check_due()
    assert sorted(Proof.objects.values_list("pk", "state")) == before
    assert Entry.objects.count() == in_the_record
    for vouch in Vouch.objects.select_related("voucher", "signature"):
        assert vouch.voucher.letter_id == vouch.signature.letter_id
        assert giving.may_vouch(signature=vouch.voucher)
        vetted = vouch.voucher.proofs.get(method="vetting").proved_at
        assert vetted is not None
        assert vetted < vouch.made_at
        assert vouch.voucher.vouches_given.count() <= giving.MAX_VOUCHES


@pytest.mark.usefixtures("invented")
@pytest.mark.usefixtures("seeded")
def test_what_was_shown_is_found_again_a_month_on() -> None:
    again = Proof.objects.filter(method__in=registry.looked_at())
    assert not again.filter(check_due_at__lte=datetime.now(UTC)).exists()
    standing = again.filter(state=ProofState.STANDING)
    lapsing = again.filter(state=ProofState.LAPSING)
    assert standing.exists()
    assert lapsing.exists()
    ids = set(standing.order_by("pk").values_list("pk", flat=True)[:5])
    gone = set(lapsing.order_by("pk").values_list("pk", flat=True)[:2])
    Proof.objects.filter(pk__in=ids | gone).update(check_due_at=datetime.now(UTC))
    assert checking.check_due() == 7
    assert set(standing.values_list("pk", flat=True)) >= ids
    assert not again.filter(pk__in=ids).exclude(problem="").exists()
    assert set(lapsing.filter(pk__in=gone).values_list("problem", flat=True)) == {"token_missing"}


@pytest.mark.usefixtures("seeded")
def test_what_left_the_list_is_told_in_the_corrections() -> None:
    letter = Letter.objects.get(slug=NEWS)
    told = Counter(Correction.objects.filter(letter=letter).values_list("kind", flat=True))
    assert told == {EventKind.WITHDRAW: 7, EventKind.REMOVE: 2, EventKind.RESTORE: 1}
    assert Correction.objects.filter(letter=letter).exclude(name="").count() == 3
    out, back = Removal.objects.order_by("restored_at")
    if out.restored_at is not None:
        out, back = back, out
    assert out.signature.state == SignatureState.REMOVED
    assert back.signature.state == SignatureState.CONFIRMED
    assert Snapshot.objects.get(letter=letter).milestone == 100


@pytest.mark.usefixtures("seeded")
def test_twelve_are_named_first_and_all_may_be() -> None:
    letter = Letter.objects.get(slug=NEWS)
    pinned = [each.signature for each in pinning.pinned(letter=letter)]
    assert len(pinned) == len(notables.shown(letter=letter)) == desk.NOTABLES
    assert len({each.profession for each in pinned}) > desk.NOTABLES / 2
    for each in pinned:
        assert pinning.is_notable(signature=each)
        assert each.credit
    assert not Notable.objects.exclude(letter=letter).exists()


@pytest.mark.usefixtures("seeded")
def test_the_press_is_told_in_both_languages() -> None:
    letter = Letter.objects.get(slug=NEWS)
    assert set(PressKit.objects.values_list("letter", "language")) == {
        (letter.pk, "en"),
        (letter.pk, "ar"),
    }
    named = {each.signature.name for each in pinning.pinned(letter=letter)}
    assert {quote.speaker for quote in Quote.objects.all()} <= named
    assert Quote.objects.filter(language="en").count() == 3
    assert PressImage.objects.get().content_type == "image/png"
    for prefix in ("", "/ar"):
        page = Visitor().goes_to(f"{prefix}/letters/{NEWS}/press/")
        assert "press@working-artists.example" in page.text


@pytest.mark.usefixtures("seeded")
def test_news_was_sent_and_waits_to_be_approved_and_sent() -> None:
    assert Update.objects.count() == 3
    [sent] = Update.objects.filter(state=UpdateState.SENT)
    assert (sent.is_public, sent.letter.slug) == (True, NEWS)
    assert set(updates.words_of(update=sent)) == {"en", "ar"}
    counts = dict(progress(update=sent))
    assert counts.pop("total") == sum(counts.values()) > 0
    assert {state for state, count in counts.items() if count} == {
        *("sent", "failed", "unknown", "suppressed")
    }


@pytest.mark.usefixtures("seeded")
def test_forty_wait_and_some_were_decided() -> None:
    letter = Letter.objects.get(slug=ATTACKED)
    waiting = Signature.objects.filter(state=SignatureState.HELD, letter=letter)
    assert waiting.count() == queue.waiting(letter=letter) == desk.WAITING
    assert set(waiting.values_list("letter", "level")) == {(letter.pk, Level.PENDING)}
    assert not waiting.exclude(number=None).exists()
    reasons = Counter(
        Vetting.objects.filter(signature__in=waiting).values_list("reason", flat=True)
    )
    assert set(reasons) == {"watched", "mixed", "everyone", "again"}
    assert reasons["watched"] >= 10
    assert Proof.objects.filter(signature__in=waiting).exists()
    assert Evidence.objects.filter(signature__in=waiting).exists()

    approved = Vetting.objects.filter(state=VettingState.APPROVED)
    assert approved.exists()
    for vetting in approved:
        organizers = set(vetting.decisions.values_list("organizer__email", flat=True))
        assert organizers == {seeding.ORGANIZER, seeding.SECOND_ORGANIZER}
        assert vetting.signature.state == SignatureState.CONFIRMED
        assert vetting.signature.level == Level.VETTED
    rejected = Vetting.objects.filter(state=VettingState.REJECTED)
    assert {each.signature.state for each in rejected} == {SignatureState.REJECTED}
    assert Decision.objects.filter(verdict=Verdict.REJECT).count() == rejected.count() == 4
    pace = queue.pace(letter=letter)
    assert pace.usual is not None
    assert pace.oldest is not None
    assert datetime.now(UTC) - pace.oldest < timedelta(days=2, hours=1)


@pytest.mark.usefixtures("seeded")
def test_the_letter_in_the_news_has_work_for_its_vetters_too() -> None:
    letter = Letter.objects.get(slug=NEWS)
    waiting = Vetting.objects.filter(letter=letter, state=VettingState.WAITING)
    assert waiting.count() == queue.waiting(letter=letter) == desk.WAITING_IN_THE_NEWS
    assert set(waiting.values_list("reason", "needs_two")) == {("watched", True)}
    held = [each.signature for each in waiting.select_related("signature")]
    assert any(look_alikes_in(each.name) for each in held)
    shared = Counter(
        shared for each in held for shared, _other in queue.duplicates_of(signature=each)
    )
    assert shared["network"] == 5 * 4
    [recheck] = attested.to_look_at(letter=letter)
    [change] = attested.changes(signature=recheck.signature)
    assert change.field == "credit"
    assert change.before
    [case] = ReportCase.objects.filter(letter=letter, answered_at=None)
    assert case.signature is not None
    assert reports.open_case(signature=case.signature) is not None
    assert Watched.objects.filter(letter=letter).count() == len(desk.famous())


@pytest.mark.usefixtures("seeded")
def test_nothing_of_who_waits_is_public() -> None:
    page = " ".join(
        Visitor().goes_to(f"/letters/{slug}/{rest}").text
        for slug in (ATTACKED, NEWS)
        for rest in ("", "signatories/")
    )
    listed = set(
        Signature.objects.filter(state=SignatureState.CONFIRMED).values_list("name", flat=True)
    )
    hidden = (SignatureState.HELD, SignatureState.REJECTED)
    for name in Signature.objects.filter(state__in=hidden).values_list("name", flat=True):
        assert name in listed or name not in page


def test_a_demo_that_begins_anew_forgets_what_stood_on_its_sites(sites: Sites) -> None:
    seeding.seed()
    assert the_sites() is sites
    proof = Proof.objects.filter(method="website", state=ProofState.STANDING)[0]
    assert sites.tokens_on(proof.subject) == [proof.token]
    sites.write_anew([])
    assert sites.tokens_on(proof.subject) is None


@pytest.mark.usefixtures("seeded")
def test_each_checkpoint_verifies_and_is_the_root_of_the_leaves_before_it() -> None:
    for letter in Letter.objects.all():
        leaves = [
            merkle.leaf_hash(bytes(leaf))
            for leaf in Entry.objects.filter(letter=letter)
            .order_by("index")
            .values_list("leaf", flat=True)
        ]
        checkpoints = Checkpoint.objects.filter(letter=letter).order_by("size")
        assert checkpoints.count() > 3
        for checkpoint in checkpoints:
            opened = open_checkpoint(note=checkpoint.note, verifier=verifier_of(letter))
            assert opened.size == checkpoint.size
            assert opened.root == bytes(checkpoint.root) == merkle.root(leaves[: checkpoint.size])
        assert len(leaves) == checkpoints[len(checkpoints) - 1].size


@pytest.mark.usefixtures("seeded")
def test_the_closed_letter_was_handed_over() -> None:
    [handover] = Handover.objects.select_related("letter", "package")
    assert handover.letter == Letter.objects.get(closed_at__isnull=False)
    assert [name for name, _size, _hash in handover.package.files] == [
        "letter-en.pdf",
        "count-en.pdf",
        "signatories.csv",
        "signatories.json",
        "record.ndjson",
        "SHA256SUMS",
    ]
    page = Visitor().goes_to(f"/letters/{handover.letter.slug}/delivery/")
    assert delivery.RECIPIENT in page.text


def test_a_seeding_that_was_interrupted_leaves_nothing_and_starts_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class PowerCut(BaseException):
        pass

    def cut(**_call: object) -> None:
        raise PowerCut

    with monkeypatch.context() as interrupted:
        # The closed letter is the last one: nearly all is written by then.
        interrupted.setattr(closing, "close_letter", cut)
        with pytest.raises(PowerCut):
            seeding.seed()
    assert not seeding.is_seeded()
    for model in (Organizer, Team, Letter, Signature, Event, Entry, Checkpoint, Proof, Member):
        assert not model._default_manager.exists()

    seeding.seed()
    assert seeding.is_seeded()
    assert standing_everywhere() == sum(FEWER.values())


def standing_everywhere() -> int:
    return Signature.objects.filter(state=SignatureState.CONFIRMED).count()


@pytest.mark.usefixtures("seeded")
def test_it_is_never_written_twice() -> None:
    with pytest.raises(IntegrityError):
        seeding.seed()
    assert standing_everywhere() == sum(FEWER.values())


@pytest.mark.usefixtures("seeded")
def test_the_organizer_who_is_printed_at_start_logs_in_and_finds_the_letters() -> None:
    organizer = Visitor().goes_to("/desk/")
    organizer.sends("Log in", login=seeding.ORGANIZER, password=seeding.PASSWORD)
    assert organizer.path == "/desk/"
    for letter in Letter.objects.all():
        assert f"/desk/letters/{letter.slug}/" in organizer.page.links.values()
    organizer.follows(letters.letters()[0].versions[0].title)
    assert "Close the letter" in organizer.page.links


@pytest.mark.usefixtures("seeded")
def test_everybody_reads_the_letters_and_finds_people_in_the_lists() -> None:
    visitor = Visitor().goes_to("/")
    for each in letters.letters():
        assert each.versions[0].title in visitor.text
    for path in ("/letters/ask-before-you-train/", "/ar/letters/ask-before-you-train/"):
        assert visitor.goes_to(path).status == 200
        assert visitor.goes_to(f"{path}signatories/").status == 200
        assert len(visitor.page.rows) == 1 + 100
    assert "Signing is closed" in visitor.goes_to("/letters/ferry-lane-music-school/").text
