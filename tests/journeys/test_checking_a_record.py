"""Piet checks a record himself: on the page, by the command, and files that were altered."""

import base64
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from campaign.letters.models import Letter
from signatures.record.verifier import verify
from tests.journeys.conftest import PHONE
from tests.journeys.looking import looks_right
from tests.signatures import factories
from tests.signatures.record import exports
from tests.signatures.record.test_verifier import NOTES, UNREADABLE

LINES = exports.lines_of(exports.story())
EARLIER = exports.signed_note(exports.story().leaves[: exports.EARLIER])

# The page's own worker, asked without the page's form.
ASK = """async ({url, files}) => {
  const answers = [];
  for (const {bytes, ...asked} of files) {
    const worker = new Worker(url, {type: "module"});
    const data = Uint8Array.from(atob(bytes), each => each.charCodeAt(0));
    answers.push(await new Promise((done, fail) => {
      worker.onmessage = ({data}) => data.progress || done(data);
      worker.onerror = fail;
      worker.postMessage({...asked, export: new Blob([data])});
    }));
    worker.terminate();
  }
  return answers;
}"""


def by_python(data: bytes, *, key: str = "", earlier: list[str] | None = None) -> dict[str, Any]:
    try:
        lines = verify.lines_of(io.BufferedReader(io.BytesIO(data)))
        return {"report": verify.check(lines, expected_key=key, earlier=earlier).report()}
    except verify.Unreadable as problem:
        return {"unreadable": {"code": problem.code, **problem.values}}


