"""Reading the profile of an account: whose the handle is, both ways, and what stands there."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from campaign import limits
from signatures.models import Level, Proof, ProofState, Signature
from signatures.verification import bluesky, checking, placed_line, proofs
from signatures.verification.bluesky import profile
from signatures.verification.bluesky.identity import MAX_DOCUMENT_BYTES, PLC_DIRECTORY
from signatures.verification.bluesky.problems import (
    HANDLE_AMBIGUOUS,
    HANDLE_MOVED,
    HANDLE_NOT_CLAIMED,
    HANDLE_UNKNOWN,
    NOT_IN_PROFILE,
    SERVER_REFUSED,
)
from signatures.verification.problems import AnyProblem, NotShown, Problem
from tests.signatures import factories
from tests.signatures.verification.bluesky.accounts import (
    DID,
    HANDLE,
    OTHER_DID,
    SERVER,
    Account,
)
from tests.signatures.verification.fake_internet import LocalWorld

pytestmark = pytest.mark.django_db

TOKEN = "abcdefgh23456723"
LINE = placed_line.LABEL + TOKEN
OF_BLUESKY = "oyster.us-east.host.bsky.network"


@pytest.fixture
def account(world: LocalWorld) -> Account:
    """Shows the line."""
    found = Account(description=f"Poet.\n{LINE}\nIn Cairo.")
    found.stands_in(world)
    return found


@pytest.fixture
def proof(brigid: Signature) -> Proof:
    return Proof(signature=brigid, method=profile.CODE, subject=f"@{HANDLE}", token=TOKEN)


def problem_of(proof: Proof) -> AnyProblem:
    with pytest.raises(NotShown) as refused:
        profile.look(proof)
    return refused.value.problem


def test_the_line_in_the_profile_shows_the_account(account: Account, proof: Proof) -> None:
    kept = profile.look(proof)
    assert (kept["private"], kept["profile_url"]) == (DID, f"https://bsky.app/profile/{HANDLE}")


@pytest.mark.parametrize("did", [DID, f"did:web:{HANDLE}", "did:web:elsewhere.example"])
def test_a_handle_may_stand_on_its_site(world: LocalWorld, proof: Proof, did: str) -> None:
    account = Account(did=did, description=LINE)
    account.stands_in(world)
    account.has_handle_on_site(world)
    assert profile.look(proof)["private"] == did


@pytest.mark.parametrize(
    ("description", "is_found"),
    [
        (LINE, True),
        (TOKEN, True),
        (f"Poet · {LINE}", True),
        (f"Poet. https://{settings.SITE_HOST}/letters/a-letter/#u-{TOKEN}", True),
        (f"https://{settings.SITE_HOST}.evil.example/letters/a/#u-{TOKEN}", False),
        (f"{LINE}x", False),
        (f"not{LINE}", False),
        (placed_line.LABEL + "a" * 16, False),
        ("", False),
    ],
)
def test_only_the_whole_line_or_link_is_found(description: str, is_found: bool) -> None:
    assert profile.is_in(description, TOKEN) == is_found


def test_a_handle_that_leads_nowhere(world: LocalWorld, account: Account, proof: Proof) -> None:
    name = f"_atproto.{HANDLE}"
    world.says(name, "TXT")
    assert problem_of(proof) == HANDLE_UNKNOWN
    world.says(name, "TXT", f"did={DID}", f"did={OTHER_DID}")
    assert problem_of(proof) == HANDLE_AMBIGUOUS
    world.silent.add(name)
    assert problem_of(proof) == Problem.DNS_SILENT


@pytest.mark.parametrize(
    "text",
    [
        "<html>Welcome</html>",
        "did:key:zQ3shQ81CThGCgKCogk2Ci3DpHwNJZRjQK1ii2LfWtEDPw37G",
        "did:plc:short",
        f"{DID}/../did:plc:other",
        "did:web:evil.example%3A8443",
        "did:web:evil.example:users:noor",
        "did:web:evil.example/path",
        "did:web:user@evil.example",
        "did:web:EVIL.example",
        f"{DID}\r\nHost: evil.example",
        f"{DID}\n{OTHER_DID}",
    ],
)
def test_what_is_no_identifier_leads_nowhere(
    world: LocalWorld, account: Account, proof: Proof, text: str
) -> None:
    account.has_handle_on_site(world, text)
    assert problem_of(proof) == HANDLE_UNKNOWN
    world.says(f"_atproto.{HANDLE}", "TXT", f"did={text.splitlines()[0]}x/")
    assert problem_of(proof) == HANDLE_UNKNOWN


def test_sites_that_send_elsewhere_or_never_end_name_no_account(
    world: LocalWorld, account: Account, proof: Proof
) -> None:
    account.has_handle_on_site(world)
    [path] = world.sites[HANDLE].pages
    for answer in (
        404,
        lambda handler: handler.moved("https://10.0.0.1/"),
        ("application/octet-stream", DID),
        ("text/plain", DID + " " * 600_000),
    ):
        world.sites[HANDLE].pages[path] = answer
        assert problem_of(proof) == HANDLE_UNKNOWN


@pytest.mark.parametrize(
    "known_as",
    [
        None,
        {},
        [],
        "at://noor.example",
        [None, 7],
        ["at://somebody.example"],
        # The first handle is the account's; those after it are not.
        ["at://somebody.example", f"at://{HANDLE}"],
        [f"https://{HANDLE}"],
        [f"at://{HANDLE}.evil.example"],
        [f"at://{HANDLE}/app.bsky.actor.profile/self"],
        ["at://nооr.example"],
        ["at://\u212aazuo.example"],
    ],
)
def test_a_handle_that_the_account_does_not_call_itself_by(
    world: LocalWorld, account: Account, proof: Proof, known_as: Any
) -> None:
    account.is_described_in(world, account.document() | {"alsoKnownAs": known_as})
    assert problem_of(proof) == HANDLE_NOT_CLAIMED


def test_somebody_elses_account_does_not_lend_its_profile(
    world: LocalWorld, account: Account, proof: Proof
) -> None:
    """A name of one's own may lead to any account; that one does not call itself by it."""
    world.says("_atproto.mine.example", "TXT", f"did={DID}")
    proof.subject = "@mine.example"
    assert problem_of(proof) == HANDLE_NOT_CLAIMED


