"""Domain: a token in a TXT record under the domain.

Proves that the signer can change the domain's DNS, which is more than writing on its website.
"""

from signatures.verification.network.dns import texts_at
from signatures.verification.problems import NotShown, Problem
from signatures.verification.website.front_page import is_line


def record_name(domain: str) -> str:
    return f"_undersigned.{domain}"


def look(*, domain: str, token: str) -> None:
    """Return if the record is there; raises NotShown. A name may have several records."""
    texts = texts_at(record_name(domain))
    if any(is_line(text, token) for text in texts):
        return
    raise NotShown(Problem.RECORD_OTHER if texts else Problem.RECORD_MISSING)