def by_browser(page: Page, site: str, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    page.goto(f"{site}/verify/")
    url = page.locator("[data-worker]").get_attribute("data-worker")
    files = [
        {
            "bytes": base64.b64encode(each["data"]).decode(),
            "key": each.get("key", ""),
            "earlier": each.get("earlier") or [],
        }
        for each in asked
    ]
    answers: list[dict[str, Any]] = page.evaluate(ASK, {"url": url, "files": files})
    return answers


def test_the_page_and_the_command_say_the_same_of_every_file(page: Page, site: str) -> None:
    leaves = exports.story().leaves
    notes = [exports.signed_note(leaves[:size]) for size in range(len(leaves) + 1)]
    good = b"".join(LINES)
    asked: list[dict[str, Any]] = [
        {"data": good, "key": exports.VKEY, "earlier": notes},
        {"data": good, "earlier": [exports.signed_note([*leaves, leaves[-1]])]},
        {"data": good, "earlier": [exports.signed_note(leaves[:3], key=exports.OTHER_KEY)]},
        {
            "data": good,
            "earlier": [exports.signed_note(leaves[:3], origin="another.example/record")],
        },
        {"data": b"".join(exports.REWRITTEN_BEFORE(LINES)), "earlier": [EARLIER]},
        {"data": b"".join(exports._keyed_by_another(LINES)), "key": exports.VKEY},
        {"data": good, "key": "nonsense"},
        *({"data": b"".join(falsify(LINES))} for falsify, _codes in exports.FALSIFIED.values()),
        *({"data": data} for data, _code in UNREADABLE.values()),
        *({"data": good, "earlier": [note]} for note in NOTES.values()),
    ]
    answers = by_browser(page, site, asked)
    for each, answer in zip(asked, answers, strict=True):
        expected = by_python(each["data"], key=each.get("key", ""), earlier=each.get("earlier"))
        assert answer == json.loads(json.dumps(expected)), each["data"][:200]


def test_its_hashes_and_signatures_are_those_of_the_standards(page: Page, site: str) -> None:
    page.goto(f"{site}/verify/")
    hashes = page.evaluate(
        """async () => {
          const {sha256, hex} = await import("/static/js/sha256.js");
          return [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000, 70000].map(
            length => hex(sha256(new Uint8Array(length).fill(97))));
        }"""
    )
    lengths = (0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000, 70000)
    assert hashes == [sha256(b"a" * length).hexdigest() for length in lengths]
    note = EARLIER.encode()
    text, signature = note.rsplit(b"\n\n", 1)[0] + b"\n", EARLIER.rsplit(" ", 1)[1].strip()
    verdicts = page.evaluate(
        """async ({text, signature, key}) => {
          const {verify, verifyByHand} = await import("/static/js/ed25519.js");
          const bytes = (encoded) => Uint8Array.from(atob(encoded), each => each.charCodeAt(0));
          const said = new TextEncoder().encode(text);
          const made = bytes(signature).slice(4), by = bytes(key).slice(1);
          const wrong = made.slice(); wrong[40] ^= 1;
          const large = made.slice(); large.fill(255, 32);
          const none = new Uint8Array(32).fill(255);
          const all = [];
          for (const check of [verify, verifyByHand]) {
            all.push(await check(by, made, said), await check(by, wrong, said),
              await check(by, large, said), await check(none, made, said),
              await check(by, made, said.slice(1)));
          }
          all.push(await verify(by.slice(1), made, said));
          return all;
        }""",
        {"text": text.decode(), "signature": signature, "key": exports.VKEY.split("+", 2)[2]},
    )
    assert verdicts == [True, False, False, False, False] * 2 + [False]


def test_piet_checks_a_letter_on_the_site_and_a_file_that_was_altered(
    letter: Letter, page: Page, site: str, tmp_path: Path
) -> None:
    factories.listed(letter, factories.QUIET, factories.SALMA)
    page.goto(f"{site}/letters/{letter.slug}/record/")
    page.get_by_role("link", name="Check this record yourself").click()
    expect(page.get_by_label("A letter on this site")).to_have_value(letter.slug)
    page.get_by_role("button", name="Check this letter").click()
    expect(page.get_by_role("status")).to_have_text("Everything holds.")
    expect(page.locator("[data-holds=yes]")).to_have_count(12)
    expect(page.locator("[data-fact=total]")).to_have_text("5")
    expect(page.locator("[data-fact=anonymous]")).to_have_text("1")
    looks_right(page)

    # What he has from before, and the file that somebody sent him.
    with page.expect_download() as download:
        page.get_by_role("link", name="The export of this letter").click()
    exported = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == f"{letter.slug}-record-7.ndjson"
    assert by_python(exported)["report"]["holds"]
    altered = tmp_path / "altered.ndjson"
    altered.write_bytes(exported.replace(b"Guild of Lampwrights", b"Guild of Lamprights"))
    page.get_by_label("Or an export that you have").set_input_files(altered)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("status")).to_contain_text("Something does not hold")
    page.get_by_role("link", name="Every name that is shown is as it was signed.").click()
    assert page.url.endswith("#check-names")
    expect(page.locator("[data-holds=no]")).to_have_count(1)
    expect(page.locator("[data-check=names] li")).to_have_text(
        "Number 3 is shown with details that were not signed."
    )
    looks_right(page)

    altered.write_bytes(exported[:-40])
    page.get_by_label("Or an export that you have").set_input_files(altered)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("status")).to_contain_text("The file breaks off after line")

    # Against a checkpoint of the same letter, as an e-mail has it, and a key that is not its own.
    page.get_by_text("Compare with what you know").click()
    sealed = page.request.get(f"{site}/letters/{letter.slug}/record/checkpoint").text()
    page.get_by_label("Or one copied from an e-mail").fill(sealed)
    page.get_by_label("The key that you expect").fill(exports.VKEY)
    page.get_by_role("button", name="Check this letter").click()
    expect(page.locator("[data-check=key][data-holds=no]")).to_be_visible()
    expect(page.locator("[data-check=earlier] li")).to_have_text(
        "The checkpoint of size 7 is not signed by this key."
    )
    page.get_by_label("The key that you expect").fill("")
    page.get_by_role("button", name="Check this letter").click()
    expect(page.get_by_role("status")).to_have_text("Everything holds.")
    expect(page.locator("[data-check=earlier]")).to_have_attribute("data-holds", "yes")


@pytest.mark.parametrize("address", ["/verify/", "/ar/verify/"])
def test_the_page_looks_right_in_both_directions_and_on_a_phone(
    letter: Letter, page: Page, site: str, address: str
) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{site}{address}?letter={letter.slug}")
    looks_right(page)
    page.locator("button[value=letter]").click()
    expect(page.locator("[data-state=holds]")).to_be_visible()
    looks_right(page)
    assert page.locator("html").get_attribute("dir") == ("rtl" if "ar" in address else "ltr")
