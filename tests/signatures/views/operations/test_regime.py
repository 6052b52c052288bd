"""Operations: read by programs on the machine. No cookie, no page, kept by nobody."""

import pytest
from django.test import Client

from tests.signatures.views.regimes import addresses_in, directives

PACKAGE = "signatures.views.operations"


@pytest.mark.django_db
def test_no_answer_is_kept_or_sets_a_cookie() -> None:
    found = addresses_in(PACKAGE)
    assert [path for _name, path in found] == ["metrics"]
    for _name, path in found:
        response = Client().get(f"/{path}")
        assert (response.status_code, dict(response.cookies)) == (200, {})
        assert {"no-store", "private"} <= directives(response)
