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
from signatures.models import SiteCheckpoint
from signatures.record import site_log
from signatures.record.format.cosignatures import cosign
from signatures.record.sequencer import verifier_of
from signatures.record.verifier import verify
from tests.journeys.conftest import PHONE
from tests.journeys.page_checks import looks_right
from tests.signatures import factories
from tests.signatures.record import exports
from tests.signatures.record.test_verifier import HAD, NOTES, UNREADABLE
from tests.signatures.sampling.samples import drawn
from tests.signatures.sampling.test_checking import FALSE, WITNESS_VKEY, Files

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


def by_python(data: bytes, **asked: Any) -> dict[str, Any]:
    try:
        lines = verify.lines_of(io.BufferedReader(io.BytesIO(data)))
        return {"report": verify.check(lines, **asked).report()}
    except verify.Unreadable as problem:
        return {"unreadable": {"code": problem.code, **problem.values}}


def held(total: int, *not_made: str) -> str:
    """What the page says of a record in which nothing is wrong."""
    found = f"{verify.NOTHING_WRONG.format(total=total)} {verify.SUMMARIES[str(len(not_made))]}"
    wanted = "".join(verify.NOT_MADE[name] for name in not_made)
    # Its link is hidden where nothing is wanted.
    return f"{found} {wanted} Compare with what you know"


def by_browser(page: Page, site: str, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    page.goto(f"{site}/verify/")
    url = page.locator("[data-worker]").get_attribute("data-worker")
    files = [
        {
            "bytes": base64.b64encode(each["data"]).decode(),
            "key": each.get("key", ""),
            "earlier": each.get("earlier") or [],
            "log": each.get("log", ""),
            "logKey": each.get("log_key", ""),
            "witnessKeys": each.get("witness_keys") or [],
            "audit": each.get("audit"),
        }
        for each in asked
    ]
    answers: list[dict[str, Any]] = page.evaluate(ASK, {"url": url, "files": files})
    return answers


def odd_numbers(good: bytes) -> list[bytes]:
    """Where two ways of reading JSON like to differ."""
    return [
        *(
            good.replace(b'"total":7', b'"total":%b' % each)
            for each in (
                b"7.0",
                b"7e0",
                b"70E-1",
                b"-0",
                b"9007199254740993",
                b"true",
                b'"7.0"',
                b"07",
            )
        ),
        good.replace(b'"number":2,', b'"number":true,'),
        good.replace(b'"n":12,"event"', b'"n":-0,"event"'),
        good.replace(b'"number":5}', b'"number":true}'),
        good.replace(b'"reason":"checking"', b'"reason":"1.5 \\\\\\" 2e7 1234567890123456"'),
        good.replace(b'{"n":22', b'{"n":9007199254740993'),
        good.replace(b'{"n":22', b'{"n":999999999999999'),
    ]


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
        *(
            {"data": change(good), "key": exports.VKEY, "earlier": [EARLIER]}
            for change in exports.ON_THE_WAY.values()
        ),
        *({"data": data} for data, _code in UNREADABLE.values()),
        *({"data": good, "earlier": [note]} for note in HAD.values()),
        *(
            {"data": b"".join(exports.REWRITTEN_BEFORE(LINES)), "earlier": [note]}
            for note in HAD.values()
        ),
        *({"data": data} for data in odd_numbers(good)),
        *({"data": good, "earlier": [note]} for note in NOTES.values()),
        *({"data": good, **beside} for beside, _problems in exports.LOG_PROOFS.values()),
        *({"data": good, "log": log} for log in exports.NO_LOG_PROOFS.values()),
        *(
            {"data": good, "log": exports.log_proof(leaves[:longer], size=size)}
            for size, longer in ((1, 2), (1, 23), (7, 13), (8, 23), (16, 17), (22, 23))
        ),
        *(
            {"data": b"".join(lines), "key": given.get("expected_key", ""), **given}
            for lines, given, _problems in exports.CONTINUATIONS.values()
        ),
        {"data": good, "log": exports.log_proof(leaves), "witness_keys": [exports.VKEY]},
        {"data": good, "log": exports.log_proof(leaves), "log_key": exports.WITNESS_VKEY},
        {"data": good, "witness_keys": [exports.WITNESS_VKEY]},
    ]
    answers = by_browser(page, site, asked)
    for each, answer in zip(asked, answers, strict=True):
        names = ("earlier", "log", "log_key", "witness_keys")
        given = {name: each[name] for name in names if name in each}
        expected = by_python(each["data"], expected_key=each.get("key", ""), **given)
        assert answer == json.loads(json.dumps(expected)), each["data"][:200]


