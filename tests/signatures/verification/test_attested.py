"""An attestation is of what the organizers had before them, and of nothing else."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer
from signatures import editing, withdrawal
from signatures.errors import DetailsChanged, NameWatched, NotConfirmed, NothingChanged
from signatures.listing import notables, queries
from signatures.models import (
    Authority,
    Level,
    Proof,
    ProofState,
    Recheck,
    Signature,
    Vetting,
    Vouch,
)
from signatures.moderation import attestation, decisions, pinning, recheck
from signatures.screening import watchlist
from signatures.verification import attested, authority
from signatures.verification.vouching import giving
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    Person,
    confirmed,
    listed,
    load,
    person,
    sequence,
)
from tests.signatures.record.record_invariants import check_that_it_adds_up
from tests.signatures.views.visitors import letter_url

pytestmark = pytest.mark.django_db

PRIZE = "Winner of the Lantern Prize"
Held = Callable[[Person], tuple[Signature, Vetting]]


@pytest.fixture
def brigid(letter: Letter, ottilie: Organizer) -> Signature:
    """Vetted, and named first."""
    [signature] = listed(letter, BRIGID)
    attestation.vet(signature=signature, organizer=ottilie, expected_revision=1, evidence="we met")
    pinning.pin(signature=load(signature.pk), organizer=ottilie, expected_revision=1)
    sequence(letter)
    return load(signature.pk)


def _edit(signature: Signature, **details: Any) -> Signature:
    current = load(signature.pk)
    editing.edit(
        signature=current,
        expected_revision=current.revision,
        details=replace(BRIGID.details, **details),
    )
    return load(signature.pk)


def _states(signature: Signature) -> list[str]:
    return list(signature.proofs.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize(
    "edited",
    [
        {"credit": PRIZE},
        {"affiliation": "Guild of Lampwrights"},
        {"profession": "poet"},
        {"country": "PL"},
        {"name": "BRIGID O’MALLORAN"},
    ],
    ids=lambda edited: next(iter(edited)),
)
def test_what_was_edited_since_is_attested_no_more_until_it_is_changed_back(
    letter: Letter, brigid: Signature, edited: dict[str, str]
) -> None:
    changed = _edit(brigid, **edited)
    assert (changed.level, _states(changed)) == (Level.CONFIRMED, ["changed"])
    assert notables.shown(letter=letter) == []
    assert [each.signature for each in attested.to_look_at(letter=letter)] == [changed]
    [change] = attested.changes(signature=changed)
    assert {change.field: change.after} == edited
    again = _edit(brigid)
    assert (again.level, _states(again)) == (Level.VETTED, ["standing"])
    assert [each.row for each in notables.shown(letter=letter)] == [again]
    assert not Recheck.objects.exists()
    sequence(letter)
    check_that_it_adds_up(letter)


def test_choosing_not_to_be_told_of_news_changes_nothing_of_it(brigid: Signature) -> None:
    assert _states(_edit(brigid, consent_updates=False)) == ["standing"]


def test_readers_are_told_and_the_public_list_claims_nothing(
    client: Client, letter: Letter, brigid: Signature
) -> None:
    _edit(brigid, credit=PRIZE)
    sequence(letter)
    page = " ".join(client.get(letter_url(letter, "signatories/1/")).text.split())
    assert "changed by the signer since, and not looked at again" in page
    everybody = " ".join(client.get(letter_url(letter, "signatories/")).text.split())
    assert PRIZE in everybody
    assert "vetted by the organizers" not in everybody
    found = queries.signatory(letter=letter, number=1)
    assert found is not None
    assert found.proofs == []


def test_what_still_holds_keeps_its_level(brigid: Signature) -> None:
    now = timezone.now()
    Proof.objects.create(
        signature=brigid,
        method="domain",
        subject="quayside.example",
        state=ProofState.STANDING,
        started_at=now,
        proved_at=now,
    )
    assert _edit(brigid, credit=PRIZE).level == Level.CONTROLS


def test_one_press_confirms_it_as_it_stands_now(
    letter: Letter, brigid: Signature, ottilie: Organizer, ruth: Organizer
) -> None:
    attestation.record_call_back(
        signature=brigid, organizer=ottilie, expected_revision=1, how="her agent"
    )
    called_at = Proof.objects.get(method="call_back").proved_at
    changed = _edit(brigid, credit=PRIZE)
    confirm = partial(attested.confirm_changes, signature=changed, organizer=ruth)
    with pytest.raises(DetailsChanged):
        confirm(expected_revision=1)
    confirm(expected_revision=2)
    assert load(brigid.pk).level == Level.INDEPENDENT
    assert attested.changes(signature=brigid) == []
    assert Proof.objects.get(method="call_back").proved_at == called_at
    assert Proof.objects.get(method="vetting").organizer == ruth
    assert AuditEntry.objects.filter(action="confirm_changes").count() == 1
    with pytest.raises(NothingChanged):
        confirm(expected_revision=2)
    recheck.doubt(signature=changed, organizer=ruth, expected_revision=2)
    with pytest.raises(NotConfirmed):
        confirm(expected_revision=2)


def test_confirming_at_once_is_confirming_once(
    transactional_db: None, letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    attestation.vet(signature=brigid, organizer=ottilie, expected_revision=1, evidence="we met")
    _edit(brigid, credit=PRIZE)
    confirm = partial(
        attested.confirm_changes, signature=brigid, organizer=ottilie, expected_revision=2
    )
    answers = at_once([confirm] * 4)
    assert [type(each) for each in answers if each] == [NothingChanged] * 3


def test_vetting_it_anew_is_looking_at_it(
    letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    _edit(brigid, credit=PRIZE)
    assert attestation.vet(
        signature=brigid, organizer=ottilie, expected_revision=2, evidence="we met again"
    )
    assert (load(brigid.pk).level, _states(brigid)) == (Level.VETTED, ["revoked", "standing"])
    assert not attested.to_look_at(letter=letter).exists()


def test_who_changed_something_vouches_for_nobody_new_and_earlier_vouches_stand(
    letter: Letter, brigid: Signature
) -> None:
    [guest] = listed(letter, person("a@rubble.example", "Ann Lee"))
    assert giving.may_vouch(signature=brigid)
    vouch = Vouch.objects.create(
        voucher=brigid, signature=guest, relation="my neighbour", made_at=timezone.now()
    )
    changed = _edit(brigid, credit=PRIZE)
    assert not giving.may_vouch(signature=changed)
    giving.settle_lost()
    vouch.refresh_from_db()
    assert vouch.revoked_at is None


def test_a_name_that_is_changed_while_it_is_held_brings_no_attestation_back(
    letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    vetting = recheck.doubt(signature=brigid, organizer=ottilie, expected_revision=1)
    _edit(brigid, name="Valerie Fontenoy")
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=2)
    assert (load(brigid.pk).level, _states(brigid)) == (Level.CONFIRMED, ["revoked"])


def test_details_that_are_changed_while_it_is_held_are_told_once_it_is_back(
    letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    vetting = recheck.doubt(signature=brigid, organizer=ottilie, expected_revision=1)
    _edit(brigid, credit=PRIZE)
    assert not attested.to_look_at(letter=letter).exists()
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=2)
    assert (load(brigid.pk).level, _states(brigid)) == (Level.CONFIRMED, ["changed"])
    assert attested.to_look_at(letter=letter).exists()


def test_withdrawing_leaves_nothing_to_look_at(letter: Letter, brigid: Signature) -> None:
    withdrawal.withdraw(signature=_edit(brigid, credit=PRIZE))
    assert not Recheck.objects.exists()
    assert _states(brigid) == ["revoked"]
    again = confirmed(letter, BRIGID)
    assert again.level == Level.CONFIRMED


def test_a_member_whom_nobody_vetted_is_not_named_first(
    letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    Proof.objects.filter(signature=brigid).update(
        method="roster", subject="Society", organizer=None
    )
    Signature.objects.filter(pk=brigid.pk).update(level=Level.INDEPENDENT)
    assert notables.shown(letter=letter) == []
    assert pinning.shown(letter=letter) == set()
    assert not pinning.is_notable(signature=load(brigid.pk))


# --- words beside a name ------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["credit", "affiliation"])
@pytest.mark.parametrize(
    "written", ["Valerie Fontenoy", "Valerie Fontenoy, singer", "singer (VALÉRIE FONTENOY)"]
)
def test_a_watched_name_beside_a_name_waits_too(
    letter: Letter, watch: Callable[..., None], field: str, written: str
) -> None:
    watch("Valerie Fontenoy")
    signature = confirmed(letter, BRIGID.but(**{field: written}))
    vetting = Vetting.objects.get(signature=signature)
    assert (signature.state, vetting.reason, vetting.needs_two) == ("held", "watched", True)


def test_words_that_are_changed_later_are_looked_at_as_well(
    letter: Letter, brigid: Signature, watch: Callable[..., None]
) -> None:
    watch("Valerie Fontenoy")
    held = _edit(brigid, credit="Valerie Fontenoy, singer")
    assert (held.state, Vetting.objects.get().watched is not None) == ("held", True)


def test_where_everyone_is_vetted_new_words_are_looked_at(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    changed = _edit(signature, profession="poet")
    assert changed.state == "confirmed"
    changed = _edit(signature, profession="poet", credit=PRIZE)
    assert (changed.state, Vetting.objects.get().reason) == ("held", "everyone")


def test_what_was_approved_is_not_held_for_another_change(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch(BRIGID.details.name)
    signature, vetting = held(BRIGID)
    for organizer in (ottilie, ruth):
        decisions.approve(vetting=vetting, organizer=organizer, expected_revision=1)
    assert _edit(signature, credit=PRIZE).state == "confirmed"


# --- who signs for an organisation --------------------------------------------------------------


def _guild(letter: Letter) -> Signature:
    [guild] = listed(letter, GUILD)
    now = timezone.now()
    Proof.objects.create(
        signature=guild,
        method="domain",
        subject="lampwrights.example",
        state=ProofState.STANDING,
        started_at=now,
        proved_at=now,
    )
    return load(guild.pk)


def test_who_signs_for_it_is_part_of_what_was_attested(letter: Letter, ottilie: Organizer) -> None:
    guild = _guild(letter)
    authority.state(signature=guild, name="Ann Lee", role="Chair")
    assert load(guild.pk).revision == 2
    attestation.vet(
        signature=guild, organizer=ottilie, expected_revision=2, evidence="the register"
    )
    authority.state(signature=guild, name="Ann Lee", role="Chair")
    assert (load(guild.pk).revision, load(guild.pk).level) == (2, Level.VETTED)
    authority.state(signature=guild, name="Nora Hope", role="Chair")
    assert load(guild.pk).level == Level.CONTROLS
    [change] = attested.changes(signature=guild)
    assert (change.field, change.before, change.after) == ("authority_name", "Ann Lee", "Nora Hope")
    authority.state(signature=guild, name="Ann Lee", role="Chair")
    assert load(guild.pk).level == Level.VETTED
    authority.end(signature=guild)
    assert load(guild.pk).level == Level.CONTROLS


def test_where_everyone_is_vetted_nobody_signs_for_it_unseen(
    letter: Letter, ottilie: Organizer
) -> None:
    guild = _guild(letter)
    Letter.objects.update(vets_everyone=True)
    watchlist.forget()
    authority.state(signature=guild, name="Ann Lee", role="Chair")
    assert not authority.is_verified(signature=guild)
    assert attested.to_look_at(letter=letter).exists()
    attested.confirm_changes(signature=guild, organizer=ottilie, expected_revision=2)
    assert authority.is_verified(signature=guild)
    assert Authority.objects.get().waits is False


def test_a_watched_name_in_the_role_is_refused(letter: Letter, watch: Callable[..., None]) -> None:
    watch("Valerie Fontenoy")
    guild = _guild(letter)
    with pytest.raises(NameWatched):
        authority.state(signature=guild, name="Ann Lee", role="agent; Valerie Fontenoy")


def test_the_desk_shows_before_and_after_and_confirms_with_one_press(
    letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    client = Client()
    client.force_login(ottilie)
    changed = _edit(brigid, credit=PRIZE)
    queue = client.get(reverse("desk_vetting", args=[letter.slug])).text
    assert "changed since you vetted it" in queue
    path = reverse("desk_signature", args=[letter.slug, brigid.public_id])
    page = client.get(path).text
    for words in (BRIGID.details.credit, PRIZE, "It is right as it is shown now"):
        assert words in page
    deed = {"action": "confirm_changes", "seen": "1"}
    assert "changed their details meanwhile" in client.post(path, deed).text
    deed["seen"] = str(changed.revision)
    assert "you have looked at it" in client.post(path, deed, follow=True).text
    assert load(brigid.pk).level == Level.VETTED


def test_nobody_else_is_listed(letter: Letter, ottilie: Organizer) -> None:
    [quiet] = listed(letter, person("a@rubble.example", "Ann Lee"))
    _edit(quiet, name="Ann Lee", credit=PRIZE)
    assert not Recheck.objects.exists()
