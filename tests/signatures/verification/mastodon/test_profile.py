"""Reading the profile of an account: whose the handle is, both ways, and what stands there."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from campaign import limits
from signatures.models import Level, Proof, ProofState, Signature
from signatures.verification import checking, mastodon, placed_line, proofs
from signatures.verification.mastodon import profile
from signatures.verification.mastodon.handles import Handle
from signatures.verification.mastodon.identity import MAX_DOCUMENT_BYTES, finger_path
from signatures.verification.mastodon.problems import (
    ACCOUNT_GONE,
    ACCOUNT_MOVED,
    ACCOUNT_UNKNOWN,
    HANDLE_MOVED,
    NOT_IN_PROFILE,
    OTHER_HANDLE,
    SERVER_REFUSED,
    SERVER_SILENT,
    UNREADABLE,
)
from signatures.verification.problems import AnyProblem, NotShown, Problem
from tests.signatures import factories
from tests.signatures.verification.fake_internet import LocalWorld
from tests.signatures.verification.mastodon.accounts import ACTIVITY, HOST, JRD, Account

pytestmark = pytest.mark.django_db

TOKEN = "abcdefgh23456723"
LINE = placed_line.LABEL + TOKEN
LETTER = f"https://{settings.SITE_HOST}/letters/a-letter/"
LINK = f"{LETTER}#u-{TOKEN}"
SHORTENED = (
    f'<a href="{LINK}" rel="me nofollow noopener" target="_blank">'
    '<span class="invisible">https://</span><span class="ellipsis">letters.exam</span></a>'
)
FINGER = finger_path(Handle("noor", HOST).resource)
# The handle's host is not the server's.
SERVER = "mastodon.social.example"


@pytest.fixture
def account(world: LocalWorld) -> Account:
    """Shows the line."""
    found = Account(summary=f"<p>Poet.<br />{LINE}</p>")
    found.stands_in(world)
    return found


@pytest.fixture
def proof(brigid: Signature) -> Proof:
    return Proof(signature=brigid, method=profile.CODE, subject=f"@noor@{HOST}", token=TOKEN)


def problem_of(proof: Proof) -> AnyProblem:
    with pytest.raises(NotShown) as refused:
        profile.look(proof)
    return refused.value.problem


def kept_of(proof: Proof) -> tuple[object, object]:
    kept = profile.look(proof)
    return kept["private"], kept["profile_url"]


def test_the_line_in_the_profile_shows_the_account(account: Account, proof: Proof) -> None:
    assert kept_of(proof) == (account.address, account.page)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        (LINE, True),
        (TOKEN, True),
        (f"<p>Poet · {LINE}</p>", True),
        (f"<p>Poet.<br>{LINE}</p>", True),
        (SHORTENED, True),
        (LINK, True),
        (f"<p>undersigned&#45;verify={TOKEN}</p>", True),
        (f'<a href="https://{settings.SITE_HOST}.evil.example/#u-{TOKEN}">x</a>', False),
        # Who merely tells of the letter has shown nothing to anybody who signs.
        (f'<a href="{LETTER}">{LETTER}</a>', False),
        (f'<a href="{LETTER}#u-">x</a>', False),
        (f'<a href="{LETTER}?u-{TOKEN}">x</a>', False),
        (f'<img alt="{LINE}" src="{LINK}">', False),
        (f"<!-- {LINE} -->", False),
        (f"{LINE}x", False),
        (f"not{LINE}", False),
        (placed_line.LABEL + "a" * 16, False),
        (f"{TOKEN[:8]}<b>{TOKEN[8:]}</b>", False),
        ("&#" + "9" * 5000 + f"; {TOKEN}x", False),
        ("", False),
    ],
)
def test_only_the_whole_line_or_link_is_found(text: str, is_found: bool) -> None:
    described = ({"summary": text}, {"note": text}, {"fields": [{"value": text}]})
    assert [profile.is_in(each, TOKEN) for each in described] == [is_found] * 3


@pytest.mark.parametrize(
    "described",
    [
        {"summary": None, "attachment": None},
        {"summary": [LINE], "attachment": {"value": LINE}},
        {"attachment": [LINE, None, 7, {"name": LINE}, {"value": [LINE]}]},
        {"attachment": [{"value": ""}] * profile.MAX_FIELDS + [{"value": LINE}]},
        {"name": LINE, "preferredUsername": TOKEN, "url": LINK},
    ],
)
def test_only_description_and_fields_are_read(described: dict[str, Any]) -> None:
    assert not profile.is_in(described, TOKEN)


def test_a_profile_made_to_take_long_is_read_at_once() -> None:
    for text in ("<" * 60_000, "<a " * 20_000, "&" * 60_000, "<!--" * 15_000):
        assert not profile.is_in({"summary": f"{text} {TOKEN}x"}, TOKEN)


# From the handle to the account, and back.


def test_a_handle_may_be_of_another_host_if_both_say_so(world: LocalWorld, proof: Proof) -> None:
    account = Account(server=SERVER, summary=LINE)
    account.stands_in(world)
    assert kept_of(proof) == (account.address, account.page)
    # Most of them send us on to the server, as Mastodon's manual has it.
    world.sites[HOST].pages = {
        FINGER: lambda handler: handler.moved(f"https://{SERVER}{FINGER}"),
    }
    account.is_found_at(world, SERVER, account.fingered())
    world.sites[SERVER].pages[FINGER] = (JRD, json.dumps(account.fingered()))
    assert kept_of(proof) == (account.address, account.page)


def test_somebody_elses_account_does_not_lend_its_profile(
    world: LocalWorld, account: Account, proof: Proof
) -> None:
    """A name of one's own may lead to any account; its server does not call it so."""
    mine = Account(host="mine.example", server=HOST, summary=account.summary)
    mine.is_found_at(world, "mine.example", mine.fingered())
    proof.subject = "@noor@mine.example"
    assert problem_of(proof) == OTHER_HANDLE
    mine.is_found_at(world, "mine.example", account.fingered())
    assert problem_of(proof) == OTHER_HANDLE


