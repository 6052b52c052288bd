"""Every way to verify, each tried by an invented person through the site's own behaviours.

Nothing is written past them: tokens are placed on the demo's own internet and looked for there,
codes are sent and typed, and the organizers attest as they do at the desk.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter, Translation
from campaign.organizers.models import Organizer
from demo import newcomers
from demo.addresses import site_of
from demo.desk import famous
from demo.proof_seeding import a_house, fresh_number
from demo.rng import Chance
from demo.roster_seed import NAME as SOCIETY
from demo.seeding import ORGANIZER
from demo.sites import Placed, the_sites
from signatures.models import (
    ATTESTED_METHODS,
    Kind,
    Level,
    Proof,
    ProofState,
    Roster,
    Signature,
    SignatureState,
    Source,
)
from signatures.moderation import attestation
from signatures.tasks import send_owed_mail
from signatures.verification import (
    authority,
    bluesky,
    checking,
    domain,
    mastodon,
    proofs,
    website,
)
from signatures.verification.evidence import give
from signatures.verification.evidence.identifiers import Identifier
from signatures.verification.method import Method
from signatures.verification.rosters import membership
from signatures.verification.vouching import codes, giving
from signatures.verification.work_email import mailed_code

# A worker may be at it already: then it is a moment's work.
_SECONDS_TO_LOOK = 5.0


class NobodyCanVouch(Exception):
    """Too few signatories were vetted and have vouches left."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Where, in which language and from which network the button was pressed."""

    letter: Letter
    shown: Translation
    network: bytes

    def signed(self, *, kind: Kind = Kind.PERSON) -> Signature:
        person = newcomers.somebody(letter=self.letter, language=self.shown.language, kind=kind)
        return newcomers.sign(letter=self.letter, shown=self.shown, person=person)


def _by_website(visit: Visit) -> Signature:
    return _placed(visit.signed(), website.METHOD)


def _by_domain(visit: Visit) -> Signature:
    return _placed(visit.signed(), domain.METHOD)


def _by_bluesky(visit: Visit) -> Signature:
    return _placed(visit.signed(), bluesky.METHOD)


def _by_mastodon(visit: Visit) -> Signature:
    return _placed(visit.signed(), mastodon.METHOD, typed="writer@{host}")


def _by_account(visit: Visit) -> Signature:
    """Signing in is left to the visitor."""
    return visit.signed()


def _by_work_email(visit: Visit) -> Signature:
    signature = visit.signed()
    local = signature.email.partition("@")[0]
    house = a_house(Chance(signature.pk))
    proof = mailed_code.start(signature=signature, address=f"{local}@{house}")
    send_owed_mail()
    mailed_code.enter_code(proof=proof, code=mailed_code.code_for(proof=proof))
    return signature


def _by_membership(visit: Visit) -> Signature:
    found = Roster.objects.filter(letter=visit.letter, name=SOCIETY).first()
    if found is None:
        raise newcomers.NobodyLeft
    number, person = newcomers.member(letter=visit.letter)
    signature = newcomers.sign(letter=visit.letter, shown=visit.shown, person=person)
    membership.prove(signature=signature, roster=found, number=number, network=visit.network)
    return signature


def _by_vouching(visit: Visit) -> Signature:
    vouchers = _with_vouches_left(visit.letter)[: giving.VOUCHES_NEEDED]
    if len(vouchers) < giving.VOUCHES_NEEDED:
        raise NobodyCanVouch
    signature = visit.signed()
    for voucher in vouchers:
        giving.vouch(
            voucher=voucher,
            code=codes.code_for(signature=signature),
            expected_revision=signature.revision,
            relation="We worked on the same production.",
        )
    return signature


def _by_vetting(visit: Visit) -> Signature:
    signature = _placed(visit.signed(), website.METHOD)
    if signature.state == SignatureState.CONFIRMED:
        attestation.vet(
            signature=signature,
            organizer=_organizer(),
            expected_revision=signature.revision,
            evidence="Their own site, and the credits that stand on it.",
        )
    return signature


def _by_call_back(visit: Visit) -> Signature:
    signature = visit.signed()
    if signature.state == SignatureState.CONFIRMED:
        attestation.record_call_back(
            signature=signature,
            organizer=_organizer(),
            expected_revision=signature.revision,
            how="Their agency, at the number on its own site; the agent called back.",
        )
    return signature


def _as_organisation(visit: Visit) -> Signature:
    signature = _placed(visit.signed(kind=Kind.ORGANISATION), domain.METHOD)
    officer = newcomers.somebody(letter=visit.letter, language=visit.shown.language)
    role = {"ar": "رئاسة المجلس"}.get(visit.shown.language, "General secretary")
    authority.state(signature=signature, name=officer.name, role=role)
    return signature


def _with_evidence(visit: Visit) -> Signature:
    signature = visit.signed()
    entry = Identifier(Source.MUSICBRAINZ, fresh_number())
    give.give(signature=signature, identifier=entry)
    return signature


def _under_a_watched_name(visit: Visit) -> Signature:
    person = newcomers.somebody(letter=visit.letter, language=visit.shown.language)
    held = Signature.objects.filter(letter=visit.letter, state=SignatureState.HELD).count()
    name = famous()[held % len(famous())]
    return newcomers.sign(letter=visit.letter, shown=visit.shown, person=replace(person, name=name))


