"""Letters, signatories and proofs as programs read them, in the JSON file and in the API."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from campaign.letters.models import Letter, Translation
from campaign.letters.texts import published_texts
from signatures.listing.proof_text import Told, in_words, subject_shown
from signatures.models import Authority, Signature


def told_signatory(row: Signature, *, signed: dict[str, Any]) -> dict[str, Any]:
    """Without what it showed of itself. `signed` is what `signed_texts` tells of the text."""
    return {
        "id": row.public_id,
        "number": row.number,
        "name": row.name,
        "kind": row.kind,
        # An organisation has none.
        "profession": row.profession or None,
        "country": row.country,
        "credit": row.credit,
        "affiliation": row.affiliation,
        "level": row.level,
        "confirmed_on": day(row.confirmed_at),
        **signed,
    }


def told_authority(authority: Authority | None) -> dict[str, str] | None:
    """Who signed for an organisation, by its own word."""
    return {"name": authority.name, "role": authority.role} if authority else None


def facts_of(proof: Told) -> dict[str, str | None]:
    """What of a proof is public, without words of ours."""
    return {
        "method": proof.method,
        "subject": subject_shown(proof),
        "provider": proof.provider,
        "url": proof.profile_url,
        "proved_on": day(proof.proved_at),
        "held_until": day(proof.lapses_at),
    }


def told_proof(proof: Told) -> dict[str, Any]:
    return {**facts_of(proof), "in_words": in_words(proof)}


def told_texts(*, letter: Letter) -> list[dict[str, Any]]:
    """Every version in each of its languages, the latest first. `1.en` is also its file's name."""
    return [
        {
            "id": _text_id(text.number, each.language),
            "version": text.number,
            "language": each.language,
            "title": each.title,
            "authoritative": each.is_authoritative,
            "sha256": each.sha256,
        }
        for text in published_texts(letter=letter)
        for each in text.translations.all()
    ]


def signed_texts(*, letter: Letter) -> dict[int, dict[str, Any]]:
    """What is told with a signature of the text that was signed, by the key of the translation.
    `text` is its id in `told_texts`."""
    found = Translation.objects.filter(text__letter=letter).exclude(sha256="")
    return {
        pk: {
            "text": _text_id(number, language),
            "text_version": number,
            "text_language": language,
            "text_sha256": sha256,
        }
        for pk, number, language, sha256 in found.values_list(
            "pk", "text__number", "language", "sha256"
        )
    }


def page_of(letter: Letter, *, language: str = "en") -> str:
    """The letter's own page, as a rule in the language without a prefix."""
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse('letter', args=[letter.slug])}"


def day(when: datetime | None) -> str | None:
    return when.date().isoformat() if when else None


def _text_id(number: int, language: str) -> str:
    return f"{number}.{language}"