def test_a_server_cannot_claim_somebody_elses_handle(world: LocalWorld, proof: Proof) -> None:
    """It says that its account is @noor@social.example; that host knows another one, or none."""
    Account().stands_in(world)
    evil = Account(server="evil.example", summary=LINE)
    evil.is_found_at(world, "evil.example", evil.fingered())
    evil.is_described_in(world, evil.actor())
    assert problem_of(proof) == NOT_IN_PROFILE
    proof.subject = "@noor@evil.example"
    assert problem_of(proof) == OTHER_HANDLE


def test_two_hosts_that_disagree_about_the_account(world: LocalWorld, proof: Proof) -> None:
    account = Account(server=SERVER, summary=LINE)
    account.stands_in(world)
    other = account.fingered()
    other["links"][1]["href"] = f"https://{SERVER}/users/somebody"
    account.is_found_at(world, SERVER, other)
    assert problem_of(proof) == OTHER_HANDLE


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (404, ACCOUNT_UNKNOWN),
        (400, ACCOUNT_UNKNOWN),
        (410, ACCOUNT_GONE),
        (500, UNREADABLE),
        (403, UNREADABLE),
        (("text/html", "<html>Welcome</html>"), ACCOUNT_UNKNOWN),
        ((JRD, "["), ACCOUNT_UNKNOWN),
        ((JRD, "[" * 50_000), ACCOUNT_UNKNOWN),
        ((JRD, " " * (MAX_DOCUMENT_BYTES + 1)), ACCOUNT_UNKNOWN),
        ((JRD, "[]"), ACCOUNT_UNKNOWN),
        ((JRD, "{}"), OTHER_HANDLE),
        ((JRD, json.dumps({"subject": ["acct:noor@social.example"]})), OTHER_HANDLE),
        ((JRD, json.dumps({"subject": "acct:somebody@social.example"})), OTHER_HANDLE),
        ((JRD, json.dumps({"subject": "acct:nооr@social.example"})), OTHER_HANDLE),
        ((JRD, json.dumps({"subject": "acct:noor@social.example"})), ACCOUNT_UNKNOWN),
        ((JRD, json.dumps({"subject": "acct:noor@social.example", "links": 7})), ACCOUNT_UNKNOWN),
        (lambda handler: handler.moved("https://10.0.0.1/"), SERVER_REFUSED),
        (lambda handler: handler.moved(f"http://{SERVER}{FINGER}"), SERVER_REFUSED),
        (lambda handler: handler.moved(f"https://{SERVER}:8443{FINGER}"), SERVER_REFUSED),
        (lambda handler: handler.moved(f"https://{SERVER}/login"), SERVER_REFUSED),
        (lambda handler: handler.moved(f"https://127.0.0.1{FINGER}"), SERVER_REFUSED),
        (lambda handler: handler.moved(f"https://db.internal{FINGER}"), SERVER_REFUSED),
        (lambda handler: handler.moved(FINGER), SERVER_REFUSED),
        # To itself: it is followed once.
        (lambda handler: handler.moved(f"https://{HOST}{FINGER}"), UNREADABLE),
        (lambda handler: handler.moved(f"https://nowhere.example{FINGER}"), Problem.NO_SUCH_NAME),
    ],
)
def test_a_host_that_leads_to_no_account(
    world: LocalWorld, account: Account, proof: Proof, answer: Any, problem: AnyProblem
) -> None:
    world.site(SERVER)
    world.sites[HOST].pages[FINGER] = answer
    assert (problem_of(proof), world.sites[SERVER].asked) == (problem, [])