def _placed(signature: Signature, method: Method, *, typed: str = "{host}") -> Signature:
    """The token is given out, placed, and found by the very look that real sites get."""
    assert method.offer is not None  # noqa: S101 - those that are placed are offered
    host = site_of(signature.email, the_sites())
    subject = method.offer.clean(typed.format(host=host))
    proof = proofs.start(signature=signature, method=method, subject=subject)
    the_sites().place(Placed(proof.method, host, proof.token))
    proofs.ask_for_check(proof=proof)
    _wait_for_look(proof)
    return signature


def _wait_for_look(proof: Proof) -> None:
    until = time.monotonic() + _SECONDS_TO_LOOK
    while time.monotonic() < until:
        checking.check_due()
        proof.refresh_from_db()
        if not checking.is_being_checked(proof, now=timezone.now()):
            return
        time.sleep(0.05)


def _with_vouches_left(letter: Letter) -> QuerySet[Signature]:
    """Those who have given fewer first, so that the button works for long."""
    standing = Count("vouches_given", filter=Q(vouches_given__revoked_at=None))
    # As `vouching.may_vouch`: a membership lifts as high, and is not enough.
    known = Proof.objects.filter(
        signature=OuterRef("pk"),
        method__in=ATTESTED_METHODS,
        state__in=ProofState.counting(),
    )
    vetted = Signature.objects.filter(
        Exists(known),
        letter=letter,
        state=SignatureState.CONFIRMED,
        level__gte=Level.VETTED,
        kind=Kind.PERSON,
    )
    return (
        vetted.annotate(given=standing).filter(given__lt=giving.MAX_VOUCHES).order_by("given", "pk")
    )


def _organizer() -> Organizer:
    return Organizer.objects.get(email=ORGANIZER)


@dataclass(frozen=True, slots=True)
class Way:
    """A method as the page offers it: what will happen, what the button says, what was done."""

    slug: str
    title: "str | Promise"
    sentence: "str | Promise"
    button: "str | Promise"
    done: "str | Promise"
    go: Callable[[Visit], Signature]


ALL = (
    Way(
        "website",
        _("Website"),
        _("Somebody signs, places a line on a site of their own, and we look for it there."),
        _("Show a website"),
        _("The line was placed on the site, and found there by the same look that real sites get."),
        _by_website,
    ),
    Way(
        "domain",
        _("Domain"),
        _("Somebody signs, and places the line in the DNS of their domain."),
        _("Show a domain"),
        _("The line was placed in the DNS of the domain, and found there."),
        _by_domain,
    ),
    Way(
        "bluesky",
        _("Bluesky"),
        _(
            "Somebody signs who has an account on Bluesky with a name of their own as its handle, "
            "and puts the line into its profile."
        ),
        _("Show a Bluesky account"),
        _("The handle led to the account and back, and the line was found in its profile."),
        _by_bluesky,
    ),
    Way(
        "mastodon",
        _("Mastodon"),
        _(
            "Somebody signs who has an account on a Mastodon server, and puts the line into a "
            "field of its profile."
        ),
        _("Show a Mastodon account"),
        _("The server said whose the handle is, and the line was found in the profile."),
        _by_mastodon,
    ),
    Way(
        "account",
        _("Account"),
        _(
            "Somebody signs; on their page, you press the button and sign in for them at an "
            "invented service."
        ),
        _("Go to their page"),
        "",
        _by_account,
    ),
    Way(
        "work-email",
        _("Work e-mail"),
        _(
            "Somebody signs, gives an address at a house where they work, and types the code "
            "that is sent there."
        ),
        _("Show a work e-mail"),
        _("The code was sent to the address, and typed. The mail is among those that were sent."),
        _by_work_email,
    ),
    Way(
        "membership",
        _("Membership"),
        _("Somebody signs who is on a society’s list of members, and gives their member number."),
        _("Show a membership"),
        _("Number and name were found on the list, of which only hashes are kept."),
        _by_membership,
    ),
    Way(
        "vouching",
        _("Vouched for"),
        _("Somebody signs, and two signatories whom the organizers have vetted vouch for them."),
        _("Have two people vouch"),
        _("Two vetted signatories vouched. Readers see that it was done, and not by whom."),
        _by_vouching,
    ),
    Way(
        "vetting",
        _("Vetted by the organizers"),
        _("Somebody signs and shows a website; an organizer looks at it and is convinced."),
        _("Have somebody vetted"),
        _("The site was shown first; then the demo’s organizer attested who it is."),
        _by_vetting,
    ),
    Way(
        "call-back",
        _("Confirmed by a call back"),
        _("Somebody signs; an organizer calls their agency, at a number that they did not choose."),
        _("Record a call back"),
        _("The demo’s organizer wrote down who answered, and how they were found."),
        _by_call_back,
    ),
    Way(
        "organisation",
        _("Organisation with authority"),
        _("An organisation signs and shows its domain; beside its name stands who signed for it."),
        _("Sign for an organisation"),
        _("The domain was shown, and since then readers see who signed for the organisation."),
        _as_organisation,
    ),
    Way(
        "evidence",
        _("Public records as evidence"),
        _(
            "Somebody signs and points at an entry in MusicBrainz: for the organizers alone, "
            "and no proof."
        ),
        _("Point at a public record"),
        _(
            "The entry is invented and leads nowhere. The organizers see it; readers do not, "
            "and the level stays."
        ),
        _with_evidence,
    ),
    Way(
        "watched-name",
        _("A watched name"),
        _(
            "Somebody signs with a name that the organizers watch for: it is held, and appears "
            "nowhere."
        ),
        _("Sign with a watched name"),
        _(
            "The signature is confirmed and held: neither shown nor counted until two "
            "organizers approve it."
        ),
        _under_a_watched_name,
    ),
)
BY_SLUG = {way.slug: way for way in ALL}
