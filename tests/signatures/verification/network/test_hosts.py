"""What people type for a site becomes one name, or a sentence."""

import pytest
from pytest_django import Settings

from signatures.verification.network.hosts import (
    bare,
    clean_domain,
    clean_host,
    is_shared,
    owner_of,
    shown,
)
from signatures.verification.problems import Problem, ProofRefused, sentence_for


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("noor.example", "noor.example"),
        ("  https://www.Noor.Example/about?x=1#y ", "www.noor.example"),
        ("http://noor.example", "noor.example"),
        ("noor.example.", "noor.example"),
        ("noor.example/gigs", "noor.example"),
        ("żółcik.example", "xn--cik-fna90bfl.example"),
        ("ＮＯＯＲ.example", "noor.example"),
        ("a.b.c.noor.example", "a.b.c.noor.example"),
    ],
)
def test_one_name_for_all_ways_to_write_it(typed: str, host: str) -> None:
    assert clean_host(typed) == host
    assert clean_host(host) == host


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Problem.HOST_EMPTY),
        ("   ", Problem.HOST_EMPTY),
        ("127.0.0.1", Problem.HOST_IS_NUMBER),
        ("https://192.0.2.7/", Problem.HOST_IS_NUMBER),
        ("[::1]", Problem.HOST_IS_NUMBER),
        ("https://[::ffff:10.0.0.1]/", Problem.HOST_IS_NUMBER),
        ("2130706433", Problem.HOST_IS_NUMBER),
        ("0x7f.1", Problem.HOST_IS_NUMBER),
        ("0177.0.0.01", Problem.HOST_IS_NUMBER),
        ("noor.example.0x1f", Problem.HOST_IS_NUMBER),
        ("noor.example:8443", Problem.HOST_PORT),
        ("https://noor@noor.example", Problem.HOST_PORT),
        ("example", Problem.HOST_NO_ENDING),
        ("com", Problem.HOST_NO_ENDING),
        ("localhost", Problem.HOST_RESERVED),
        ("printer.local", Problem.HOST_RESERVED),
        ("metadata.google.internal", Problem.HOST_RESERVED),
        ("noor.onion", Problem.HOST_RESERVED),
        ("facebook.com", Problem.HOST_OF_SERVICE),
        ("https://www.facebook.com/noor.viola/?locale=ar_AR", Problem.HOST_OF_SERVICE),
        ("m.Facebook.com/noor", Problem.HOST_OF_SERVICE),
        ("ar-ar.facebook.com", Problem.HOST_OF_SERVICE),
        ("https://instagram.com/noor", Problem.HOST_OF_SERVICE),
        ("en.m.wikipedia.org/wiki/Noor", Problem.HOST_OF_SERVICE),
        ("open.spotify.com/artist/1", Problem.HOST_OF_SERVICE),
        ("x.com/noor", Problem.HOST_OF_SERVICE),
        ("ftp://noor.example", Problem.HOST_INVALID),
        ("javascript://noor.example", Problem.HOST_INVALID),
        ("https://[", Problem.HOST_INVALID),
        ("no_or.example", Problem.HOST_INVALID),
        ("-noor.example", Problem.HOST_INVALID),
        ("noor..example", Problem.HOST_INVALID),
        ("noor example.org", Problem.HOST_INVALID),
        ("noor\u202e.example", Problem.HOST_INVALID),
        ("noor.example\x00", Problem.HOST_INVALID),
        ("\ud800.example", Problem.HOST_INVALID),
        ("a." * 130 + "example", Problem.HOST_INVALID),
        ("x" * 64 + ".example", Problem.HOST_INVALID),
        ("x" * 5000, Problem.HOST_INVALID),
        ("github.io", Problem.HOST_OF_MANY),
        ("co.uk", Problem.HOST_OF_MANY),
        ("www.blogspot.com", Problem.HOST_OF_MANY),
        ("sites.google.com", Problem.HOST_OF_SERVICE),
        ("wordpress.com", Problem.HOST_OF_MANY),
        ("letters.example", Problem.HOST_OURS),
        ("www.letters.example", Problem.HOST_OURS),
        ("cdn.letters.example", Problem.HOST_OURS),
    ],
)
def test_what_is_no_site_of_theirs_is_refused_with_a_sentence(
    settings: Settings, typed: str, reason: Problem
) -> None:
    settings.SITE_HOST = "letters.example:8000"
    with pytest.raises(ProofRefused) as refused:
        clean_host(typed)
    assert refused.value.reason == reason
    assert refused.value.sentence.endswith(".")
    assert str(refused.value) == reason


@pytest.mark.parametrize("typed", ["noor.example", "noor.test", "example.org", "a.invalid"])
def test_names_for_examples_are_nobodys_outside_of_the_demo(settings: Settings, typed: str) -> None:
    settings.ALLOW_RESERVED_ADDRESSES = False
    with pytest.raises(ProofRefused, match=Problem.HOST_RESERVED):
        clean_host(typed)


def test_a_domain_has_no_www_and_leaves_room_for_the_record() -> None:
    assert clean_domain("https://www.noor.example/") == "noor.example"
    long = ".".join(["x" * 60] * 4)
    assert clean_host(f"{long}.ie") == f"{long}.ie"
    with pytest.raises(ProofRefused, match=Problem.HOST_INVALID):
        clean_domain(f"{long}.ie")


def test_readers_see_it_without_www_and_beside_its_ascii() -> None:
    assert bare("www.example") == "www.example"
    assert shown("www.noor.example") == "noor.example"
    assert shown("xn--cik-fna90bfl.example") == "żółcik.example (xn--cik-fna90bfl.example)"
    assert shown("xn--zzzzzzzzzz-9.example").startswith("xn--")


@pytest.mark.parametrize(
    "host", ["noor.github.io", "www.noor.blogspot.com", "noor.wordpress.com", "a.b.tumblr.com"]
)
def test_a_name_on_a_shared_host_is_told_as_that(host: str) -> None:
    assert is_shared(clean_host(host))
    assert shown(host) == f"{bare(host)} (a name on a shared host)"


@pytest.mark.parametrize("host", ["noor.example", "noor.co.uk", "noor.ie", "mytumblr.com", "b.ie"])
def test_a_domain_of_their_own_is_told_bare(host: str) -> None:
    assert not is_shared(host)
    assert shown(host) == host


def test_every_problem_has_a_sentence_and_nonsense_none() -> None:
    assert all(sentence_for(problem).strip().endswith((".", "?")) for problem in Problem)
    assert sentence_for("") == sentence_for("no such code") == ""


@pytest.mark.parametrize(
    "host",
    ["noor.bandcamp.com", "noor.substack.com", "notfacebook.com", "facebook.com.noor.org", "x.org"],
)
def test_a_name_of_ones_own_is_not_the_services(host: str) -> None:
    assert clean_host(host) == host
    assert clean_domain(host) == host


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("noor.example", "noor.example"),
        ("www.noor.example", "noor.example"),
        ("a.b.noor.example", "noor.example"),
        ("a.noor.co.uk", "noor.co.uk"),
        # What is below a host that gives names away is each somebody else's.
        ("noor.github.io", "noor.github.io"),
        ("a.noor.github.io", "noor.github.io"),
        ("noor.wordpress.com", "noor.wordpress.com"),
        ("www.noor.wordpress.com", "noor.wordpress.com"),
        ("wordpress.com", "wordpress.com"),
        ("co.uk", "co.uk"),
    ],
)
def test_all_names_of_one_owner_are_counted_as_one(host: str, owner: str) -> None:
    assert owner_of(host) == owner
