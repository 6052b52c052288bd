"""The demo's own internet: the real looks find what was placed on it, and nothing else is there."""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import dns.message
import dns.rcode
import dns.rdatatype
import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from demo import internet, sites
from demo.internet import Internet
from demo.sites import NoRoom, Placed, Sites
from signatures.models import Proof, Signature
from signatures.verification.bluesky import profile
from signatures.verification.domain import dns_record
from signatures.verification.mastodon import profile as mastodon_profile
from signatures.verification.network import environment, https
from signatures.verification.problems import AnyProblem, NotShown, Problem
from signatures.verification.website import front_page

HOST = "noor-viola.example"
TOKEN = "abcdefghijklmnop"
OTHER = "qrstuvwxyz234567"


def refused(host: str, token: str = TOKEN) -> AnyProblem:
    with pytest.raises(NotShown) as problem:
        front_page.look(Proof(subject=host, token=token))
    return problem.value.problem


def refused_by_dns(name: str, token: str = TOKEN) -> AnyProblem:
    with pytest.raises(NotShown) as problem:
        dns_record.look(Proof(subject=name, token=token))
    return problem.value.problem


def asked(net: Internet, name: str, kind: str) -> tuple[dns.rcode.Rcode, list[str]]:
    answer = net.answer(dns.message.make_query(name, kind))
    return answer.rcode(), [str(each) for row in answer.answer for each in row]


def test_a_line_on_a_site_is_found_with_and_without_www(invented: Internet, sites: Sites) -> None:
    sites.place(Placed("website", HOST, TOKEN))
    front_page.look(Proof(subject=HOST, token=TOKEN))
    front_page.look(Proof(subject=f"www.{HOST}", token=TOKEN))
    assert refused(HOST, OTHER) == Problem.TOKEN_MISSING
    assert refused_by_dns(HOST) == Problem.RECORD_MISSING
    front = https.approach(HOST).read("/")
    assert front_page.is_on_page(front, TOKEN)
    with pytest.raises(NotShown) as problem:
        https.approach(HOST).read("/elsewhere")
    assert problem.value.problem == Problem.STATUS


def test_a_line_in_the_dns_is_found(invented: Internet, sites: Sites) -> None:
    sites.place(Placed("domain", HOST, TOKEN))
    sites.place(Placed("domain", HOST, OTHER))
    dns_record.look(Proof(subject=HOST, token=TOKEN))
    dns_record.look(Proof(subject=HOST, token=OTHER))
    assert refused(HOST) == Problem.NO_SUCH_NAME


@pytest.mark.django_db
def test_a_line_in_the_profile_of_an_account_is_found(invented: Internet, sites: Sites) -> None:
    shown = Proof(signature=Signature(letter_id=1), subject=f"@{HOST}", token=TOKEN)
    with pytest.raises(NotShown):
        profile.look(shown)
    sites.place(Placed("bluesky", HOST, TOKEN))
    assert profile.look(shown)["private"] == f"did:web:{HOST}"
    shown.token = OTHER
    with pytest.raises(NotShown):
        profile.look(shown)


@pytest.mark.django_db
def test_a_line_in_the_profile_on_a_server_is_found(invented: Internet, sites: Sites) -> None:
    shown = Proof(signature=Signature(letter_id=1), subject=f"@noor@{HOST}", token=TOKEN)
    with pytest.raises(NotShown):
        mastodon_profile.look(shown)
    sites.place(Placed("mastodon", HOST, TOKEN))
    assert mastodon_profile.look(shown)["private"] == f"https://{HOST}/users/noor"
    shown.token = OTHER
    with pytest.raises(NotShown):
        mastodon_profile.look(shown)


def test_a_site_that_shows_no_line_is_there(invented: Internet, sites: Sites) -> None:
    sites.place(Placed("website", HOST, ""))
    assert refused(HOST) == Problem.TOKEN_MISSING
    assert refused(HOST, "") == Problem.TOKEN_MISSING


@pytest.mark.parametrize(
    "name",
    [
        "other.example",
        "example",
        "www.python.org",
        "noor-viola.example.com",
        "localhost",
        f"x.{HOST}",
        "127.0.0.1",
    ],
)
def test_of_any_other_name_it_says_that_it_does_not_exist(
    invented: Internet, sites: Sites, name: str
) -> None:
    sites.place(Placed("website", HOST, TOKEN))
    sites.place(Placed("domain", HOST, TOKEN))
    for kind in ("A", "AAAA", "TXT", "MX", "CNAME"):
        assert asked(invented, name, kind) == (dns.rcode.NXDOMAIN, [])
    assert refused(name) == Problem.NO_SUCH_NAME
    assert refused_by_dns(name) == Problem.RECORD_MISSING