@pytest.mark.parametrize("document", [None, [], 7, "x", {}, {"id": OTHER_DID}])
def test_a_document_of_another_account_describes_nothing(
    world: LocalWorld, account: Account, proof: Proof, document: Any
) -> None:
    described = account.document() | document if isinstance(document, dict) else document
    if document == {}:
        del described["id"]
    account.is_described_in(world, described)
    assert problem_of(proof) == Problem.BROKEN


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://accounts.example",
        "https://accounts.example:8443",
        "https://accounts.example/path",
        "https://accounts.example?x",
        "https://user@accounts.example",
        "https://127.0.0.1",
        "https://2130706433",
        "https://0x7f.1",
        "https://[::1]",
        "https://localhost",
        "https://db.internal",
        "https://accounts",
        f"https://{settings.SITE_HOST}",
        "https://-x.example",
        "https://\u212aazuo.example",
        "https://a..example",
        "https://",
        "",
        "file:///etc/passwd",
        7,
        None,
        {"uri": "https://accounts.example"},
    ],
)
def test_a_server_elsewhere_than_on_https_in_public_is_not_asked(
    world: LocalWorld, account: Account, proof: Proof, endpoint: Any
) -> None:
    document = account.document()
    document["service"][1]["serviceEndpoint"] = endpoint
    account.is_described_in(world, document)
    assert problem_of(proof) == SERVER_REFUSED
    assert world.sites[SERVER].asked == []


