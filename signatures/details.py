"""What a signatory tells about themselves."""

from dataclasses import dataclass
from typing import Any

from signatures.events import Content
from signatures.models import Kind, Signature
from signatures.record.format.commitment import commit, record_bytes

# What of it the record is bound to.
COMMITTED = ("name", "profession", "country", "credit", "affiliation", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Clean values, as they will appear. Their checks are the form's.

    The profession of an organisation is empty, so that no count of a profession holds one.
    """

    name: str
    profession: str
    country: str
    credit: str = ""
    affiliation: str = ""
    kind: str = Kind.PERSON
    consent_publish: bool = False
    consent_updates: bool = False

    @classmethod
    def of(cls, signature: Signature) -> "Details":
        return cls(**{field: getattr(signature, field) for field in cls.__slots__})

    @classmethod
    def from_cleaned(cls, cleaned: dict[str, Any]) -> "Details":
        return cls(**{field: cleaned[field] for field in cls.__slots__ if field in cleaned})

    def tally_key_at(self, *, level: int, version: int) -> str:
        """See `Signature.tally_key_at`."""
        counted = ("kind", "profession", "country", "consent_publish")
        signature = Signature(version=version, **{field: getattr(self, field) for field in counted})
        return signature.tally_key_at(level=level)

    def committed(self) -> dict[str, str]:
        return {field: str(getattr(self, field)) for field in COMMITTED}

    def commitment(self, *, salt: bytes) -> str:
        """What the record holds instead of the details themselves."""
        return commit(salt=salt, record=record_bytes(self.committed()))

    def content(
        self, *, salt: bytes, level: int, version: int, translation_id: int | None = None
    ) -> Content:
        """What an event tells of one that stands with these details from now on."""
        return Content(
            translation_id=translation_id,
            commitment=self.commitment(salt=salt),
            after=self.tally_key_at(level=level, version=version),
        )