def test_of_its_own_names_it_tells_this_machine_alone(invented: Internet, sites: Sites) -> None:
    sites.place(Placed("website", HOST, TOKEN))
    assert asked(invented, HOST, "A") == (dns.rcode.NOERROR, ["127.0.0.1"])
    for kind in ("AAAA", "TXT", "MX"):
        assert asked(invented, HOST, kind) == (dns.rcode.NOERROR, [])


def test_nonsense_stops_neither_server(invented: Internet, sites: Sites) -> None:
    sites.place(Placed("website", HOST, TOKEN))
    world = invented.world
    front_page.look(Proof(subject=HOST, token=TOKEN))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as names:
        for wire in (b"\0", b"nonsense" * 40, dns.message.Message().to_wire()):
            names.sendto(wire, ("127.0.0.1", world.dns_port))
    with socket.create_connection(("127.0.0.1", world.https_port), timeout=5) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        answered = b""
        with suppress(ConnectionResetError):
            # What is no TLS gets an alert at most.
            answered = plain.recv(1000)
        assert b"HTTP" not in answered
    front_page.look(Proof(subject=HOST, token=TOKEN))


def test_it_has_certificates_for_its_own_names_only(invented: Internet, sites: Sites) -> None:
    sites.place(Placed("website", HOST, TOKEN))
    front_page.look(Proof(subject=HOST, token=TOKEN))
    here = https.approach(HOST).addresses
    with pytest.raises(NotShown) as problem:
        https.Site("www.python.org", here).read("/")
    assert problem.value.problem == Problem.BROKEN


def test_what_stands_on_it_outlives_a_restart(sites: Sites, tmp_path: Path) -> None:
    path = tmp_path / "sites"
    before = Sites(path)
    before.place(Placed("website", HOST, TOKEN))
    before.place(Placed("website", HOST, TOKEN))
    before.place(Placed("domain", HOST, OTHER))
    assert len(path.read_text().splitlines()) == 2
    after = Sites(path)
    assert after.tokens_on(HOST) == [TOKEN]
    assert after.texts_at(f"_undersigned.{HOST}") == [OTHER]
    assert HOST in after
    assert "other.example" not in after
    after.write_anew([Placed("website", "new.example", TOKEN)])
    assert HOST not in after
    assert Sites(path).tokens_on("new.example") == [TOKEN]


def test_it_fills_up(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.sites.MOST", 1)
    sites.place(Placed("website", HOST, TOKEN))
    with pytest.raises(NoRoom):
        sites.place(Placed("website", HOST, OTHER))
    assert sites.tokens_on(HOST) == [TOKEN]


def test_certificates_are_made_anew_when_many_were_kept(
    invented: Internet, sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(internet, "_CERTIFICATES_KEPT", 1)
    for host in (HOST, "other.example", HOST):
        sites.place(Placed("website", host, TOKEN))
        front_page.look(Proof(subject=host, token=TOKEN))


def test_outside_of_the_demo_it_is_never_installed(settings: Settings) -> None:
    before = environment.world
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured):
        internet.install()
    assert environment.world is before


def test_a_real_site_has_nothing_of_it(tmp_path: Path) -> None:
    """No page, no import, and the world of the checks is the real one."""
    (tmp_path / "record-key.pem").touch()
    code = """
import sys
import django
django.setup()
from django.urls import Resolver404, resolve
import campaign.urls
import signatures.tasks
from signatures.verification.network import environment
assert not [name for name in sys.modules if name.split(".")[0] == "demo"], sys.modules
assert environment.world == environment.World()
for path in ("/demo/proofs/", "/demo/proofs/website/", "/demo/proofs/place/", "/ar/demo/proofs/"):
    try:
        resolve(path)
    except Resolver404:
        continue
    raise AssertionError(path)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=Path(__file__).resolve().parents[2],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "campaign.settings",
            "DEMO": "0",
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(tmp_path),
            "RECORD_KEY_FILE": str(tmp_path / "record-key.pem"),
            "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "SITE_URL": "https://letters.example",
            "DATABASE_URL": "postgresql://letters@db.example/letters",
            "REDIS_URL": "redis://redis.example/0",
            "EMAIL_URL": "smtp://mail.example:587?tls=1",
            "TRUSTED_PROXIES": "192.0.2.1/32",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert sites.ENDING == ".example"