@pytest.mark.parametrize("service", [None, {}, [], [None], [{"id": "#atproto_pds"}]])
def test_an_account_without_a_server(
    world: LocalWorld, account: Account, proof: Proof, service: Any
) -> None:
    account.is_described_in(world, account.document() | {"service": service})
    assert problem_of(proof) == SERVER_REFUSED


def test_no_way_leads_inward(world: LocalWorld, account: Account, proof: Proof) -> None:
    for host in (SERVER, PLC_DIRECTORY):
        before = world.records[host, "A"]
        world.says(host, "A", "10.0.0.7")
        assert problem_of(proof) == Problem.INWARD
        world.records[host, "A"] = before
    account.has_handle_on_site(world)
    world.says(HANDLE, "A", "127.0.0.1", "192.168.0.1")
    assert problem_of(proof) == Problem.INWARD


def test_no_server_sends_us_on_or_keeps_us(world: LocalWorld, proof: Proof) -> None:
    account = Account(description=LINE)
    account.stands_in(world)
    pages = world.sites[SERVER].pages
    [path] = pages
    record = json.dumps(account.record())
    for answer, problem in (
        (lambda handler: handler.moved("https://10.0.0.1/"), Problem.REDIRECT),
        (("text/html", record), Problem.CONTENT_TYPE),
        (("application/json", record + " " * MAX_DOCUMENT_BYTES), Problem.TOO_LARGE),
        (("application/json", "[" * 50_000), Problem.BROKEN),
        (("application/json", "9" * 50_000), Problem.BROKEN),
        (500, Problem.STATUS),
        (400, NOT_IN_PROFILE),
        (404, NOT_IN_PROFILE),
    ):
        pages[path] = answer
        assert problem_of(proof) == problem
    described = world.sites[PLC_DIRECTORY].pages
    whole = json.dumps(account.document() | {"x": "x" * MAX_DOCUMENT_BYTES})
    described[f"/{DID}"] = ("application/json", whole)
    assert problem_of(proof) == Problem.TOO_LARGE


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"uri": f"at://{OTHER_DID}/app.bsky.actor.profile/self"},
        {"uri": f"at://{DID}/app.bsky.feed.post/self"},
    ],
)
def test_somebody_elses_record_is_not_the_profile(
    world: LocalWorld, account: Account, proof: Proof, record: Any
) -> None:
    answer = account.record() | record if isinstance(record, dict) else record
    if record == {}:
        del answer["uri"]
    account.has_profile_in(world, answer)
    assert problem_of(proof) == Problem.BROKEN


@pytest.mark.parametrize("value", [None, [], "x", {}, {"description": 7}, {"displayName": LINE}])
def test_only_the_description_is_read(
    world: LocalWorld, account: Account, proof: Proof, value: Any
) -> None:
    account.has_profile_in(world, account.record() | {"value": value})
    assert problem_of(proof) == NOT_IN_PROFILE


def use_up(owner: str) -> None:
    while limits.hit(limits.Limit.CHECKS_OF_ACCOUNT_HOSTS, owner.encode()):
        pass


def test_a_server_is_not_asked_for_ever(world: LocalWorld, account: Account, proof: Proof) -> None:
    """Who has many handles cannot send us anywhere often, nor to many names of one owner."""
    use_up(SERVER)
    assert problem_of(proof) == Problem.TOO_OFTEN
    Account(server=f"one.of.many.{SERVER}").stands_in(world)
    assert problem_of(proof) == Problem.TOO_OFTEN
    assert world.sites[SERVER].asked == []
    use_up("web.example")
    account.did = "did:web:web.example"
    account.has_handle_on_site(world)
    assert problem_of(proof) == Problem.TOO_OFTEN