def falsified_audits(files: Files) -> list[str]:
    """As it is, falsified in every way that is known, and what is no audit."""
    true = json.dumps(files.audit)
    found = [true]
    for falsify, _noticed in FALSE.values():
        files.audit = json.loads(true)
        falsify(files)
        found.append(json.dumps(files.audit))
    read = json.loads(true)
    files.audit = read
    for change in (
        *({"numbers": each} for each in ([1.0, 2], [1.5], True, "12", [10**15], [1, 1], [])),
        *({"population": each} for each in (26.0, "26", True, -0.0)),
        {"secret": "AA=="},
        *({"checkpoint": each} for each in (5, read["draw"]["checkpoint"].replace("\n", " "))),
        {"checkpoint": read["draw"]["checkpoint"].replace("\n28\n", "\n9999\n")},
    ):
        found.append(json.dumps(read | {"draw": read["draw"] | change}))
    for beside in ({"draw": None}, {"announcement": 5}, {"log_proof": None}, {"format": "x"}):
        found.append(json.dumps(read | beside))
    return [*found, "", "[]", "null", true[:-2], f'{true[:-1]},"x":NaN}}']


def test_the_page_and_the_command_say_the_same_of_every_audit(
    letter: Letter, page: Page, site: str, tmp_path: Path
) -> None:
    factories.listed(letter, *(factories.someone(number) for number in range(22)))
    organizer = factories.make_organizer(team=letter.team)
    drawn(letter, organizer)
    files = Files(letter)
    true = json.dumps(files.audit)
    asked: list[dict[str, Any]] = [
        {"data": files.export, "audit": each} for each in falsified_audits(files)
    ]
    asked.append({"data": files.export, "audit": true, "witness_keys": [WITNESS_VKEY]})
    answers = by_browser(page, site, asked)
    for each, answer in zip(asked, answers, strict=True):
        given = {name: each[name] for name in ("audit", "witness_keys") if name in each}
        assert answer == json.loads(json.dumps(by_python(each["data"], **given))), each["audit"]
    assert answers[0]["report"]["holds"]

    page.goto(f"{site}/letters/{letter.slug}/audits/")
    page.get_by_role("link", name="the page that checks records").click()
    chosen = tmp_path / "audit-1.json"
    files.audit["draw"]["numbers"].pop()
    for text, holds in ((true, True), (json.dumps(files.audit), False)):
        chosen.write_text(text)
        page.locator("#compare").evaluate("each => { each.open = true; }")
        page.get_by_label("An audit by sample, as a file").set_input_files(chosen)
        page.get_by_role("button", name="Check this letter").click()
        told = page.get_by_role("region", name="Audit 1: ")
        expect(told).to_contain_text(f"holds: {verify.AUDIT_CHECKS['announced']}")
        if not holds:
            wrong = "Others were drawn than are told: 9 of 10 are the same."
            expect(page.get_by_role("status")).to_contain_text(wrong)
            expect(told).to_contain_text(f"does not hold: {wrong}")
        looks_right(page)


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
          const {verify, verifyByLibrary} = await import("/static/js/ed25519.js");
          const bytes = (encoded) => Uint8Array.from(atob(encoded), each => each.charCodeAt(0));
          const said = new TextEncoder().encode(text);
          const made = bytes(signature).slice(4), by = bytes(key).slice(1);
          const wrong = made.slice(); wrong[40] ^= 1;
          const large = made.slice(); large.fill(255, 32);
          const none = new Uint8Array(32).fill(255);
          const all = [];
          for (const check of [verify, verifyByLibrary]) {
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
    expect(page.get_by_role("status")).to_have_text(held(5, "key", "earlier", "log", "witnesses"))
    expect(page.locator("[data-holds=yes]")).to_have_count(12)
    expect(page.locator("[data-holds=unknown]")).to_have_count(4)
    expect(page.locator("#check-key")).to_contain_text("not made")
    expect(page.locator("[data-fact=total]")).to_have_text("5")
    expect(page.locator("[data-fact=anonymous]")).to_have_text("1")
    page.get_by_text("Which signatures count without being shown, and why").click()
    expect(page.locator("dd[data-numbers=anonymous]")).to_have_text("4")
    expect(page.locator("dd[data-numbers=unexplained]")).to_be_hidden()
    expect(page.get_by_text(verify.NOT_SEALED)).to_be_visible()
    looks_right(page)

    # Nothing chosen yet.
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("alert")).to_have_text("Choose a file first.")
    expect(page.get_by_label("Or an export that you have")).to_be_focused()
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
    expect(page.get_by_role("status")).to_have_text(
        "What does not hold:Signature no. 3 is shown with details that were not signed. "
        "The check: Every name that is shown is as it was signed."
    )
    page.get_by_role("link", name="Every name that is shown is as it was signed.").click()
    assert page.url.endswith("#check-names")
    expect(page.locator("[data-holds=no]")).to_have_count(1)
    expect(page.locator("[data-check=names] li")).to_have_text(
        "Signature no. 3 is shown with details that were not signed."
    )
    looks_right(page)

    expect(page.get_by_role("alert")).to_be_hidden()

    # On another machine a program had given its lines other ends, and a mark.
    altered.write_bytes(exports.ON_THE_WAY["with CRLF, a mark and blank lines"](exported))
    page.get_by_label("Or an export that you have").set_input_files(altered)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("status")).to_have_text(held(5, "key", "earlier", "log", "witnesses"))
    altered.write_bytes(exported.replace(b'"total":5', b'"total":6'))
    page.get_by_label("Or an export that you have").set_input_files(altered)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("status")).to_contain_text(
        "Signatures: the site says 6, the record gives 5."
    )

    altered.write_bytes(exported[:-40])
    page.get_by_label("Or an export that you have").set_input_files(altered)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("status")).to_contain_text("The file breaks off after line")

    # He takes the wrong file, and is told which is the right one.
    for wrong in ("signatories.csv", "signatories.json"):
        listed = page.request.get(f"{site}/letters/{letter.slug}/{wrong}").body()
        altered.write_bytes(listed)
        page.get_by_label("Or an export that you have").set_input_files(altered)
        page.get_by_role("button", name="Check this file").click()
        expect(page.get_by_role("status")).to_contain_text("This is the list of signatories")
        right = page.get_by_role("status").get_by_role("link", name="The export of “")
        expect(right).to_have_attribute("href", f"/letters/{letter.slug}/record/export")
        looks_right(page)
    page.get_by_role("button", name="Check this letter").click()
    expect(page.locator("[data-export]")).to_be_hidden()

    # Against a checkpoint of the same letter, as an e-mail has it, and a key that is not its own.
    page.get_by_role("status").get_by_role("link", name="Compare with what you know").click()
    expect(page.get_by_label("The key that you expect")).to_be_in_viewport()
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
    expect(page.get_by_role("status")).to_have_text(held(5, "key", "log", "witnesses"))
    expect(page.locator("[data-check=earlier]")).to_have_attribute("data-holds", "yes")
    # The same as a file, as a mail program quotes it.
    page.get_by_label("Or one copied from an e-mail").fill("")
    quoted = tmp_path / "from-an-e-mail.txt"
    quoted.write_text("".join(f"> {line}\r\n" for line in sealed.splitlines()))
    page.get_by_label("Earlier checkpoints, as files").set_input_files(quoted)
    page.get_by_role("button", name="Check this letter").click()
    expect(page.get_by_role("status")).to_have_text(held(5, "key", "log", "witnesses"))


