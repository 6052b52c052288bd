"""Someone signs, in the machine: through nginx, by the e-mail that comes, until they are counted.

Run by the site's own Python, since nothing else is installed there.
"""

import email
import email.policy
import html
import re
import sys
import time
from collections.abc import Callable

import requests

from tests.smtp_sink import Sink

WAIT_SECONDS = 60
ADDRESS = "noor@letters-bench.org"
SIGNER = {"name": "Noor Haddad", "email": ADDRESS, "profession": "author", "country": "DE"}
_session = requests.Session()


def main(site: str, slug: str, certificate: str) -> None:
    _session.verify = certificate
    letter = f"{site}/letters/{slug}/"
    with Sink(port=25).running() as mail:
        _wait(lambda: _session.get(letter, timeout=30).ok, "the letter is not there")
        _post(f"{letter}sign/", site, SIGNER | {"consent_publish": "on"})
        _wait(lambda: ADDRESS in mail.taken, "the e-mail did not come")
        [raw] = mail.messages
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    [link] = set(re.findall(rf"{re.escape(site)}/s/[^/\s]+/", body.get_content()))
    assert _count(site, slug) == 0
    page = _get(link)
    assert "Noor Haddad" in html.unescape(page)
    _post(link, site, {"seen": "1", "consent_publish": "on", "answer": "sign"})
    _wait(lambda: _count(site, slug) == 1, "nobody is counted")
    _wait(lambda: "Noor Haddad" in html.unescape(_get(f"{letter}signatories/")), "nobody is named")
    # Which a worker makes.
    _wait(lambda: _session.get(f"{letter}letter.pdf").content.startswith(b"%PDF"), "no PDF")


def _get(address: str) -> str:
    answer = _session.get(address, timeout=30)
    answer.raise_for_status()
    return answer.text


def _post(address: str, site: str, fields: dict[str, str]) -> None:
    answer = _session.post(
        address,
        data=fields,
        headers={"Origin": site, "Sec-Fetch-Site": "same-origin"},
        timeout=30,
        allow_redirects=False,
    )
    assert answer.status_code == 303, f"{address} answered {answer.status_code}"


def _count(site: str, slug: str) -> int:
    answer = _session.get(f"{site}/api/v1/letters/{slug}/count", timeout=30)
    return int(answer.json()["total"])


def _wait(holds: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < until, otherwise
        time.sleep(0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