@pytest.mark.parametrize(
    "address",
    [
        f"http://{SERVER}/users/noor",
        f"https://{SERVER}:8443/users/noor",
        f"https://noor@{SERVER}/users/noor",
        f"https://{SERVER}/users/noor#x",
        f"https://{SERVER}/users/no or",
        f"https://{SERVER}/users/noor\r\nHost: x",
        f"https://{SERVER}",
        f"https://{SERVER}/" + "a" * 500,
        "https://127.0.0.1/users/noor",
        "https://2130706433/users/noor",
        "https://[::1]/users/noor",
        "https://localhost/users/noor",
        "https://db.internal/users/noor",
        f"https://{settings.SITE_HOST}/users/noor",
        f"https://{SERVER}/users/nооr",
        "file:///etc/passwd",
        "",
        7,
        None,
    ],
)
def test_an_account_elsewhere_than_on_https_in_public_is_not_asked(
    world: LocalWorld, account: Account, proof: Proof, address: Any
) -> None:
    world.site(SERVER)
    answer = account.fingered()
    answer["links"][1]["href"] = address
    account.is_found_at(world, HOST, answer)
    assert problem_of(proof) == SERVER_REFUSED
    assert world.sites[SERVER].asked == []


def test_no_way_leads_inward(world: LocalWorld, proof: Proof) -> None:
    Account(server=SERVER, summary=LINE).stands_in(world)
    for host in (SERVER, HOST):
        world.says(host, "A", "10.0.0.7")
        assert problem_of(proof) == Problem.INWARD
        world.says(host, "A", "127.0.0.1")


# What the account's server says.


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (404, ACCOUNT_GONE),
        (410, ACCOUNT_GONE),
        (500, UNREADABLE),
        (lambda handler: handler.moved("https://10.0.0.1/"), UNREADABLE),
        (("text/html", "<p>x</p>"), UNREADABLE),
        ((ACTIVITY, "[" * 50_000), UNREADABLE),
        ((ACTIVITY, "9" * 50_000), UNREADABLE),
        ((ACTIVITY, " " * (MAX_DOCUMENT_BYTES + 1)), UNREADABLE),
        ((ACTIVITY, "null"), UNREADABLE),
    ],
)
def test_a_server_that_tells_no_profile(
    world: LocalWorld, account: Account, proof: Proof, answer: Any, problem: AnyProblem
) -> None:
    world.sites[HOST].pages[account.path] = answer
    assert problem_of(proof) == problem