def test_piet_asks_the_site_log_and_a_witness_whether_others_are_shown_the_same(
    letter: Letter, page: Page, site: str, tmp_path: Path
) -> None:
    factories.listed(letter, factories.SALMA)
    site_log.extend()
    seen = site_log.latest()
    assert seen is not None
    text = seen.note.rpartition("\n\n")[0] + "\n"
    line = cosign(
        text=text, name=exports.WITNESS_NAME, private_key=exports.WITNESS_KEY, at=1792678400
    )
    SiteCheckpoint.objects.filter(pk=seen.pk).update(note=seen.note + line)
    page.goto(f"{site}/letters/{letter.slug}/record/")
    with page.expect_download() as download:
        page.get_by_role("link", name="The proof that the site’s log has it").click()
    proof = tmp_path / "log.tlog-proof"
    proof.write_bytes(Path(download.value.path()).read_bytes())
    page.get_by_role("link", name="Check this record yourself").click()
    page.get_by_text("Compare with what you know").first.click()
    page.get_by_label("The proof from the site’s log, as a file").set_input_files(proof)
    page.get_by_role("button", name="Check this letter").click()
    expect(page.get_by_role("status")).to_have_text(held(4, "key", "earlier", "witnesses"))
    told = page.locator("[data-result] [data-log]")
    expect(told).to_contain_text("for want of their keys: who signed as ⁨witness.example⁩.")
    looks_right(page)
    page.get_by_label("Keys of witnesses").fill(f"{exports.WITNESS_VKEY}\n")
    key = str(site_log.verifier_of_site())
    page.get_by_label("The key of the site’s log").fill(key)
    page.get_by_label("The key that you expect").fill(str(verifier_of(letter)))
    sealed = page.request.get(f"{site}/letters/{letter.slug}/record/checkpoint").text()
    page.get_by_label("Or one copied from an e-mail").fill(sealed)
    page.get_by_role("button", name="Check this letter").click()
    expect(page.get_by_role("status")).to_have_text(held(4))
    expect(told).to_contain_text("It was signed by ⁨witness.example⁩ on")

    # Another record than the one that the log tells of.
    proof.write_text(exports.log_proof(exports.story().leaves))
    page.get_by_label("The proof from the site’s log, as a file").set_input_files(proof)
    page.get_by_role("button", name="Check this letter").click()
    expect(page.locator("[data-check=log][data-holds=no]")).to_be_visible()
    proof.write_text("nothing")
    page.get_by_label("The proof from the site’s log, as a file").set_input_files(proof)
    page.get_by_role("button", name="Check this letter").click()
    expect(page.get_by_role("status")).to_contain_text(verify.UNREADABLE["log_not_a_proof"])


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Retry-After": "3600"}, "Try again in 60 minutes."),
        ({"Retry-After": "60"}, "Try again in a minute."),
        ({"Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT"}, "Try again in a minute."),
        ({}, "Try again in a minute."),
    ],
)
def test_whoever_asks_too_often_is_told_when_to_come_back(
    letter: Letter, page: Page, site: str, headers: dict[str, str], said: str
) -> None:
    factories.listed(letter, factories.SALMA)
    page.context.route(
        "**/record/export", lambda route: route.fulfill(status=429, headers=headers, body="Later.")
    )
    page.goto(f"{site}/verify/?letter={letter.slug}")
    page.get_by_role("button", name="Check this letter").click()
    expect(page.get_by_role("status")).to_contain_text(said)


