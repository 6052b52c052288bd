"""Handles as people type and copy them, and what is none."""

import pytest
from pytest_django import Settings

from signatures.verification.bluesky.handles import HANDLE_LIMIT, clean_handle
from signatures.verification.bluesky.problems import HANDLE_EMPTY, HANDLE_INVALID
from signatures.verification.problems import Problem, ProofRefused


@pytest.mark.parametrize(
    "typed",
    [
        "noor.bsky.social",
        "  @Noor.BSKY.social ",
        "at://noor.bsky.social",
        "https://bsky.app/profile/noor.bsky.social",
        "bsky.app/profile/noor.bsky.social/",
        # As the app hands it out: within marks of direction.
        "\u202a@noor.bsky.social\u202c",
        "\u2068noor.bsky.social\u2069",
    ],
)
def test_a_handle_is_read_however_it_is_copied(typed: str) -> None:
    assert clean_handle(typed) == "@noor.bsky.social"


@pytest.mark.parametrize("typed", ["bsky.app", "a.co", "xn--mgba3a.example", "8.cn", "noor.zone-9"])
def test_any_name_of_a_host_can_be_one(typed: str) -> None:
    assert clean_handle(typed) == f"@{typed}"


@pytest.mark.parametrize("typed", ["", " ", "\u202a\u202c"])
def test_nothing_is_no_handle(typed: str) -> None:
    with pytest.raises(ProofRefused) as refused:
        clean_handle(typed)
    assert refused.value.reason == HANDLE_EMPTY


@pytest.mark.parametrize(
    "typed",
    [
        "noor",
        "@",
        "noor.",
        ".bsky.social",
        "noor..social",
        "noor.bsky.social.",
        "-noor.bsky.social",
        "noor-.bsky.social",
        "noor_.bsky.social",
        "noor@bsky.social",
        "noor.bsky.social:443",
        "noor.bsky.social/x",
        "noor.bsky.social?x",
        "noor bsky.social",
        "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
        "https://noor.example/",
        "127.0.0.1",
        "0x7f.1",
        "[::1]",
        # Letters that look alike are not read as the others.
        "nооr.bsky.social",
        "ｎｏｏｒ.bsky.social",
        "noor。bsky。social",
        "نور.example",
        "K.bsky.social".replace("K", "\u212a"),
        "ſam.bsky.social",
        "noor.bsky.social\x00",
        "noor.bsky.social\nHost: x",
        "a" * 64 + ".example",
        "a." * (HANDLE_LIMIT // 2) + "example",
    ],
)
def test_what_is_no_handle_is_refused(typed: str) -> None:
    with pytest.raises(ProofRefused) as refused:
        clean_handle(typed)
    assert refused.value.reason == HANDLE_INVALID


@pytest.mark.parametrize("ending", ["alt", "arpa", "internal", "local", "localhost", "onion"])
def test_what_belongs_to_nobody_is_refused(ending: str) -> None:
    with pytest.raises(ProofRefused, match=Problem.HOST_RESERVED):
        clean_handle(f"noor.{ending}")


@pytest.mark.parametrize("ending", ["example", "invalid", "test"])
def test_names_for_examples_are_for_demonstrations(ending: str, settings: Settings) -> None:
    settings.ALLOW_RESERVED_ADDRESSES = False
    with pytest.raises(ProofRefused, match=Problem.HOST_RESERVED):
        clean_handle(f"noor.{ending}")


def test_our_own_name_is_refused(settings: Settings) -> None:
    settings.SITE_HOST = "letters.example"
    for typed in ("letters.example", "noor.letters.example"):
        with pytest.raises(ProofRefused, match=Problem.HOST_OURS):
            clean_handle(typed)
