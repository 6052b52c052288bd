"""The documents that `make documents` makes, as the code has them now."""

import hashlib

import pytest

from tests import documents

# What may be shipped with a site that anybody runs; LGPL and MPL hold for their own files alone.
ALLOWED = {
    *("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "MIT", "MIT-0"),
    *("MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "OFL-1.1"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", documents.DOCUMENTS)
def test_document_is_what_the_code_says(path: str) -> None:
    made = documents.DOCUMENTS[path]()
    is_same = (documents.ROOT / path).read_text() == made
    assert is_same, f"{path} is not what the code says: run `make documents` and commit it."


def test_every_licence_is_one_that_we_may_ship_with() -> None:
    text = (documents.ROOT / "docs/licences.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    named = {row[-1] for row in rows if row[-1] != "licence"}
    found = {each for row in named for each in row.replace(" AND ", " OR ").split(" OR ")}
    assert found - ALLOWED == set()
    assert len(rows) > 50


def test_noble_is_the_file_that_its_readme_names() -> None:
    folder = documents.ROOT / "static/js/noble"
    made = hashlib.sha256((folder / "ed25519.js").read_bytes()).hexdigest()
    assert f"    {made}  ed25519.js" in (folder / "README.md").read_text().splitlines()
