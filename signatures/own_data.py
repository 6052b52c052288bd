"""Everything that is kept about one signature, for its signer alone (GDPR, articles 15 and 20).

One object for one JSON file. Nothing of others but what is public, and no secret of ours: no token,
nonce or code, and no keyed hash. The salt is told, once the record holds a leaf that it opens: it
is the signer's to show whom they like that the leaf is theirs, and readers of the list have it of
all who are named anyway. What organizers wrote for each other may tell of third people: the file
says that there is something, and whom to ask.
"""

import base64
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign.letters.models import Letter, Translation
from campaign.organizers.models import AuditEntry
from signatures import answers, consent, retention
from signatures.details import Details
from signatures.models import (
    ATTESTED_METHODS,
    AttestationStep,
    Authority,
    BulkRow,
    Correction,
    Decision,
    Delivery,
    Entry,
    Evidence,
    Inquiry,
    Message,
    Notable,
    PressFollower,
    Proof,
    Removal,
    Report,
    SampleQuestion,
    Signature,
    SignatureState,
    SigningInvitation,
    UnnamedVetting,
    UpdateDelivery,
    Vetting,
    Vouch,
)
from signatures.moderation import contact
from signatures.notifications import update_deliveries
from signatures.record.format.commitment import record_bytes
from signatures.verification import registry

FORMAT = "undersigned-own-data-v1"


def told(*, signature: Signature, now: datetime) -> dict[str, Any]:
    """The letter and translation are loaded. Times are in UTC; words are in the active language."""
    return {
        "format": FORMAT,
        "written_at": _time(now),
        "about": _about(signature),
        "letter": _letter(signature),
        "signature": _signature(signature),
        "vetted_without_being_named": [
            {
                "asked_at": _time(each.asked_at),
                "days_promised": each.days,
                "identity_deleted_on": _time(each.forget_at),
                "identity_deleted_at": _time(each.forgotten_at),
            }
            for each in _mine(UnnamedVetting, signature)
        ],
        "answers": [
            {"question": each.words, "answer": each.answer, "public": each.is_public}
            for each in answers.answered(signature=signature)
        ],
        "consents": _consents(signature),
        "record": _record(signature),
        "proofs": [_proof(each) for each in _mine(Proof, signature)],
        "signs_for_an_organisation_as": [
            {"name": each.name, "role": each.role, "stated_at": _time(each.stated_at)}
            for each in _mine(Authority, signature)
        ],
        "evidence": [_evidence(each) for each in _mine(Evidence, signature)],
        "vouches_received": [
            _vouch(each, other=each.voucher, relation=each.relation if standing else None)
            for each in _mine(Vouch, signature).select_related("voucher")
            # Who took their word back is not quoted with it.
            for standing in (each.revoked_at is None,)
        ],
        "vouches_given": [
            _vouch(each, other=each.signature, relation=each.relation)
            for each in Vouch.objects.filter(voucher=signature)
            .order_by("pk")
            .select_related("signature")
        ],
        "history_of_what_was_attested": [
            {
                "method": each.method,
                "deed": each.deed,
                "details": each.fields,
                "at": _time(each.at),
            }
            for each in _mine(AttestationStep, signature)
        ],
        "named_first_since": [_time(each.pinned_at) for each in _mine(Notable, signature)],
        "checked_by_organizers": [_vetting(each) for each in _mine(Vetting, signature)],
        "decisions_of_organizers": [
            _decision(each)
            for each in Decision.objects.filter(vetting__signature=signature).order_by("pk")
        ],
        "removals": [_removal(each) for each in _mine(Removal, signature)],
        "in_deeds_about_many": [
            _bulk_row(each) for each in _mine(BulkRow, signature).select_related("deed")
        ],
        "reports_of_this_name": [
            _report(each)
            for each in Report.objects.filter(signature=signature, confirmed_at__isnull=False)
            .order_by("pk")
            .select_related("case")
        ],
        "deeds_of_organizers": _deeds(signature),
        "e_mails": [
            _delivery(each)
            for each in _mine(Delivery, signature).select_related("proof", "signature")
        ],
        "follows_for_the_press": [
            {
                "letter": settings.SITE_URL + reverse("press", args=[each.letter.slug]),
                "since": _time(each.confirmed_at),
            }
            for each in PressFollower.objects.filter(
                address_key=bytes(signature.email_key), confirmed_at__isnull=False
            ).select_related("letter")
        ],
        "asked_what_was_signed_at": [
            _time(each.asked_at)
            for each in Inquiry.objects.filter(address_key=bytes(signature.email_key))
        ],
        "invited_to_sign": [
            _invitation(each)
            for each in SigningInvitation.objects.filter(
                letter=signature.letter_id, address_key=bytes(signature.email_key)
            )
        ],
        "asked_in_audits": [
            _question(each) for each in _mine(SampleQuestion, signature).select_related("audit")
        ],
        "updates": [
            _update_delivery(each)
            for each in update_deliveries.of_signature(signature=signature).select_related("update")
        ],
        "corrections": [
            _correction(each, signature.letter)
            for each in Correction.objects.filter(signature_id=signature.pk).order_by("index")
        ],
    }


