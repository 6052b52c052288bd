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


@pytest.mark.parametrize(
    ("lapses_at", "words"),
    [
        (None, "controls the account @noor.example at Bluesky (a line in its profile)"),
        (WHEN, "showed control of the account @noor.example at Bluesky (a line in its profile)"),
    ],
)
def test_a_bluesky_account_is_told_by_its_handle_and_leads_to_its_profile(
    lapses_at: datetime | None, words: str
) -> None:
    proof = Proof(
        method="bluesky",
        subject="@noor.example",
        private="did:web:noor.example",
        provider="Bluesky",
        profile_url="https://bsky.app/profile/noor.example",
        proved_at=WHEN,
        lapses_at=lapses_at,
    )
    assert in_words(proof).startswith(words)
    html = in_html(proof)
    assert '<a href="https://bsky.app/profile/noor.example"' in html
    assert "<bdi>@noor.example</bdi></a>" in html
    assert "did:web" not in html
