"""Handles as people type and copy them, and what is none."""

import pytest
from pytest_django import Settings

from signatures.verification.mastodon.handles import Handle, clean_handle, handle_in, handle_of
from signatures.verification.mastodon.problems import HANDLE_EMPTY, HANDLE_INVALID
from signatures.verification.problems import Problem, ProofRefused


@pytest.mark.parametrize(
    "typed",
    [
        "@noor@social.example",
        "  noor@Social.EXAMPLE ",
        "@NOOR@social.example",
        "acct:noor@social.example",
        "@noor@social.example.",
        "https://social.example/@noor",
        "social.example/@noor/",
        "https://social.example/users/noor",
        # Somebody's own server shows accounts of others.
        "https://elsewhere.example/@noor@social.example",
        "\u2068@noor@social.example\u2069",
        "@noor@ｓocial.example",
    ],
)
def test_a_handle_is_read_however_it_is_copied(typed: str) -> None:
    assert clean_handle(typed) == "@noor@social.example"


def test_a_host_in_another_script_is_told_in_ascii() -> None:
    """Readers see at once that it is not the server it looks like."""
    assert clean_handle("@noor@sосial.example") == "@noor@xn--sial-55ds.example"
    assert handle_of("@noor@xn--sial-55ds.example") == Handle("noor", "xn--sial-55ds.example")


@pytest.mark.parametrize("typed", ["", " ", "\u202a\u202c"])
def test_nothing_is_no_handle(typed: str) -> None:
    with pytest.raises(ProofRefused) as refused:
        clean_handle(typed)
    assert refused.value.reason == HANDLE_EMPTY


@pytest.mark.parametrize(
    "typed",
    [
        "noor",
        "@noor",
        "@",
        "@@social.example",
        "@noor@",
        "@noor@social.example@other.example",
        "@noor@social.example/x",
        "@no or@social.example",
        "@nооr@social.example",
        "@.noor@social.example",
        "@noor.@social.example",
        "@-noor@social.example",
        "@noor%0d%0a@social.example",
        "@noor\r\n@social.example",
        "@noor\x00@social.example",
        "http://social.example/@noor",
        "https://social.example/noor",
        "https://social.example/@noor/109",
        "https://social.example/@noor?x",
        "https://user@social.example/@noor",
        "@noor@social.example:443",
        "https://social.example:8443/@noor",
        f"@{'n' * 65}@social.example",
        f"@noor@{'a.' * 122}example",
        "@noor@" + "a" * 3000,
        "@\u212aazuo@social.example",
    ],
)
def test_what_is_no_handle_is_refused(typed: str) -> None:
    with pytest.raises(ProofRefused) as refused:
        clean_handle(typed)
    assert refused.value.reason in (HANDLE_INVALID, Problem.HOST_INVALID)


@pytest.mark.parametrize(
    ("host", "problem"),
    [
        ("127.0.0.1", Problem.HOST_IS_NUMBER),
        ("0x7f.1", Problem.HOST_IS_NUMBER),
        ("2130706433", Problem.HOST_IS_NUMBER),
        ("localhost", Problem.HOST_RESERVED),
        ("db.internal", Problem.HOST_RESERVED),
        ("social", Problem.HOST_NO_ENDING),
        ("letters.example", Problem.HOST_OURS),
    ],
)
def test_a_server_that_is_nowhere_or_ours_is_refused(
    host: str, problem: Problem, settings: Settings
) -> None:
    settings.SITE_HOST = "letters.example"
    with pytest.raises(ProofRefused, match=problem):
        clean_handle(f"@noor@{host}")


@pytest.mark.parametrize(
    ("resource", "handle"),
    [
        ("acct:Noor@SOCIAL.example", Handle("noor", "social.example")),
        ("acct:noor@sосial.example", Handle("noor", "xn--sial-55ds.example")),
        ("noor@social.example", None),
        ("https://social.example/@noor", None),
        ("acct:noor@social.example@x", None),
        ("", None),
        (None, None),
        (["acct:noor@social.example"], None),
    ],
)
def test_what_a_server_calls_an_account(resource: object, handle: Handle | None) -> None:
    assert handle_in(resource) == handle