def test_piet_goes_from_an_answer_to_its_proof_and_checks_it(
    letter: Letter, page: Page, site: str, tmp_path: Path
) -> None:
    factories.listed(letter, factories.SALMA)
    page.goto(f"{site}/letters/{letter.slug}/press/")
    page.get_by_label("Claim").fill("more than 2 people")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("The exact figure, by level, and what proves it").click()
    page.get_by_role("link", name="Check that the record still contains it").click()
    expect(page.get_by_label("Or one copied from an e-mail")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Check this letter").click()
    expect(page.get_by_role("status")).to_have_text(held(4, "key", "log", "witnesses"))
    expect(page.locator("#check-earlier")).to_have_attribute("data-holds", "yes")

    # And one signature by itself, with the file and the key that the site shows.
    page.goto(f"{site}/letters/{letter.slug}/signatories/1/")
    with page.expect_download() as download:
        page.get_by_role("link", name="The proof that it is in the record").click()
    proof = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename.endswith(".tlog-proof")
    key = str(verifier_of(letter))
    proved = verify.check_proof(proof, expected_key=key)
    assert proved["holds"]
    assert proved["facts"]["shown"]["of"]["name"] == page.locator("h1").inner_text()
    looks_right(page)
    page.goto(f"{site}/verify/")
    dropped = tmp_path / "one.tlog-proof"
    dropped.write_bytes(proof)
    page.get_by_label("Or an export that you have").set_input_files(dropped)
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("status")).to_contain_text("This is the proof of one signature")


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
