"""How readers are told of proofs, in words and in HTML."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from signatures.listing.proof_text import in_html, in_words
from signatures.models import Proof

WHEN = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(("language", "date"), [("en", "22 Nov 2026"), ("ar", "٢٢ نوفمبر ٢٠٢٦")])
def test_a_date_stays_on_one_line_of_a_page_and_is_plain_in_a_file(
    language: str, date: str
) -> None:
    proof = Proof(method="domain", subject="salt-ledger.example", proved_at=WHEN)
    with translation.override(language):
        assert date in in_words(proof)
        assert date.replace(" ", "\N{NO-BREAK SPACE}") in in_html(proof)