def test_a_handle_on_a_site_is_not_looked_for_at_every_name_of_one_owner(
    world: LocalWorld, proof: Proof
) -> None:
    account = Account(handle="made-up.victim.example", description=LINE)
    account.stands_in(world)
    account.has_handle_on_site(world)
    proof.subject = f"@{account.handle}"
    use_up("victim.example")
    assert problem_of(proof) == Problem.TOO_OFTEN
    assert world.sites[account.handle].asked == []


def test_blueskys_own_servers_are_asked_for_everybody(world: LocalWorld, proof: Proof) -> None:
    use_up("bsky.network")
    Account(description=LINE, server=OF_BLUESKY).stands_in(world)
    assert profile.look(proof)["private"] == DID


# What comes of it.


def started(signature: Signature, account: Account, world: LocalWorld) -> Proof:
    """The signer has placed the line and asked us to look."""
    proof = proofs.start(signature=signature, method=bluesky.METHOD, subject=f"@{account.handle}")
    account.description = placed_line.LABEL + proof.token
    account.stands_in(world)
    proofs.ask_for_check(proof=proof)
    return proof


def looked(proof: Proof) -> Proof:
    Proof.objects.filter(pk=proof.pk).update(check_due_at=timezone.now())
    checking.check_due()
    proof.refresh_from_db()
    return proof


def test_the_proof_stands_with_identifier_and_profile(world: LocalWorld, brigid: Signature) -> None:
    proof = looked(started(brigid, Account(), world))
    brigid.refresh_from_db()
    assert (proof.state, proof.provider, brigid.level) == (
        ProofState.STANDING,
        "Bluesky",
        Level.CONTROLS,
    )
    assert (proof.private, proof.profile_url) == (DID, f"https://bsky.app/profile/{HANDLE}")
    assert looked(proof).state == ProofState.STANDING


def test_a_handle_that_becomes_another_accounts_ends_the_proof(
    world: LocalWorld, brigid: Signature
) -> None:
    proof = looked(started(brigid, Account(), world))
    Account(did=OTHER_DID, description=placed_line.LABEL + proof.token).stands_in(world)
    assert (looked(proof).state, proof.problem) == (ProofState.LAPSED, HANDLE_MOVED.value)
    brigid.refresh_from_db()
    assert (brigid.level, proof.private) == (Level.CONFIRMED, "")


def test_a_line_that_is_gone_waits_as_on_a_site(world: LocalWorld, brigid: Signature) -> None:
    account = Account()
    proof = looked(started(brigid, account, world))
    account.description = "New year, new me."
    account.stands_in(world)
    assert (looked(proof).state, proof.problem) == (ProofState.LAPSING, NOT_IN_PROFILE.value)


def test_a_look_that_was_put_off_takes_nothing_away(world: LocalWorld, brigid: Signature) -> None:
    proof = looked(started(brigid, Account(), world))
    use_up(SERVER)
    assert (looked(proof).state, proof.problem) == (ProofState.STANDING, Problem.TOO_OFTEN)


def test_an_account_counts_for_one_signature_of_a_letter(world: LocalWorld) -> None:
    letter = factories.open_letter()
    brigid, salma = factories.listed(letter, factories.BRIGID, factories.SALMA)
    account = Account()
    first = looked(started(brigid, account, world))
    second = looked(started(salma, account, world))
    assert (second.state, second.problem) == (ProofState.STARTED, Problem.ACCOUNT_TAKEN)
    salma.refresh_from_db()
    assert salma.level == Level.CONFIRMED
    # Taken back there, it is free.
    assert proofs.revoke(proof=first)
    assert looked(second).state == ProofState.STANDING


def test_the_same_account_under_a_new_handle_takes_the_place_of_the_old(
    world: LocalWorld, brigid: Signature
) -> None:
    former = looked(started(brigid, Account(), world))
    renamed = looked(started(brigid, Account(handle="noor-of-cairo.example"), world))
    former.refresh_from_db()
    brigid.refresh_from_db()
    assert (former.state, renamed.state) == (ProofState.REVOKED, ProofState.STANDING)
    assert brigid.level == Level.CONTROLS
