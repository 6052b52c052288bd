"""The site's two keys: what was made with them once is known for good, and what opens when one of
them is replaced.

The vectors were made before there was a module for it. They never change: what they stand for is in
the databases and mailboxes of sites.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import time_machine
from cryptography.fernet import InvalidToken
from django.test import RequestFactory
from pytest_django import Settings

from campaign import keyed_hash, limits
from campaign.keyed_hash import Purpose, SealPurpose, cipher, is_code, is_keyed_hash
from campaign.letters import organisations, reporters
from campaign.letters.models import Organisation, Reporter
from campaign.mail import return_tokens
from campaign.organizers import accounts, applications, invitations
from campaign.organizers.models import Application, Invitation
from signatures import links, tickets
from signatures.addresses import email_key
from signatures.confirmation import confirm_by_code
from signatures.details import Details
from signatures.errors import LinkUnknown
from signatures.models import (
    Delivery,
    Message,
    PressFollower,
    Proof,
    Report,
    Roster,
    SampleQuestion,
    Signature,
    SigningInvitation,
)
from signatures.moderation import reports
from signatures.notifications import leaving, press_followers
from signatures.screening import turned_away
from signatures.signing import Signed
from signatures.verification.accounts import showing
from signatures.verification.rosters import membership
from signatures.verification.vouching import codes
from signatures.verification.work_email import mailed_code
from tests.signatures.factories import SALMA, confirmed, load, open_letter, pending

FIRST_KEY = "a key that made these vectors, and is used for nothing else"
SECOND_KEY = "the key after that, which has also more than fifty characters"
THIRD_KEY = "and one more, long enough for every rule that there is for keys"
# When the sealed vectors were sealed.
SEALED_AT = datetime.fromtimestamp(1796029878, UTC)

BYTES = bytes(range(32))
SIGNATURE = Signature(pk=77, public_id="abcdefghijklmnopqrstuv", nonce=BYTES[:8])
QUESTION = SampleQuestion(pk=5, signature=SIGNATURE)
DELIVERY = Delivery(pk=5, signature=SIGNATURE)
SUBSCRIBER = leaving.Subscriber(3, BYTES)
ROSTER = Roster(pk=9, letter_id=3)
PROOF = Proof(pk=12, token="token")
REPORT = Report(pk=8, nonce=BYTES[:8])
INVITATION = Invitation(pk=4, created_at=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))
FOLLOWER = PressFollower(pk=6, nonce=BYTES[:8])
INVITED = SigningInvitation(pk=7, nonce=BYTES[:8])
REPORTER = Reporter(pk=8, nonce=BYTES[:8])
ORGANISATION = Organisation(pk=9, nonce=BYTES[:8])
APPLICATION = Application(pk=11, nonce=BYTES[:8])
NAME, NUMBER = "Brigid O’Malloran", "0012-a"


def _network() -> str:
    return limits.network_key(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")).hex()


KEPT: dict[str, tuple[Callable[[], bytes], str]] = {
    "address": (
        lambda: email_key("Brigid.O+x@gmail.com"),
        "1e5703f4eb8baeadffa9e1e92a1ab3f0d000c03e27b924e425413559a8140928",
    ),
    "fingerprint of the data key": (
        lambda: keyed_hash.keyed_hash(Purpose.DATA_KEY_FINGERPRINT),
        "c1afb602b64be1e4238868a82f358b0d5f71f3d11b29395b14d1d45266520e6d",
    ),
    "turned away, name": (
        lambda: turned_away._of_name(3, NAME),
        "723f7f006341a53a055b97dbff56bdbb239f6028adfbeef46eedf2ee35b9eee9",
    ),
    "turned away, address": (
        lambda: turned_away._of_address(3, BYTES),
        "b34833f1a3f367fc9238e9bb677a066f6ffeb4e0ccfeaf52c17e4b402b1e56f7",
    ),
    "roster, line": (
        lambda: membership.line_key(number=NUMBER, name=NAME),
        "04761f449ceabb8bc223274c9f3893b6a8e466a513f8abaecdbd2f1c2aa7e782",
    ),
    "roster, member": (
        lambda: membership.member_key(roster_id=9, line=BYTES),
        "3b020f0397957d571c674043073355c333c8d9efdf82a9a7c23464c2acaf1880",
    ),
    "roster, once": (
        lambda: membership.once_key(roster=ROSTER, number=NUMBER),
        "fc019684a33cf72898e839669d42174c68de8f50f2f0f5987884b7f6fc357f92",
    ),
    "roster, name": (
        lambda: keyed_hash.keyed_hash(Purpose.ROSTER_NAME, b"3", b"9", b"words"),
        "379c79be0c8f73c29b090f5b618554231e68b5af7911e3fb088b72576f29805d",
    ),
    "account": (
        lambda: showing.exclusive_key(letter_id=3, service="orcid", uid="0000-1"),
        "37afbd59de3f3d68472c0bf032d1eae65f67f52580d73dab287470a813bbf367",
    ),
}
HANDED_OUT: dict[str, tuple[Callable[[], str], str]] = {
    "link": (lambda: links.token_for(signature=SIGNATURE), "AAAAAAAAAE2iacIOTUVfkSNKCiSUyd8O"),
    "code": (lambda: links.code_for(signature=SIGNATURE), "899295"),
    "fingerprint of the secret key": (
        lambda: keyed_hash.keyed_hash(Purpose.SECRET_KEY_FINGERPRINT).hex(),
        "a1a609fde6c7e629c20d9e53d117daf13d5a824e32f591745e2bdcf3a29a5b3d",
    ),
    "undo": (lambda: links.undo_token_for(delivery=DELIVERY), "AAAAAAAAAAXdcmT6ed-2qHvZWmUZVhv_"),
    "erase": (
        lambda: links.erasing_token_for(delivery=DELIVERY),
        "AAAAAAAAAAWX16Ocr8VvVSrqjoMIrHb3",
    ),
    "leave": (
        lambda: leaving.token_for(SUBSCRIBER),
        "AAAAAAAAAAMAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eH3xH_hQ6Rd3hUsF-NxesnLc",
    ),
    "invitation": (
        lambda: invitations.token_for(invitation=INVITATION),
        "AAAAAAAAAAQNdcTVe424Fn-pWOqTer7w",
    ),
    "invitation to sign": (
        lambda: links.invitation_token_for(invitation=INVITED),
        "AAAAAAAAAAeWDv1Okn0FHcEPiCjEuqVF",
    ),
    "returned mail": (
        lambda: return_tokens.token_for(return_tokens.MailRow("delivery", 5)),
        "d5-sii4bqzarwwst4ixtl2voz4osy",
    ),
    "report": (lambda: reports.token_for(report=REPORT), "AAAAAAAAAAiAmnLbr23K7D0D0QhazWHc"),
    "sample": (
        lambda: links.sample_token_for(question=QUESTION),
        "AAAAAAAAAAWUo_ymYsHPvdKOvV53qGO2",
    ),
    "embargo": (lambda: reporters.token_for(REPORTER), "AAAAAAAAAAjJYQbyUZH5AWbrBYY_DaPK"),
    "organisation": (
        lambda: organisations.token_for(ORGANISATION),
        "AAAAAAAAAAldzM11eFZjgpA1HS5YswUb",
    ),
    "press": (lambda: press_followers.token_for(FOLLOWER), "AAAAAAAAAAbk6iQzSZYbrWutd7CUskAD"),
    "application": (
        lambda: applications.token_for(application=APPLICATION),
        "AAAAAAAAAAs_gQ50aAB9G-i5M1kk9yLX",
    ),
    "vouching code": (lambda: codes.code_for(signature=SIGNATURE), "0BJW3MHMYFP2"),
    "work e-mail": (lambda: mailed_code.code_for(proof=PROOF), "347045"),
    "proof of work": (
        lambda: keyed_hash.keyed_hash(Purpose.PROOF_OF_WORK).hex(),
        "c5ed8c60e785df78d9295617d6fbae78ccc5749742e4f6ee1198f6716ee6f956",
    ),
    "network": (_network, "ac1ece0ec6511a6b3eefa0a0b6ac6a4e"),
    "reset": (
        lambda: keyed_hash.keyed_hash(Purpose.RESET, b"ada@example.org").hex(),
        "7f2e80134fec8c2a61b4b13bcf5f66057ff375da46e64f88f91cf4dc62c06f8c",
    ),
    "applicant": (
        lambda: keyed_hash.keyed_hash(Purpose.APPLICANT, b"ada@example.org").hex(),
        "2348651539c78789a3e609141799630aa539b7becce90a3c3d6cc25ea3c9c368",
    ),
}
TICKET = (
    "gAAAAABrDT22wR2cPMKvn6wyWn3D44G30LQid4WUVgU5OGL9rhrxMyQTZ76vSNgvAmNF7ogwpcupOwmWCeeUgY6duR9Ros"
    "-Bq1Mmd1p-jhozqV2Hyt1zXe4BBAzBIdyl1gLj1JwRYk2kfVtraHlBRsS6vsEnN9VwRzSITeOTCPigj12QigBec6oYq6EH"
    "I38ZQBgBCU6Zxj2RICHrG0WQCsqaUZtcJCCyCBp4tvKIOltcdLt4skgF4_cTd26ngWsP5cnq2kOVMCL1toxmIt6zfk3qka"
    "TGdlIsBg=="
)
SECOND_FACTOR = (
    "gAAAAABrDT22JXnUcM2ysMKNrwtUkOJw44wzgRks065TKlwXlh2rA5ap6WHTt9kxNESqV-0JYgxY3lyKPR4XMgS0_ALP2h"
    "KOxvtgMbzshP9fEPt9eD7FQ1M="
)
ACCOUNT_MAIL = (
    "gAAAAABrDT22HKkpfR6f-5sfNyHchSVL96lI5pCNiC2e4S0jOX5TR974GpJVEszP3EksvwPHeCTv9TBaS44gz6Pv5xhUTT"
    "Oc0zr_BVXGA9ALssF9SzdXE5w="
)
WAY = "Wzc3LCJvcmNpZCIsImVuIl0:1xXxPq:LXVdDwPRMcso0nsco6dVEZ00PwCHDHcCEeLKuf9nQ3I"


def use(settings: Settings, secret: str, *fallbacks: str, data: str = "") -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = secret, list(fallbacks)
    settings.DATA_KEY = data


def test_hashes_links_and_codes_are_what_they_always_were(settings: Settings) -> None:
    use(settings, FIRST_KEY)
    assert {name: make().hex() for name, (make, _known) in KEPT.items()} == {
        name: known for name, (_make, known) in KEPT.items()
    }
    assert {name: make() for name, (make, _known) in HANDED_OUT.items()} == {
        name: known for name, (_make, known) in HANDED_OUT.items()
    }


def test_each_purpose_has_a_vector_and_a_message_of_its_own() -> None:
    # Those of vouching make one code together.
    assert len(Purpose) == len(KEPT) + len(HANDED_OUT) + 1
    assert len({(each.label, each.behind) for each in Purpose}) == len(Purpose)
    assert len({each.behind for each in SealPurpose}) == len(SealPurpose)


def test_what_is_kept_goes_by_the_data_key_and_the_rest_does_not(settings: Settings) -> None:
    use(settings, SECOND_KEY, data=FIRST_KEY)
    assert {name: make().hex() for name, (make, _known) in KEPT.items()} == {
        name: known for name, (_make, known) in KEPT.items()
    }
    assert [name for name, (make, known) in HANDED_OUT.items() if make() == known] == []


def opened() -> dict[str, bool]:
    """Of what the first key had sealed or handed out."""
    way = showing.way_of(WAY)
    found = {
        "ticket": False,
        "mail": False,
        "app": False,
        "way": way == showing.Way(77, "orcid", "en"),
        "leave": False,
        "link": is_keyed_hash(_hash_in("link"), Purpose.LINK, b"77", BYTES[:8]),
        "undo": is_keyed_hash(_hash_in("undo"), Purpose.UNDO_LINK, b"5", b"77", BYTES[:8]),
        "erase": is_keyed_hash(_hash_in("erase"), Purpose.ERASE_LINK, b"5", b"77", BYTES[:8]),
        "report": is_keyed_hash(_hash_in("report"), Purpose.REPORT_LINK, reports._part(REPORT)),
        "invitation": is_keyed_hash(
            _hash_in("invitation"), Purpose.INVITATION_LINK, invitations._part(INVITATION)
        ),
        "code": links.is_code_of("899295", signature=SIGNATURE),
        "work e-mail": is_code("347045", Purpose.WORK_EMAIL_CODE, b"12", b"token"),
        "vouching": codes.is_of("0BJW3MHMYFP2", signature=SIGNATURE),
    }
    with suppress(tickets.TicketVoid):
        found["ticket"] = tickets.open_ticket(TICKET) == tickets.Ticket(
            Signed(77, 2, fresh=True),
            3,
            "brigid@quayside.example",
            Details(name="Brigid", profession="poet", country="IE"),
            6,
        )
    with suppress(InvalidToken):
        told = cipher(SealPurpose.ACCOUNT_MAIL).decrypt(ACCOUNT_MAIL.encode())
        found["mail"] = told == b'{"reset": "ada@example.org"}'
    with suppress(InvalidToken):
        secret = accounts.SecondFactorAdapter().decrypt(SECOND_FACTOR)
        found["app"] = secret == "the secret of an app"
    with suppress(LinkUnknown):
        found["leave"] = leaving.subscriber_behind(HANDED_OUT["leave"][1]) == SUBSCRIBER
    return found


def _hash_in(name: str) -> bytes:
    return urlsafe_b64decode(HANDED_OUT[name][1])[8:]


@pytest.mark.parametrize(
    ("secret", "fallbacks", "data", "opens"),
    [
        (FIRST_KEY, (), "", "all"),
        (SECOND_KEY, (FIRST_KEY,), FIRST_KEY, "all"),
        # Replaced twice.
        (THIRD_KEY, (SECOND_KEY, FIRST_KEY), FIRST_KEY, "all"),
        # Dropped.
        (SECOND_KEY, (), FIRST_KEY, "app"),
        (SECOND_KEY, (THIRD_KEY,), FIRST_KEY, "app"),
        # Replaced with all that is known by it.
        (SECOND_KEY, (), "", ""),
        (SECOND_KEY, (FIRST_KEY,), SECOND_KEY, "all but app"),
    ],
)
@time_machine.travel(SEALED_AT, tick=False)
def test_what_opens_after_a_key_was_replaced(
    settings: Settings, secret: str, fallbacks: tuple[str, ...], data: str, opens: str
) -> None:
    use(settings, secret, *fallbacks, data=data)
    found = opened()
    meant = {
        "all": dict.fromkeys(found, True),
        "all but app": dict.fromkeys(found, True) | {"app": False},
        "app": dict.fromkeys(found, False) | {"app": True},
        "": dict.fromkeys(found, False),
    }
    assert found == meant[opens]


def test_a_beginning_that_could_be_guessed_is_not_compared() -> None:
    for length in (0, 1, 15):
        with pytest.raises(ValueError, match="too short"):
            is_keyed_hash(b"x" * length, Purpose.LINK, b"1")
    whole = keyed_hash.keyed_hash(Purpose.LINK, b"1")
    assert is_keyed_hash(whole, Purpose.LINK, b"1")
    assert not is_keyed_hash(whole + b"x", Purpose.LINK, b"1")
    assert not is_keyed_hash(whole, Purpose.CODE, b"1")


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "１２３４５６", "\ud800", "12345\0"])
def test_no_code(typed: str) -> None:
    assert not is_code(typed, Purpose.CODE, b"1")


@pytest.mark.django_db
def test_rows_are_found_by_links_and_codes_of_the_key_before(settings: Settings) -> None:
    letter = open_letter()
    use(settings, FIRST_KEY)
    waiting, signed = pending(letter, SALMA), confirmed(letter)
    link, code = links.token_for(signature=waiting), links.code_for(signature=waiting)
    vouching = codes.code_for(signature=signed)
    mail = Delivery.objects.filter(signature=signed).latest("pk")
    Delivery.objects.filter(pk=mail.pk).update(message=Message.ERASING)
    erasing = links.erasing_token_for(delivery=mail)

    use(settings, SECOND_KEY, FIRST_KEY, data=FIRST_KEY)
    assert links.signature_behind(link) == waiting
    assert links.erasing_behind(erasing, now=mail.created_at) == mail
    assert codes.signature_with(code=vouching, letter_id=letter.pk) == signed
    new = links.token_for(signature=waiting), codes.code_for(signature=signed)
    assert links.signature_behind(new[0]) == waiting
    assert codes.signature_with(code=new[1], letter_id=letter.pk) == signed
    assert confirm_by_code(signature=waiting, expected_revision=waiting.revision, code=code)

    use(settings, SECOND_KEY, data=FIRST_KEY)
    with pytest.raises(LinkUnknown):
        links.signature_behind(link)
    with pytest.raises(LinkUnknown):
        links.erasing_behind(erasing, now=mail.created_at)
    assert codes.signature_with(code=vouching, letter_id=letter.pk) is None
    assert links.signature_behind(new[0]) == load(waiting.pk)
    # A mailbox that signed under the first key is still the same.
    assert bytes(signed.email_key) == email_key(signed.email)