def test_a_server_that_never_ends_is_left(
    world: LocalWorld, account: Account, proof: Proof, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signatures.verification.network.https.FETCH_TIMEOUT_SECONDS", 0.3)
    world.sites[HOST].pages[account.path] = lambda handler: handler.drip(b"HTTP/1.1 200 OK\r\n")
    assert problem_of(proof) == Problem.TOO_SLOW


@pytest.mark.parametrize(
    ("others", "problem"),
    [
        ({"id": f"https://{HOST}/users/somebody"}, UNREADABLE),
        ({"id": None}, UNREADABLE),
        ({"id": "https://evil.example/users/noor"}, UNREADABLE),
        ({"preferredUsername": "somebody"}, UNREADABLE),
        ({"preferredUsername": ["noor"]}, UNREADABLE),
        ({"type": "Tombstone"}, ACCOUNT_GONE),
        ({"suspended": True}, ACCOUNT_GONE),
        ({"movedTo": "https://other.example/users/noor"}, ACCOUNT_MOVED),
    ],
)
def test_what_is_not_this_account_as_it_lives(
    world: LocalWorld, account: Account, proof: Proof, others: dict[str, Any], problem: AnyProblem
) -> None:
    account.is_described_in(world, account.actor() | others)
    assert problem_of(proof) == problem


@pytest.mark.parametrize(
    ("url", "page"),
    [
        (f"https://{HOST}/@noor", f"https://{HOST}/@noor"),
        ("https://evil.example/@noor", f"https://{HOST}/users/noor"),
        ("javascript:alert(1)", f"https://{HOST}/users/noor"),
        (f'https://{HOST}/@noor"><script>', f"https://{HOST}/users/noor"),
        ([{"href": f"https://{HOST}/@noor"}], f"https://{HOST}/users/noor"),
        (None, f"https://{HOST}/users/noor"),
    ],
)
def test_readers_are_led_to_the_accounts_own_server(
    world: LocalWorld, account: Account, proof: Proof, url: Any, page: str
) -> None:
    account.is_described_in(world, account.actor() | {"url": url})
    assert kept_of(proof) == (account.address, page)


def test_a_server_for_servers_only_is_read_as_its_apps_do(
    world: LocalWorld, account: Account, proof: Proof
) -> None:
    account.fields = [SHORTENED]
    for told in (account.told_to_apps(), {**account.told_to_apps(), "note": LINE}):
        account.is_for_servers_only(world, told)
        assert kept_of(proof) == (account.address, account.page)
    old = account.told_to_apps()
    del old["uri"]
    account.is_for_servers_only(world, old)
    assert kept_of(proof) == (account.address, account.page)


@pytest.mark.parametrize(
    ("others", "problem"),
    [
        ({"uri": f"https://{HOST}/users/somebody"}, UNREADABLE),
        ({"acct": "noor@evil.example"}, UNREADABLE),
        ({"username": "somebody", "acct": "somebody"}, UNREADABLE),
        ({"username": None, "acct": None}, UNREADABLE),
        ({"suspended": True}, ACCOUNT_GONE),
        ({"moved": {"acct": "noor@other.example"}}, ACCOUNT_MOVED),
        ({"note": "", "fields": []}, NOT_IN_PROFILE),
    ],
)
def test_what_apps_are_told_of_another_account_counts_for_nothing(
    world: LocalWorld, account: Account, proof: Proof, others: dict[str, Any], problem: AnyProblem
) -> None:
    account.is_for_servers_only(world, account.told_to_apps() | others)
    assert problem_of(proof) == problem


@pytest.mark.parametrize(
    ("told", "problem"),
    [(401, SERVER_SILENT), (404, SERVER_SILENT), (500, UNREADABLE), ([], UNREADABLE)],
)
def test_a_server_that_tells_nobody(
    world: LocalWorld, account: Account, proof: Proof, told: Any, problem: AnyProblem
) -> None:
    account.is_for_servers_only(world, told)
    assert problem_of(proof) == problem


def use_up(owner: str) -> None:
    while limits.hit(limits.Limit.CHECKS_OF_ACCOUNT_HOSTS, owner.encode()):
        pass


def test_all_names_of_one_owner_are_asked_as_one(world: LocalWorld, proof: Proof) -> None:
    """Who makes up handles on many names cannot send us to one owner often."""
    for host in (HOST, "one.of.many.victim.example"):
        proof.subject = f"@noor@{host}"
        Account(host=host, server=host, summary=LINE).stands_in(world)
        use_up(host.removeprefix("one.of.many."))
        assert (problem_of(proof), world.sites[host].asked) == (Problem.TOO_OFTEN, [])


# What comes of it.


def started(signature: Signature, account: Account, world: LocalWorld) -> Proof:
    """The signer has placed the line and asked us to look."""
    subject = f"@{account.name}@{account.host}"
    proof = proofs.start(signature=signature, method=mastodon.METHOD, subject=subject)
    account.fields = [placed_line.LABEL + proof.token]
    account.stands_in(world)
    proofs.ask_for_check(proof=proof)
    return proof


def looked(proof: Proof) -> Proof:
    Proof.objects.filter(pk=proof.pk).update(check_due_at=timezone.now())
    checking.check_due()
    proof.refresh_from_db()
    return proof


def test_the_proof_stands_with_address_and_profile(world: LocalWorld, brigid: Signature) -> None:
    account = Account()
    proof = looked(started(brigid, account, world))
    brigid.refresh_from_db()
    assert (proof.state, proof.provider, brigid.level) == (
        ProofState.STANDING,
        "Mastodon",
        Level.CONTROLS,
    )
    assert (proof.private, proof.profile_url) == (account.address, account.page)
    assert looked(proof).state == ProofState.STANDING
    # The same button once more is the same proof.
    again = proofs.start(signature=brigid, method=mastodon.METHOD, subject=proof.subject)
    assert again == proof


def test_a_handle_that_becomes_another_accounts_ends_the_proof(
    world: LocalWorld, brigid: Signature
) -> None:
    proof = looked(started(brigid, Account(), world))
    Account(server=SERVER, fields=[placed_line.LABEL + proof.token]).stands_in(world)
    assert (looked(proof).state, proof.problem) == (ProofState.LAPSED, HANDLE_MOVED.value)
    brigid.refresh_from_db()
    assert (brigid.level, proof.private) == (Level.CONFIRMED, "")


@pytest.mark.parametrize(
    ("others", "problem"),
    [
        ({"attachment": []}, NOT_IN_PROFILE),
        ({"movedTo": "https://other.example/users/noor"}, ACCOUNT_MOVED),
        ({"type": "Tombstone"}, ACCOUNT_GONE),
    ],
)
def test_what_is_gone_waits_as_on_a_site(
    world: LocalWorld, brigid: Signature, others: dict[str, Any], problem: AnyProblem
) -> None:
    account = Account()
    proof = looked(started(brigid, account, world))
    account.is_described_in(world, account.actor() | others)
    assert (looked(proof).state, proof.problem) == (ProofState.LAPSING, problem.value)
    account.stands_in(world)
    assert (looked(proof).state, proof.problem) == (ProofState.STANDING, "")


def test_an_account_counts_for_one_signature_of_a_letter(world: LocalWorld) -> None:
    letter = factories.open_letter()
    brigid, salma = factories.listed(letter, factories.BRIGID, factories.SALMA)
    account = Account()
    first = looked(started(brigid, account, world))
    second = looked(started(salma, account, world))
    assert (second.state, second.problem) == (ProofState.STARTED, Problem.ACCOUNT_TAKEN)
    # Taken back there, it is free.
    assert proofs.revoke(proof=first)
    assert looked(second).state == ProofState.STANDING
