"""A code to an address at work: for the right mailboxes, a few tries, and no leaks."""

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from pytest_django import Settings

from campaign import mail_hosts
from campaign.letters.models import Event, EventKind, Letter
from campaign.limits import Limit
from signatures import links
from signatures.addresses import AddressRefused
from signatures.errors import NotSigned, WrongCode
from signatures.models import Delivery, Level, Proof, ProofState, Signature, SignatureState
from signatures.tasks import send_owed_mail
from signatures.verification import proofs
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.work_email import mailed_code
from tests.concurrency import at_once
from tests.signatures.factories import BRIGID, SALMA, confirmed, pending

pytestmark = pytest.mark.django_db

ADDRESS = "brigid@quayside-theatre.example"
DOMAIN = "quayside-theatre.example"


def start(signature: Signature, address: str = ADDRESS) -> Proof:
    return mailed_code.start(signature=signature, address=address)


def sent() -> EmailMultiAlternatives:
    send_owed_mail()
    newest = mail.outbox[-1]
    assert isinstance(newest, EmailMultiAlternatives)
    return newest


def wrong(proof: Proof) -> str:
    return f"{(int(mailed_code.code_for(proof=proof)) + 1) % 10**6:06d}"


@pytest.mark.parametrize(
    "address",
    [
        "noor@gmail.com",
        "noor@googlemail.com",
        "noor@yahoo.co.jp",
        "noor@hotmail.fr",
        "noor@LIVE.nl",
        "noor@smtp.web.de",
        "noor@privaterelay.appleid.com",
        "noor@journalist.com",
        "noor@musician.org",
        "noor@tutanota.at",
        "noor@simplelogin.io",
    ],
)
def test_free_mail_shows_nothing(address: str) -> None:
    with pytest.raises(ProofRefused, match=Problem.FREE_MAIL):
        mailed_code.clean_work_address(address)


@pytest.mark.parametrize(
    "address", ["noor@mailinator.com", "noor@mailinator.net", "noor@x.yopmail.com"]
)
def test_nor_do_addresses_for_minutes(address: str) -> None:
    with pytest.raises(ProofRefused, match=Problem.DISPOSABLE):
        mailed_code.clean_work_address(address)


@pytest.mark.parametrize("address", ["", "noor", "noor@[127.0.0.1]", "a@b@c.example"])
def test_nor_what_is_no_address(address: str) -> None:
    with pytest.raises(AddressRefused):
        mailed_code.clean_work_address(address)


def test_nor_our_own(settings: Settings) -> None:
    settings.SITE_HOST = "letters.example"
    with pytest.raises(ProofRefused, match=Problem.HOST_OURS):
        mailed_code.clean_work_address("noor@letters.example")


def test_organisations_pass() -> None:
    assert mailed_code.clean_work_address(" Noor@Live.Theatre.Example ") == (
        "Noor@live.theatre.example"
    )
    assert not mail_hosts.is_free("yahoo.theatre.example")
    assert not mail_hosts.is_free("notgmail.com")


def test_the_code_goes_to_that_address_and_tells_a_stranger_nothing(brigid: Signature) -> None:
    mail.outbox.clear()
    Delivery.objects.all().delete()
    proof = start(brigid)
    assert (proof.subject, proof.private) == (DOMAIN, ADDRESS)
    message = sent()
    assert message.to == [ADDRESS]
    html = str(message.alternatives[0][0])
    for text in (str(message.body), html):
        assert mailed_code.code_for(proof=proof) in text
        assert "For work that is ours" in text
        # Whoever typed the address may not own it: neither who they are nor the way to their page.
        assert BRIGID.details.name not in text
        assert BRIGID.email not in text
        assert links.token_for(signature=brigid) not in text
    assert message.subject == f"Your code for {DOMAIN}"
    assert mailed_code.code_for(proof=proof) not in message.subject


def test_in_the_signers_language(letter: Letter) -> None:
    signature = confirmed(letter, SALMA)
    Delivery.objects.all().delete()
    start(signature)
    assert sent().extra_headers["Content-Language"] == "ar"


def test_the_right_code_proves_it_once(brigid: Signature) -> None:
    proof = start(brigid)
    code = mailed_code.code_for(proof=proof)
    assert mailed_code.enter_code(proof=proof, code=code)
    assert not mailed_code.enter_code(proof=proof, code=code)
    assert not mailed_code.enter_code(proof=proof, code="000000")
    proof.refresh_from_db()
    brigid.refresh_from_db()
    assert (proof.state, brigid.level) == (ProofState.STANDING, Level.CONTROLS)
    assert proof.check_due_at is None
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 1
    assert start(brigid) == proof


