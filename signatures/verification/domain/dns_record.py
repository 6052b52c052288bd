"""Domain: a token in a TXT record under the domain.

Proves that the signer can change the domain's DNS, which is more than writing on its website.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.pages import PageContext
from signatures.models import Proof
from signatures.verification.network.dns import texts_at
from signatures.verification.placed_line import is_line
from signatures.verification.problems import NotShown, Problem


def record_name(domain: str) -> str:
    return f"_undersigned.{domain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing(PageContext):
    record_name: str


def placing(proof: Proof) -> Placing:
    return Placing(record_name=record_name(proof.subject))


def look(proof: Proof) -> Mapping[str, object]:
    """Return if the record is there; raises NotShown. A name may have several records."""
    texts = texts_at(record_name(proof.subject))
    if any(is_line(text, proof.token) for text in texts):
        return {}
    raise NotShown(Problem.RECORD_OTHER if texts else Problem.RECORD_MISSING)