def _about(signature: Signature) -> dict[str, str]:
    organizers = contact.address_of(letter=signature.letter, language=get_language() or "en")
    return {
        "why": _("To show and count your signature under this letter, with your explicit consent."),
        "who_sees_it": _(
            "Readers see what stands on the public list, if you chose to be shown. The letter’s "
            "organizers see your details, what you showed and, where they look it up, your e-mail "
            "address. Nobody else does."
        ),
        "how_long": _(
            "Until you erase it on your own page. What was never confirmed goes after thirty days, "
            "and so do the keyed hash of the network that you signed from and the e-mails sent. "
            "That a reminder was sent is kept, so that you get no second one. What you answered "
            "in an audit is forgotten thirty days after it ends, but for the number."
        ),
        "notes_of_organizers": _(
            "Where something has a note, the organizers wrote it for each other, and it may tell "
            "of others. Ask them for it."
        ),
        "organizers_address": organizers,
    }


def _letter(signature: Signature) -> dict[str, Any]:
    text: Translation = signature.translation
    return {
        "url": settings.SITE_URL + reverse("letter", args=[signature.letter.slug]),
        "title": text.title,
        "text_signed": {
            "version": text.text.number,
            "language": text.language,
            "sha256": text.sha256,
        },
    }


def _signature(signature: Signature) -> dict[str, Any]:
    network_until = signature.asked_at + retention.NETWORKS_FOR if signature.network_key else None
    return {
        "state": signature.state,
        "number": signature.number,
        "level": signature.level,
        "name": signature.name,
        "kind": signature.kind,
        "profession": signature.profession,
        "country": signature.country,
        "credit": signature.credit,
        "affiliation": signature.affiliation,
        "e_mail": signature.email,
        "language": signature.language,
        "version_of_details": signature.revision,
        "signed_at": _time(signature.created_at),
        "confirmation_asked_for_at": _time(signature.asked_at),
        "codes_tried": signature.code_tries,
        "confirmed_at": _time(signature.confirmed_at),
        "withdrawn_at": _time(signature.withdrawn_at),
        "network_hash_kept_until": _time(network_until),
        "signed_without_proof_of_work": signature.without_work,
        "came_by_a_link_marked": signature.came_from,
    }


def _consents(signature: Signature) -> dict[str, Any]:
    read = consent.wording_of(signature.consent_version)
    # Before there was a choice, who left the box empty had read what stood beside it.
    anonymous = read is not None and not signature.consent_publish and read.anonymous
    chosen = anonymous or (read and read.publish)
    return {
        "version": signature.consent_version,
        "given_at": _time(signature.consented_at),
        "publish": {"given": signature.consent_publish, "wording": chosen},
        "updates": {"given": signature.consent_updates, "wording": read and read.updates},
        "age": {"said": (read and read.of_age) or None},
    }


def _record(signature: Signature) -> dict[str, Any]:
    """Where the record tells of it, and what opens that leaf (docs/record.md, Commitments)."""
    found: dict[str, Any] = {"id": signature.public_id, "leaf": None, "salt": None, "of": None}
    if signature.number is None or signature.leaf is None:
        return found
    entries = Entry.objects.filter(letter=signature.letter_id, index=signature.leaf)
    leaf = bytes(entries.values_list("leaf", flat=True)[0])
    salt, details = bytes(signature.salt), Details.of(signature)
    found["leaf"] = leaf.decode("ascii")
    # Changed while it was off the list, it is another secret, of which the record knows nothing.
    if json.loads(leaf).get("c") == details.commitment(salt=salt):
        found["salt"] = base64.b64encode(salt).decode("ascii")
        found["of"] = json.loads(record_bytes(details.committed()))
    return found


def _proof(proof: Proof) -> dict[str, Any]:
    attested = proof.method in ATTESTED_METHODS
    return {
        "method": proof.method,
        "state": proof.state,
        "subject": proof.subject,
        "address": _private(proof, "address"),
        "service": proof.provider,
        "account_id": _private(proof, "account_id"),
        "profile": proof.profile_url,
        "under_another_name": proof.by_other_name,
        "has_note": attested and bool(proof.private),
        "attested_details": proof.scope or [],
        "went_by": proof.evidence_class,
        "compared_with": proof.against,
        "last_problem": proof.problem,
        "tries": proof.tries,
        "started_at": _time(proof.started_at),
        "proved_at": _time(proof.proved_at),
        "looked_at": _time(proof.checked_at),
        "looked_at_next": _time(proof.check_due_at),
        "held_until": _time(proof.lapses_at),
    }