def test_five_tries_and_then_not_even_the_right_one(brigid: Signature) -> None:
    proof = start(brigid)
    for _try in range(mailed_code.MAX_TRIES):
        with pytest.raises(WrongCode):
            mailed_code.enter_code(proof=proof, code=wrong(proof))
    with pytest.raises(WrongCode):
        mailed_code.enter_code(proof=proof, code=mailed_code.code_for(proof=proof))
    proof.refresh_from_db()
    assert (proof.state, proof.tries) == (ProofState.STARTED, 5)
    assert mailed_code.has_run_out(proof, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_fifty_tries_at_once_are_five(brigid: Signature) -> None:
    proof = start(brigid)
    guess = wrong(proof)
    answers = at_once([lambda: mailed_code.enter_code(proof=proof, code=guess)] * 12)
    assert all(isinstance(answer, WrongCode) for answer in answers)
    assert Proof.objects.get().tries == 5


def test_after_a_day_the_code_has_run_out(brigid: Signature) -> None:
    proof = start(brigid)
    with time_machine.travel(timezone.now() + mailed_code.TIME_TO_TYPE):
        assert mailed_code.has_run_out(proof, now=timezone.now())
        with pytest.raises(WrongCode):
            mailed_code.enter_code(proof=proof, code=mailed_code.code_for(proof=proof))


@pytest.mark.parametrize("code", ["", "1", "abcdef", "\ud800" * 6, "１２３４５６", "0" * 5000])
def test_nonsense_is_a_wrong_code(brigid: Signature, code: str) -> None:
    with pytest.raises(WrongCode):
        mailed_code.enter_code(proof=start(brigid), code=code)


def test_starting_again_replaces_address_and_code_and_the_old_mail_is_not_sent(
    brigid: Signature,
) -> None:
    mail.outbox.clear()
    Delivery.objects.all().delete()
    first = start(brigid)
    old = mailed_code.code_for(proof=first)
    again = start(brigid, f"b.omalloran@{DOMAIN}")
    assert again.pk == first.pk
    assert sent().to == [f"b.omalloran@{DOMAIN}"]
    assert len(mail.outbox) == 1
    with pytest.raises(WrongCode):
        mailed_code.enter_code(proof=first, code=old)
    assert mailed_code.enter_code(proof=again, code=mailed_code.code_for(proof=again))


def test_a_code_for_a_proof_that_was_taken_back_is_not_sent(brigid: Signature) -> None:
    mail.outbox.clear()
    Delivery.objects.all().delete()
    proofs.revoke(proof=start(brigid))
    send_owed_mail()
    assert mail.outbox == []
    assert Proof.objects.get().private == ""


def test_nobodys_mailbox_is_filled_however_many_sign(letter: Letter) -> None:
    from tests.signatures.factories import someone

    signatures = [confirmed(letter, someone(number)) for number in range(4)]
    for signature in signatures[:3]:
        start(signature)
    with pytest.raises(ProofRefused, match=Problem.TOO_MANY_MAILS):
        start(signatures[3], ADDRESS.upper().replace(DOMAIN.upper(), DOMAIN))
    assert not Proof.objects.filter(signature=signatures[3]).exists()
    assert start(signatures[3], "other@quayside-theatre.example").state == ProofState.STARTED


def test_no_domain_is_filled_whichever_names_below_it_are_typed(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.signatures.factories import someone

    monkeypatch.setattr(Limit.CODES_TO_DOMAIN, "rate", "2/hour")
    signatures = [confirmed(letter, someone(number)) for number in range(3)]
    start(signatures[0], f"one@a.{DOMAIN}")
    start(signatures[1], f"two@b.{DOMAIN}")
    with pytest.raises(ProofRefused, match=Problem.TOO_MANY_MAILS_TO_DOMAIN):
        start(signatures[2], f"three@{DOMAIN}")
    assert not Proof.objects.filter(signature=signatures[2]).exists()
    assert start(signatures[2], "three@elsewhere.example").state == ProofState.STARTED


def test_only_for_who_has_confirmed(letter: Letter) -> None:
    with pytest.raises(NotSigned):
        start(pending(letter))
    signature = confirmed(letter)
    proof = start(signature)
    Signature.objects.filter(pk=signature.pk).update(state=SignatureState.REJECTED)
    with pytest.raises(NotSigned):
        mailed_code.enter_code(proof=proof, code=mailed_code.code_for(proof=proof))


def test_a_held_signature_keeps_its_level_until_it_is_decided(letter: Letter) -> None:
    signature = confirmed(letter)
    Signature.objects.filter(pk=signature.pk).update(state=SignatureState.HELD)
    signature.refresh_from_db()
    proof = start(signature)
    mailed_code.enter_code(proof=proof, code=mailed_code.code_for(proof=proof))
    signature.refresh_from_db()
    assert signature.level == Level.CONFIRMED
    assert not Event.objects.filter(kind=EventKind.VERIFY).exists()
