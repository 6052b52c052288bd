"""What invented people have shown of themselves: proofs that add up to the level of each.

Rows as the behaviours leave them, in bulk. Websites and domains also stand in the demo's internet,
so that they are found again at their next look; a few no longer do.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaign.letters.models import EventKind
from campaign.organizers.models import Organizer
from demo.accounts import did_of
from demo.addresses import address, site_of
from demo.backfill import Step
from demo.credits import invent
from demo.people import people
from demo.rng import Chance, Weights
from demo.roster_seed import Society
from demo.sites import Placed
from signatures.models import Authority, Kind, Level, Proof, ProofState, Signature, Vouch
from signatures.verification import attested, bluesky
from signatures.verification.accounts import showing
from signatures.verification.bluesky import profile
from signatures.verification.checking import GRACE_PERIOD, RECHECK_IN_GRACE_EVERY
from signatures.verification.levels import level_of
from signatures.verification.method import RECHECK_EVERY
from signatures.verification.problems import Problem
from signatures.verification.proofs import new_token
from signatures.verification.vouching.giving import VOUCHES_NEEDED

_OF_PEOPLE = Weights(
    {
        "website": 42,
        "account": 27,
        "work_email": 16,
        "bluesky": 8,
        "domain": 9,
        "vouched": 6,
    }
)
_OF_ORGANISATIONS = Weights({"domain": 40, "website": 35, "work_email": 25})
# Minutes that it takes, at least and at most; most are nearer to the first.
_TAKES = {
    "account": (3, 700),
    "bluesky": (7, 1400),
    "work_email": (4, 900),
    "website": (9, 2600),
    "domain": (30, 3600),
    "roster": (6, 1500),
    "vouched": (500, 4000),
    "vetting": (90, 3000),
    "call_back": (300, 4200),
}
# With where they are, which is nowhere.
_SERVICES = (
    ("Cockleshell", "cockleshell.example"),
    ("Lanternfish", "lanternfish.example"),
    ("Quay & Reel", "quay-and-reel.example"),
    ("Harbourlight", "harbourlight.example"),
)
_HOUSES = ("stage_houses", "music_houses", "text_houses", "picture_houses")
_EVIDENCE = {
    "vetting": (
        "Site and credits agree; the publisher’s page names the same site.",
        "Two of us know them from last year’s festival.",
        "Their account links to the letter, and posted about it the same day.",
        "Programme booklets of three seasons name them.",
        "Wrote to us from the address that their publisher gives.",
    ),
    "call_back": (
        "Called the agency at the number on its own site; the agent asked them and called back.",
        "The theatre’s stage door put us through.",
        "Their publisher confirmed by telephone, number from the printed catalogue.",
        "Spoke to them at the number that the society has on file.",
    ),
}
_RELATIONS = {
    "en": (
        "We played in the same ensemble for six years.",
        "I edited two of their books.",
        "We shared a studio until last spring.",
        "Neighbours, and on the same jury twice.",
    ),
    "ar": (
        "عملنا معًا في الفرقة نفسها ست سنوات.",
        "حرّرتُ كتابين من كتبهم.",
        "تقاسمنا مرسمًا واحدًا حتى الربيع الماضي.",
    ),
}
_ROLES = {
    "en": ("General secretary", "Chair", "Director", "Head of policy", "Treasurer"),
    "ar": ("الأمانة العامة", "رئاسة المجلس", "الإدارة التنفيذية"),
}
_VOUCHES_EACH = 3
_NO_LONGER_SHOWN = 3


@dataclass(slots=True)
class Shown:
    """All rows of one letter, not written yet, and the steps that they lead to."""

    proofs: list[Proof] = field(default_factory=list)
    vouches: list[Vouch] = field(default_factory=list)
    authorities: list[Authority] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def write(self) -> None:
        Proof.objects.bulk_create(self.proofs, batch_size=500)
        Vouch.objects.bulk_create(self.vouches, batch_size=500)
        Authority.objects.bulk_create(self.authorities, batch_size=500)


class Showing:
    """One letter's people, each showing what their level says, between signing and `until`;
    sites are looked at again until `now`."""

    def __init__(
        self,
        *,
        seed: int,
        until: datetime,
        now: datetime,
        organizer: Organizer,
        society: Society | None,
    ) -> None:
        self.shown = Shown()
        self._chance = Chance(seed)
        self._until, self._now = until, now
        self._organizer = organizer
        self._society = society
        self._hosts: set[str] = set()
        self._vetted: list[tuple[datetime, Signature]] = []
        self._officers = people(count=1_000_000, seed=seed)

    def show(self, signatures: Sequence[Signature]) -> Shown:
        """Whoever stands above level 1. Those who are vouched for come last: somebody vetted must
        have been there to do it."""
        vouched_for = []
        for signature in signatures:
            if signature.level > Level.CONFIRMED:
                methods = self._methods(signature)
                if "vouched" in methods:
                    vouched_for.append((signature, methods))
                else:
                    self._show(signature, methods)
        for signature, methods in vouched_for:
            self._show(signature, methods)
        self._some_no_longer()
        return self.shown

    def show_one(self, signature: Signature, method: str, *, at: datetime) -> None:
        """One proof and no step: for who is held."""
        self._prove(signature, method, signature.created_at, at)

    def _methods(self, signature: Signature) -> list[str]:
        """In the order in which they came; the last one has the level of the signature."""
        chance, level = self._chance, signature.level
        is_person = signature.kind == Kind.PERSON
        own = chance.weighted(_OF_PEOPLE if is_person else _OF_ORGANISATIONS)
        if level == Level.CONTROLS:
            both = own == "website" and is_person and chance.percent(14)
            return [own, "account"] if both else [own]
        methods = [own] if own != "vouched" and chance.percent(70) else []
        if level == Level.VETTED:
            return [*methods, "vetting"]
        if self._society is not None and self._society.has(signature):
            return [*methods, "roster"]
        if chance.percent(60):
            methods.append("vetting")
        return [*methods, "call_back"]

    def _show(self, signature: Signature, methods: Iterable[str]) -> None:
        last, level = signature.confirmed_at or signature.created_at, Level.CONFIRMED
        for method in methods:
            at = self._when(method, last)
            if method == "vouched" and not self._vouch(signature, last, at):
                method = "account"
            proof = self._prove(signature, method, last, at)
            if level_of(proof) > level:
                level = level_of(proof)
                self.shown.steps.append(Step(at, signature, EventKind.VERIFY, level))
            if method == "vetting" and signature.kind == Kind.PERSON:
                self._vetted.append((at, signature))
            last = at

    def _when(self, method: str, after: datetime) -> datetime:
        least, most = _TAKES[method]
        share = self._chance.fraction()
        at = after + timedelta(minutes=least + (most - least) * share * share)
        if at < self._until:
            return at
        return after + (self._until - after) * self._chance.fraction()

    def _prove(self, signature: Signature, method: str, before: datetime, at: datetime) -> Proof:
        proof = Proof(
            signature=signature,
            method=method,
            state=ProofState.STANDING,
            started_at=before + (at - before) * 0.8,
            proved_at=at,
            checked_at=at,
        )
        match method:
            case "website" | "domain":
                self._place(proof, at)
            case "bluesky":
                self._in_profile(proof, at)
            case "work_email":
                self._at_work(proof)
            case "account":
                self._account(proof)
            case "roster":
                assert self._society is not None  # noqa: S101 - or nobody is a member
                self._society.prove(proof)
            case "vetting" | "call_back":
                proof.organizer = self._organizer
                proof.private = self._chance.one_of(_EVIDENCE[method])
                proof.seen = attested.details_of(signature=signature)
            case "vouched":
                pass
        self.shown.proofs.append(proof)
        if signature.kind == Kind.ORGANISATION and method in _OF_ORGANISATIONS.things:
            self._sign_for(signature, at)
        return proof

    def _place(self, proof: Proof, at: datetime) -> None:
        proof.subject = site_of(proof.signature.email, self._hosts)
        self._hosts.add(proof.subject)
        proof.token = new_token()
        # Looked at again each month since.
        looks = (self._now - at) // RECHECK_EVERY
        proof.checked_at = at + looks * RECHECK_EVERY
        proof.check_due_at = proof.checked_at + RECHECK_EVERY
        self.shown.placed.append(Placed(proof.method, proof.subject, proof.token))

    def _in_profile(self, proof: Proof, at: datetime) -> None:
        self._place(proof, at)
        handle = proof.subject
        proof.subject = f"@{handle}"
        proof.provider = bluesky.METHOD.provider
        proof.private = did_of(handle)
        proof.profile_url = profile.page_of(handle)
        proof.exclusive_key = profile.once_key(proof, did_of(handle))

    def _at_work(self, proof: Proof) -> None:
        email = proof.signature.email
        if proof.signature.kind == Kind.ORGANISATION:
            proof.private = email
        else:
            proof.private = f"{email.partition('@')[0]}@{a_house(self._chance)}"
        proof.subject = proof.private.partition("@")[2]

    def _account(self, proof: Proof) -> None:
        handle = site_of(proof.signature.email, set()).removesuffix(".example")
        proof.provider, host = self._chance.one_of(_SERVICES)
        proof.subject = f"@{handle}"
        proof.profile_url = f"https://{host}/@{handle}"
        proof.exclusive_key = showing.exclusive_key(
            letter_id=proof.signature.letter_id,
            service=proof.provider,
            uid=proof.signature.public_id,
        )

    def _vouch(self, signature: Signature, after: datetime, at: datetime) -> bool:
        """By two who were vetted by then and have not vouched for many."""
        by = []
        for vetted_at, voucher in self._vetted:
            if vetted_at < at and voucher is not signature:
                by.append((vetted_at, voucher))
            if len(by) == VOUCHES_NEEDED:
                break
        if len(by) < VOUCHES_NEEDED:
            return False
        for share, (vetted_at, voucher) in zip((0.5, 1.0), by, strict=True):
            begun = max(after, vetted_at)
            made_at = begun + (at - begun) * share
            relation = self._chance.one_of(_RELATIONS[voucher.language])
            self.shown.vouches.append(
                Vouch(voucher=voucher, signature=signature, relation=relation, made_at=made_at)
            )
            if sum(each.voucher is voucher for each in self.shown.vouches) >= _VOUCHES_EACH:
                self._vetted.remove((vetted_at, voucher))
        return True

    def _sign_for(self, signature: Signature, at: datetime) -> None:
        if not self._chance.percent(60):
            return
        officer = next(each for each in self._officers if each.language == signature.language)
        self.shown.authorities.append(
            Authority(
                signature=signature,
                name=officer.name,
                role=self._chance.one_of(_ROLES[signature.language]),
                stated_at=at,
            )
        )

    def _some_no_longer(self) -> None:
        """Whose site is there, but no longer shows the line: it goes on a day to come."""
        sites = [each for each in self.shown.proofs if each.method == "website"]
        for proof in sites[:: max(1, len(sites) // _NO_LONGER_SHOWN)][:_NO_LONGER_SHOWN]:
            self.shown.placed.remove(Placed(proof.method, proof.subject, proof.token))
            self.shown.placed.append(Placed(proof.method, proof.subject, ""))
            missed_at = self._now - timedelta(hours=2)
            proof.state = ProofState.LAPSING
            proof.problem = Problem.TOKEN_MISSING
            proof.checked_at = missed_at
            proof.check_due_at = missed_at + RECHECK_IN_GRACE_EVERY
            proof.lapses_at = missed_at + GRACE_PERIOD


def a_house(chance: Chance) -> str:
    """The domain of a theatre, an ensemble, a press or a studio."""
    name = invent(chance, chance.one_of(_HOUSES))
    return address(chance, name, set(), office=True).partition("@")[2]


def fresh_number() -> str:
    """Of an entry in a public record that does not exist: sixteen random bytes as MusicBrainz
    writes them."""
    digits = secrets.token_hex(16)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
