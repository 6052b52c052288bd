"""What happens when a signer changes how they appear."""

from dataclasses import replace

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext

from signatures import answers, consent, events, transitions
from signatures.details import Details
from signatures.errors import DetailsChanged, NotSigned
from signatures.models import (
    ATTESTED_METHODS,
    Message,
    Proof,
    ProofState,
    Recheck,
    RecheckReason,
    Signature,
    SignatureState,
    UnnamedVetting,
    Vouch,
)
from signatures.moderation import attestation, precautions, repeats
from signatures.names.cleaning import is_same_name
from signatures.names.folding import search_key
from signatures.names.latin_key import latin_key
from signatures.notifications import namesakes
from signatures.outbox import ask_for_mail, owe
from signatures.record.format.commitment import fresh_salt
from signatures.screening import holds
from signatures.verification import attested, proofs, registry, vouching


def edit(
    *,
    signature: Signature,
    expected_revision: int,
    details: Details,
    language: str = "",
    tells_address: bool = True,
    network: bytes = b"",
    given: answers.Given | None = None,
) -> bool:
    """Change what is shown and write it into the record; False if nothing is different.

    Whether it is a person or an organisation stays as it was signed. The new version of the details
    gets a salt of its own. A new name, and new words beside it, are looked at as when signing: if
    they have to wait, the signature leaves list and count until the organizers approve. So does one
    that a precaution holds, by `network` too, the one that it is changed from. What the organizers
    attested is told as changed since. One that is held stays held, and is written
    nowhere. Consents that are changed are dated anew, with the words that are shown in this
    language; others stay as they were given. Raises NotSigned, and DetailsChanged when it was
    edited elsewhere since `expected_revision`. Answers `given` to the organizers' own questions
    take the place of all earlier ones; the record is told nothing of them. The address is told of
    another name, and can undo it.
    """
    if signature.state not in (SignatureState.CONFIRMED, SignatureState.HELD):
        raise NotSigned
    if signature.revision != expected_revision:
        raise DetailsChanged
    details = replace(details, kind=signature.kind)
    new_details = details != Details.of(signature)
    before = answers.given(signature=signature) if signature.letter.has_questions else {}
    after = before if given is None else given
    if not new_details and after == before:
        return False
    new_name = not is_same_name(details.name, signature.name)
    is_held = signature.state == SignatureState.HELD
    words = set(answers.words_in(after))
    if not is_held:
        words -= set(answers.words_in(before))
    hold = _hold(signature, details, words)
    if not is_held and (_readers_see(signature, details) or words):
        hold = precautions.also_of_edit(hold, signature=signature, details=details, network=network)
    with transaction.atomic():
        if tells_address and details.name != signature.name:
            owe(signature=signature, message=Message.RENAMED, earlier_name=signature.name)
            ask_for_mail()
        if new_details or hold or is_held:
            spoken = language or signature.language
            written = _write(signature, expected_revision, details, spoken, hold)
        else:
            written = _raise_revision(signature, expected_revision)
        if not written:
            raise DetailsChanged
        if after != before:
            answers.replace(signature=signature, given=after)
        if is_held:
            holds.follow(signature=signature, hold=hold)
        elif hold:
            holds.open_for(signature=signature, hold=hold, now=timezone.now())
            namesakes.tell(hold=hold)
        _follow(signature, new_name=new_name)
        if details.consent_publish or not signature.name:
            # To be vetted without being named is asked anew.
            UnnamedVetting.objects.filter(signature=signature).delete()
            Recheck.objects.filter(signature=signature, reason=RecheckReason.UNNAMED).delete()
    if not is_held:
        events.ask_for_sequencing(letter_id=signature.letter_id)
    return True


def ending(*, signature: Signature, name: str) -> list[str]:
    """What ends when the signature takes this name, in words; nothing if it is the same name."""
    if is_same_name(name, signature.name):
        return []
    proofs = Proof.objects.filter(signature=signature)
    of_name = registry.codes(lambda each: each.is_of_name)
    ends = Q(method__in=ATTESTED_METHODS, state__in=ProofState.attested())
    ends |= Q(method__in=of_name, state__in=ProofState.counting())
    methods = set(proofs.filter(ends).values_list("method", flat=True))
    vouches = Vouch.objects.filter(revoked_at=None)
    if vouches.filter(signature=signature).exists():
        methods.add(vouching.METHOD.code)
    words = [str(each.label) for each in registry.every() if each.code in methods]
    if vouches.filter(voucher=signature).exists():
        words.append(gettext("your word for others"))
    return words


def _hold(signature: Signature, details: Details, words: set[str]) -> holds.Hold | None:
    """Why the new details have to wait. Of one that waits already, all of them are looked at; of
    others, what is new: the organizers may have approved the rest."""
    letter_id = signature.letter_id
    if signature.state == SignatureState.HELD:
        return holds.hold_reason(
            letter_id=letter_id,
            name=details.name,
            texts=(details.credit, details.affiliation, *words),
            signature_id=signature.pk,
        )
    new_texts = {details.credit, details.affiliation} - {signature.credit, signature.affiliation}
    new_texts |= words
    if details.name != signature.name:
        return holds.hold_reason(
            letter_id=letter_id,
            name=details.name,
            texts=tuple(new_texts),
            signature_id=signature.pk,
        )
    return holds.of_texts(letter_id=letter_id, texts=new_texts)


def _readers_see(signature: Signature, details: Details) -> bool:
    """Whether these details show them anything that they did not see before."""
    before = replace(Details.of(signature), consent_updates=details.consent_updates)
    return details.consent_publish and details != before


def _follow(signature: Signature, *, new_name: bool) -> None:
    """What was shown or attested of the details before."""
    if new_name:
        attestation.take_back(signature=signature)
        proofs.end_of_name(signature=signature)
        repeats.compare_renamed(signature_id=signature.pk)
    else:
        attested.follow(signature=signature)


def _raise_revision(signature: Signature, expected_revision: int) -> bool:
    """Of one of which only answers change."""
    mine = Signature.objects.filter(
        pk=signature.pk, state=signature.state, revision=expected_revision
    )
    return bool(mine.update(revision=F("revision") + 1))


def _write(
    signature: Signature,
    expected_revision: int,
    details: Details,
    language: str,
    hold: holds.Hold | None,
) -> bool:
    salt = fresh_salt()
    if signature.state == SignatureState.HELD:
        move = transitions.EDIT_HELD
    elif hold:
        move = transitions.EDIT_AND_HOLD
    else:
        move = transitions.EDIT
    row = transitions.apply(
        transition=move,
        signature=signature,
        expected_revision=expected_revision,
        changes=_changes(signature, details, salt, language),
        content=details.content(salt=salt, level=signature.level, version=signature.version),
    )
    return row is not None


def _changes(
    signature: Signature, details: Details, salt: bytes, language: str
) -> dict[str, object]:
    agreed = (details.consent_publish, details.consent_updates)
    as_before = agreed == (signature.consent_publish, signature.consent_updates)
    least_age = consent.age_of(signature.consent_version)
    return {
        "name": details.name,
        "name_key": search_key(details.name),
        "name_latin": latin_key(details.name),
        "profession": str(details.profession),
        "country": details.country,
        "credit": details.credit,
        "affiliation": details.affiliation,
        "consent_publish": details.consent_publish,
        "consent_updates": details.consent_updates,
        "consent_version": (
            signature.consent_version
            if as_before
            else consent.version_in(language, least_age=least_age)
        ),
        "consented_at": signature.consented_at if as_before else timezone.now(),
        "salt": salt,
    }
