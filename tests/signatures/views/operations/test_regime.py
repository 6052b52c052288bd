"""Operations: read by programs on the machine, and by operators who are logged in. No cookie, kept
by nobody."""

import pytest
from django.test import Client

from tests.signatures.views.regimes import addresses_in, directives

PACKAGE = "signatures.views.operations"


@pytest.mark.django_db
def test_no_answer_is_kept_or_sets_a_cookie() -> None:
    answers = {path: Client().get(f"/{path}") for _name, path in addresses_in(PACKAGE)}
    statuses = {path: answer.status_code for path, answer in answers.items()}
    assert statuses == {"metrics": 200, "admin/queues/": 302}
    for answer in answers.values():
        assert dict(answer.cookies) == {}
        assert {"no-store", "private"} <= directives(answer)