def _private(proof: Proof, name: str) -> str:
    """What only the signer and the desk may see, if it is called this."""
    return proof.private if registry.of(proof.method).private_as == name else ""


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "source": evidence.source,
        "identifier": evidence.identifier,
        "state": evidence.state,
        "name_there": evidence.found_name,
        "website_there": evidence.found_host,
        "given_at": _time(evidence.given_at),
        "looked_up_at": _time(evidence.looked_up_at),
    }


def _vouch(vouch: Vouch, *, other: Signature, relation: str | None) -> dict[str, Any]:
    return {
        "who": {"number": other.number, "name": other.name} if _is_listed(other) else None,
        "relation": relation,
        "made_at": _time(vouch.made_at),
        "ended_at": _time(vouch.revoked_at),
    }


def _is_listed(other: Signature) -> bool:
    return (
        other.state == SignatureState.CONFIRMED
        and other.consent_publish
        and other.number is not None
    )


def _bulk_row(row: BulkRow) -> dict[str, Any]:
    """Not what was looked for: that tells of others."""
    return {
        "what": row.deed.action,
        "because": row.deed.because,
        "state": row.state,
        "has_note": bool(row.deed.note),
        "asked_for_at": _time(row.deed.asked_at),
        "done_at": _time(row.done_at),
    }


def _vetting(vetting: Vetting) -> dict[str, Any]:
    """Not why: that would tell which names are watched."""
    return {
        "state": vetting.state,
        "since": _time(vetting.opened_at),
        "decided_at": _time(vetting.decided_at),
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.verdict,
        "message_to_you": decision.message,
        "has_note": bool(decision.reason),
        "at": _time(decision.at),
    }


def _removal(removal: Removal) -> dict[str, Any]:
    return {
        "reason": removal.because,
        "has_note": bool(removal.note),
        "removed_at": _time(removal.removed_at),
        "put_back_at": _time(removal.restored_at),
    }


def _report(report: Report) -> dict[str, Any]:
    """Not by whom, nor in which words."""
    case = report.case
    return {
        "what": report.kind,
        "made_at": _time(report.confirmed_at),
        "answer": case.outcome if case else "",
        "answered_at": _time(case.answered_at) if case else None,
        "held_since_it_was_shown_at": _time(case.held_at) if case else None,
    }


def _deeds(signature: Signature) -> list[dict[str, Any]]:
    """From the audit trail, without who it was: also each look at the whole address."""
    trail = AuditEntry.objects.filter(
        team=signature.letter.team_id, subject=f"signature {signature.public_id}"
    )
    return [
        {"what": what, "at": _time(at)}
        for what, at in trail.order_by("at", "pk").values_list("action", "at")
    ]


def _delivery(delivery: Delivery) -> dict[str, Any]:
    to_work = delivery.message == Message.WORK_EMAIL and delivery.proof is not None
    return {
        "about": delivery.message,
        "to": delivery.proof.private if to_work and delivery.proof else delivery.signature.email,
        "earlier_name": delivery.earlier_name,
        "state": delivery.state,
        "owed_at": _time(delivery.created_at),
        "sent_at": _time(delivery.sent_at),
    }


def _invitation(invitation: SigningInvitation) -> dict[str, Any]:
    return {
        "name_typed_by_organizers": invitation.name,
        "signed_elsewhere": {
            "how": invitation.collected,
            "where": invitation.signed_place,
            "day": invitation.signed_on and invitation.signed_on.isoformat(),
        }
        if invitation.collected
        else None,
        "state": invitation.state,
        "invited_at": _time(invitation.created_at),
        "mailed_at": _time(invitation.mailed_at),
        "reminded_at": _time(invitation.reminded_at),
        "answered_at": _time(invitation.answered_at),
    }


def _question(question: SampleQuestion) -> dict[str, Any]:
    return {
        "audit": question.audit.number,
        "drawn_at": _time(question.audit.drawn_at),
        "answer": question.answer,
        "by_telephone": question.by_call,
        "answered_at": _time(question.answered_at),
    }


def _update_delivery(delivery: UpdateDelivery) -> dict[str, Any]:
    return {
        "number": delivery.update.number,
        "state": delivery.state,
        "mail_domain": delivery.route,
        "settled_at": _time(delivery.settled_at),
    }


def _correction(correction: Correction, letter: Letter) -> dict[str, Any]:
    page = settings.SITE_URL + reverse("corrections", args=[letter.slug])
    return {
        "url": f"{page}#c{correction.index}",
        "event": correction.kind,
        "reason": correction.reason,
        "number": correction.number,
        "name_told": correction.name,
        "at": _time(correction.at),
    }


def _mine(model: Any, signature: Signature) -> Any:
    return model.objects.filter(signature=signature).order_by("pk")


def _time(when: datetime | None) -> str | None:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else None
