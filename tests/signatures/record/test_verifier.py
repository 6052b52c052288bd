"""The verifier, by exports that are true and by every way of falsifying one."""

import base64
import gzip
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signatures.record.format.leaf import EVENTS
from signatures.record.format.merkle import leaf_hash, root
from signatures.record.format.proofs import inclusion_proof
from signatures.record.verifier import verify
from signatures.verification.methods import METHODS
from tests.signatures.record import exports

FILE = Path(verify.__file__)
VECTORS = Path(__file__).parent / "vectors"
LINES = exports.lines_of(exports.story())
EARLIER = exports.signed_note(exports.story().leaves[: exports.EARLIER])


def check(data: bytes, **asked: Any) -> verify.Check:
    return verify.check(verify.lines_of(io.BufferedReader(io.BytesIO(data))), **asked)


def problems(checking: verify.Check) -> list[tuple[str, str]]:
    return sorted(
        {
            (each["check"], problem["code"])
            for each in checking.report()["checks"]
            for problem in each["problems"]
        }
    )


def run(*arguments: str, given: bytes = b"") -> tuple[int, str]:
    """As somebody who downloaded it: another process, with nothing of ours around."""
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(FILE), *arguments],
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
        cwd="/",
    )
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[bytes, str], str]:
    def keep(data: bytes, name: str = "export.ndjson") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return keep


def test_a_true_export_holds_in_everything() -> None:
    checking = check(
        b"".join(LINES),
        expected_key=exports.VKEY,
        earlier=[EARLIER],
        log=exports.log_proof(exports.story().leaves),
        witness_keys=[exports.WITNESS_VKEY],
    )
    assert problems(checking) == []
    report = checking.report()
    assert [each["check"] for each in report["checks"]] == list(verify.CHECKS)
    sealed = root([leaf_hash(leaf) for leaf in exports.story().leaves])
    assert report["facts"] == {
        "url": exports.URL,
        "origin": exports.ORIGIN,
        "key": exports.VKEY,
        "size": 23,
        "root": base64.b64encode(sealed).decode(),
        "continued": [],
        "as_of": "2026-10-22T14:12:00Z",
        "total": 7,
        "people": 5,
        "organisations": 1,
        "anonymous": 1,
        "changed": 1,
        "levels": {"1": 5, "2": 1, "3": 1, "4": 0},
        "texts": [
            {
                "sha256": exports.hash_of(version, language),
                "versions": [version],
                "languages": [language],
                "total": 7 if (version, language) == (1, "en") else 0,
            }
            for version, language in exports.TEXTS
        ],
        "signings": 10,
        "withdrawn": 1,
        "removed": 1,
        "erased": 1,
        "not_shown": {"anonymous": [3], "changed": [10], "outdated": [], "unexplained": []},
        "log": {
            "origin": exports.LOG_ORIGIN,
            "size": 5,
            "lines": 23,
            "date": "2026-10-22T14:13:00Z",
            "seen_by": [{"name": exports.WITNESS_NAME, "at": "2026-10-22T14:13:20Z"}],
            "unchecked": [],
        },
    }


@pytest.mark.parametrize("how", exports.ON_THE_WAY)
def test_what_programs_do_to_a_file_on_its_way_is_no_forgery(how: str) -> None:
    changed = exports.ON_THE_WAY[how](WHOLE)
    assert changed != WHOLE
    for data in (changed, gzip.compress(changed)):
        checking = check(data, expected_key=exports.VKEY, earlier=[EARLIER])
        assert problems(checking) == []
        assert checking.report()["facts"]["total"] == 7


def test_only_one_cr_is_taken_off() -> None:
    leaf = exports.story().leaves[9]
    altered = WHOLE.replace(leaf + b"\n", leaf + b"\r\r\n")
    assert ("root", "other_root") in problems(check(altered))


def test_it_says_who_counts_without_being_shown_and_why(kept: Callable[..., str]) -> None:
    words = verify.in_words(check(WHOLE))
    assert "Counted without being shown, by their own choice: 1 (no. 3)\n" in words
    assert "so not shown before the next: 1 (no. 10)\n" in words
    assert "it is not said why" not in words.split("Signatures that count")[1]

    nobody = [line for line in LINES if not line.startswith((b'{"number":', b'{"changed":'))]
    nobody = [line.replace(b'"total"', b'"all"') for line in nobody]
    checking = check(b"".join(nobody))
    assert checking.report()["facts"]["not_shown"] == {
        "anonymous": [3],
        "changed": [],
        "outdated": [],
        "unexplained": [1, 2, 4, 6, 8, 10],
    }
    few = "Counted without being shown, and it is not said why: 6 (nos. 1, 2, 4, 6, 8"
    assert f"{few} and 1 more: --list)\n" in verify.in_words(checking)
    assert f"{few}, 10)\n" in verify.in_words(checking, every=True)
    code, said = run(kept(b"".join(nobody)), "--list")
    assert (code, f"{few}, 10)" in said) == (1, True)

    outdated, _codes = exports.FALSIFIED["a name as it was before"]
    told = verify.in_words(check(b"".join(outdated(LINES))))
    assert "Shown as before a later change: 1 (no. 6)\n" in told


def test_it_says_what_is_not_sealed() -> None:
    for lines in (LINES, exports.FALSIFIED["a name altered"][0](LINES)):
        assert f"\n{verify.NOT_SEALED}\n" in verify.in_words(check(b"".join(lines)))


def test_what_is_not_sealed_is_indeed_not_noticed() -> None:
    """So it must be said: proofs' words, reasons, names, the address, later versions."""
    altered = WHOLE
    for old, new in (
        (b"salt-ledger.example", b"salt-leather.example"),
        (b'"reason":"checking"', b'"reason":"fraud"'),
        (b'"number":5}', b'"number":5,"name":"Somebody Else"}'),
        (exports.URL.encode(), b"https://elsewhere.example/"),
        (b'"version":2', b'"version":9'),
        (b'"language":"ar","authoritative":false', b'"language":"fa","authoritative":true'),
    ):
        assert old in altered
        altered = altered.replace(old, new)
    assert problems(check(altered, expected_key=exports.VKEY, earlier=[EARLIER])) == []


def test_words_that_stand_in_a_problem_are_words() -> None:
    falsify, _codes = exports.FALSIFIED["a level raised"]
    words = verify.in_words(check(b"".join(falsify(LINES))))
    assert "DOES NOT HOLD  Level 1: the site says 4, the record gives 5.\n" in words
    assert set(verify.WORDS["what"]) == {
        "total",
        "people",
        "organisations",
        "anonymous",
        "people + organisations",
        *(f"level {level}" for level in verify.LEVELS),
    }
    states = {after for _before, after in verify._TURNS.values()}
    assert set(verify.WORDS["state"]) == {"nothing", "open", "closed"} | states


def test_it_knows_what_each_method_lifts_to() -> None:
    assert {each.code: each.level for each in METHODS} == verify._LIFTS


def test_a_method_that_it_does_not_know_lifts_to_nothing() -> None:
    """A copy from before a method was added still finds the record in order."""
    assert verify._lift({"method": "telepathy"}) == 0


def test_what_was_not_asked_is_not_answered() -> None:
    report = check(b"".join(LINES)).report()
    not_made = ["key", "earlier", "log", "witnesses"]
    assert {each["check"] for each in report["checks"]} == set(verify.CHECKS) - set(not_made)
    assert report["not_made"] == not_made


def test_the_summary_counts_what_was_checked_and_names_what_was_not() -> None:
    asked: dict[str, Any] = {}
    for name, value in (
        ("", None),
        ("log", exports.log_proof(exports.story().leaves)),
        ("witness_keys", [exports.WITNESS_VKEY]),
        ("expected_key", exports.VKEY),
        ("earlier", [EARLIER]),
    ):
        asked |= {name: value} if name else {}
        checking = check(b"".join(LINES), **asked)
        held, not_made = len(checking.report()["checks"]), checking.report()["not_made"]
        words = verify.in_words(checking)
        assert held + len(not_made) == len(verify.CHECKS)
        summary = verify.SUMMARIES[str(len(not_made))]
        found = verify.NOTHING_WRONG.format(total=checking.report()["facts"]["total"])
        wanted = [f"- {verify.NOT_MADE[each]}" for each in not_made]
        assert words.endswith("\n".join(["", "", found, summary, *wanted]))
        assert words.count("\nholds   ") == held
        assert words.count("\nnot made ") == len(not_made)
        numbers = [held, *([len(not_made)] if not_made else [])]
        assert [int(each) for each in re.findall(r"\d+", summary)] == numbers


@pytest.mark.parametrize("how", exports.FALSIFIED)
def test_a_falsified_export_is_found_out_and_told_where(how: str) -> None:
    falsify, expected = exports.FALSIFIED[how]
    checking = check(b"".join(falsify(LINES)))
    assert problems(checking) == sorted(expected)
    assert not checking.holds
    # And it can be said.
    assert "DOES NOT HOLD" in verify.in_words(checking)


def test_one_altered_byte_of_any_line_of_the_record_is_noticed() -> None:
    whole = b"".join(LINES)
    for line in exports.leaves_in(LINES):
        at = whole.index(line) + len(line) - 10
        falsified = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        assert ("root", "other_root") in problems(check(falsified))


def test_a_history_rewritten_with_the_real_key_fails_against_an_earlier_checkpoint() -> None:
    rewritten = b"".join(exports.REWRITTEN_BEFORE(LINES))
    assert problems(check(rewritten, expected_key=exports.VKEY)) == []
    assert problems(check(rewritten, expected_key=exports.VKEY, earlier=[EARLIER])) == [
        ("earlier", "earlier_other_root")
    ]
    # What came after that checkpoint, it cannot speak for.
    later = b"".join(exports.REWRITTEN(LINES))
    assert problems(check(later, expected_key=exports.VKEY, earlier=[EARLIER])) == []


def test_a_fork_behind_the_last_kept_checkpoint_fails_against_the_site_log() -> None:
    fork = b"".join(exports.REWRITTEN(LINES))
    kept: dict[str, Any] = {"expected_key": exports.VKEY, "earlier": [EARLIER]}
    assert problems(check(fork, **kept)) == []
    told = exports.log_proof(exports.story().leaves)
    witness_keys = [exports.WITNESS_VKEY]
    assert problems(check(fork, **kept, log=told, witness_keys=witness_keys)) == [
        ("log", "log_other_root")
    ]
    # Nor can a proof from before the fork hide it.
    before = exports.log_proof(exports.story().leaves[: exports.EARLIER])
    assert problems(check(fork, **kept, log=before)) == [("log", "log_behind")]
    # And a log for one reader alone is signed by no witness.
    own = exports.log_proof(exports.leaves_in(exports.REWRITTEN(LINES)), witnesses={})
    assert problems(check(fork, **kept, log=own)) == []
    assert problems(check(fork, **kept, log=own, witness_keys=witness_keys)) == [
        ("witnesses", "witness_missing")
    ]


@pytest.mark.parametrize("what", exports.CONTINUATIONS)
def test_record_that_goes_on_from_a_lost_one_is_read(what: str) -> None:
    lines, asked, expected = exports.CONTINUATIONS[what]
    checking = check(b"".join(lines), **asked)
    assert problems(checking) == expected
    assert ("DOES NOT HOLD" in verify.in_words(checking)) is bool(expected)


def test_it_says_from_which_log_a_record_goes_on_and_how_much_is_lost() -> None:
    checking = check(b"".join(exports.CONTINUED))
    assert checking.report()["facts"]["continued"] == [
        {"n": 9, "origin": exports.LOST_ORIGIN, "size": 14, "lost": 5}
    ]
    assert (
        f"Line 9 says that it goes on from the log {exports.LOST_ORIGIN}, of which 14 lines were "
        "sealed and 5 are lost." in verify.in_words(checking)
    )
    untold = check(b"".join(exports.CONTINUATIONS["not told"][0]))
    assert untold.report()["facts"]["continued"] == [
        {"n": 9, "origin": None, "size": None, "lost": None}
    ]


@pytest.mark.parametrize("what", exports.LOG_PROOFS)
def test_proof_from_the_site_log_is_compared(what: str) -> None:
    asked, expected = exports.LOG_PROOFS[what]
    checking = check(WHOLE, **asked)
    assert problems(checking) == expected
    assert ("DOES NOT HOLD" in verify.in_words(checking)) is bool(expected)


def test_every_size_is_linked_to_every_later_one_that_the_log_has() -> None:
    leaves = exports.story().leaves
    for size in range(1, 24):
        for longer in range(size, 24):
            log = verify.LogProof(exports.log_proof(leaves[:longer], size=size))
            root_at = [root([leaf_hash(leaf) for leaf in leaves[:n]]) for n in (size, size - 1)]
            assert [log.begins_with(size, each) for each in root_at] == [True, False]


@pytest.mark.parametrize("what", exports.NO_LOG_PROOFS)
def test_what_is_no_proof_from_a_site_log_ends_in_a_sentence(what: str) -> None:
    with pytest.raises(verify.Unreadable, match="proof from the site’s log is not one"):
        check(WHOLE, log=exports.NO_LOG_PROOFS[what])


@pytest.mark.parametrize("key", ["x", exports.LOG_VKEY, exports.VKEY.replace("+AQ", "+BA")])
def test_key_of_a_witness_that_is_none(key: str) -> None:
    log = exports.log_proof(exports.story().leaves)
    with pytest.raises(verify.Unreadable, match="key of a witness is not written as keys are"):
        check(WHOLE, log=log, witness_keys=[key])


def test_it_says_who_has_seen_the_log_and_what_was_not_checked() -> None:
    leaves = exports.story().leaves
    told = verify.in_words(check(WHOLE, log=exports.log_proof(leaves)))
    assert "Not checked, for want of their keys (--witness-key): who signed as witness.exa" in told
    told = verify.in_words(check(WHOLE, log=exports.log_proof(leaves, witnesses={})))
    assert "No witness has signed it: it shows what the site says of itself.\n" in told
    asked = {"log": exports.log_proof(leaves), "witness_keys": [exports.WITNESS_VKEY]}
    told = verify.in_words(check(WHOLE, **asked))
    assert "It was signed by witness.example on 2026-10-22T14:13:20Z.\n" in told
    told = verify.in_words(check(WHOLE))
    assert f"(--log): {exports.URL}record/log-proof?size=23\n" in told


def test_a_record_that_has_shrunk_or_is_another_fails_against_an_earlier_checkpoint() -> None:
    leaves = exports.story().leaves
    longer = exports.signed_note([*leaves, leaves[-1]])
    assert problems(check(b"".join(LINES), earlier=[longer])) == [("earlier", "earlier_longer")]
    elsewhere = exports.signed_note(leaves[:3], origin="letters.example/letters/another/record")
    assert problems(check(b"".join(LINES), earlier=[elsewhere])) == [
        ("earlier", "earlier_of_other_record")
    ]
    forged = exports.signed_note(leaves[:3], key=exports.OTHER_KEY)
    assert problems(check(b"".join(LINES), earlier=[forged])) == [("earlier", "earlier_not_signed")]


def test_every_size_that_the_record_ever_had_can_be_the_earlier_one() -> None:
    leaves = exports.story().leaves
    notes = [exports.signed_note(leaves[:size]) for size in range(len(leaves) + 1)]
    assert problems(check(b"".join(LINES), earlier=notes)) == []


def test_a_key_that_was_not_expected() -> None:
    falsify = exports._keyed_by_another
    assert problems(check(b"".join(falsify(LINES)))) == []
    checking = check(b"".join(falsify(LINES)), expected_key=exports.VKEY, earlier=[EARLIER])
    assert problems(checking) == [("key", "other_key")]
    nobody = "letters.example+00000000+AAAA"
    checking = check(
        b"".join(exports._header(LINES, key=nobody)), expected_key=exports.VKEY, earlier=[EARLIER]
    )
    assert problems(checking) == [("signed", "key_malformed")]
    assert problems(check(b"".join(exports._header(LINES, key=nobody)), earlier=[EARLIER])) == [
        ("signed", "key_malformed")
    ]


def test_only_some_problems_of_a_kind_are_listed_and_the_rest_counted() -> None:
    moved = [line.replace(b"2026-10-22T14:05", b"2027-10-22T14:05") for line in LINES]
    altered = [line.replace(b'"kind":"person"', b'"kind":"people"') for line in moved]
    names = next(
        each for each in check(b"".join(altered * 1)).report()["checks"] if each["check"] == "names"
    )
    assert (len(names["problems"]), names["more"]) == (4, 0)
    many = [line.replace(b'"e":"', b'"e":"un') for line in LINES]
    checking = check(b"".join(many))
    events = next(each for each in checking.report()["checks"] if each["check"] == "events")
    assert (len(events["problems"]), events["more"]) == (5, 18)
    assert "And 18 more like this." in verify.in_words(checking)


# --- what cannot be read --------------------------------------------------------------------------

WHOLE = b"".join(LINES)
COUNTS = LINES[:-1]
END = LINES[-1]
UNREADABLE = {
    "nothing": (b"", "empty"),
    "one line without an end": (b"hello", "not_an_export"),
    "a list for spreadsheets": (b"\xef\xbb\xbfNumber,Name\r\n1,Brigid\r\n", "a_list"),
    "a list in one line": (b'{"letter": "work", "signatories": []}', "a_list"),
    "a list in a long line": (b'{"letter": "' + b"x" * 3_000_000 + b'"}\n', "a_list"),
    "a long list without an end": (b'{"letter": "' + b"x" * 3_000_000, "a_list"),
    "a packed list": (gzip.compress(b'{"letter": "work", "signatories": [\n'), "a_list"),
    "the proof of a signature": (b"c2sp.org/tlog-proof@v1\nextra e30=\n", "a_proof"),
    "nearly a proof": (b"c2sp.org/tlog-proof@v", "not_an_export"),
    "a web page": (b"<!doctype html>\n<p>Not found\n", "not_an_export"),
    "another JSON": (b'{"format": 1}\n', "not_an_export"),
    "a list": (b"[]\n", "not_an_export"),
    "a later format": (b'{"format":"undersigned-record-v9"}\n', "other_format"),
    "no checkpoint": (b'{"format":"undersigned-record-v1"}\n', "no_checkpoint"),
    "a marked list": (b'\xef\xbb\xbf{"letter": "work"}\n', "a_list"),
    "a marked proof": (b"\xef\xbb\xbfc2sp.org/tlog-proof@v1\r\nextra e30=\r\n", "a_proof"),
    "a mark and a page": (b"\xef\xbb\xbf<!doctype html>\n", "a_list"),
    "a mark and other JSON": (b'\xef\xbb\xbf{"format": 1}\n', "not_an_export"),
    "a mark alone": (b"\xef\xbb\xbf", "a_list"),
    "two marks": (b"\xef\xbb\xbf" * 2 + WHOLE, "a_list"),
    "in UTF-16": (WHOLE.decode().encode("utf-16-le"), "other_encoding"),
    "in UTF-16, packed": (gzip.compress(WHOLE.decode().encode("utf-16-be")), "other_encoding"),
    "in UTF-16 with a mark": (WHOLE.decode().encode("utf-16"), "other_encoding"),
    "in UTF-16 with the other mark": (
        b"\xfe\xff" + WHOLE.decode().encode("utf-16-be"),
        "other_encoding",
    ),
    "one blank line": (b"\r\n", "not_an_export"),
    "a blank line without an end": (b" ", "not_an_export"),
    "a blank line amid the record": (WHOLE.replace(b'{"n":9', b'\n{"n":9'), "not_json"),
    "cut in a line": (WHOLE[:-20], "breaks_off"),
    "cut in the last braces": (WHOLE[:-2], "breaks_off"),
    "cut in a line, with CRLF": (WHOLE.replace(b"\n", b"\r\n")[:-20], "breaks_off"),
    "cut before a line's LF": (b"".join(COUNTS)[:-1], "breaks_off"),
    "cut between lines, and blank": (b"".join(COUNTS) + b" ", "breaks_off"),
    "an end in a leaf": (b"".join(COUNTS) + b'{"n":1,"end":{}}', "breaks_off"),
    "more after blank lines": (WHOLE + b"\n\n" + END, "after_the_end"),
    "more after the end, without LF": (WHOLE + END[:-1], "after_the_end"),
    "cut between lines": (b"".join(LINES[:-1]), "breaks_off"),
    "only a header": (LINES[0], "breaks_off"),
    "more after the end": (WHOLE + LINES[-1], "after_the_end"),
    "bad UTF-8": (LINES[0] + b'{"text":"\xff\xfe"}\n' + WHOLE, "not_text"),
    "not JSON": (LINES[0] + b"{'text'}\n", "not_json"),
    "not a number": (LINES[0] + b'{"number":NaN}\n', "not_json"),
    "a long number": (LINES[0] + b'{"number":' + b"9" * 5000 + b"}\n", "not_json"),
    "a fraction": (LINES[0] + b'{"number":1.5}\n', "not_json"),
    "a fraction of nothing": (WHOLE.replace(b'"total":7', b'"total":7.0'), "not_json"),
    "a power": (WHOLE.replace(b'"total":7', b'"total":7e0'), "not_json"),
    "a power behind a text": (LINES[0] + b'{"text":"a \\" 1.5","end":-7E2}\n', "not_json"),
    "sixteen digits": (WHOLE.replace(b'"total":7', b'"total":-1000000000000007'), "not_json"),
    "an abyss": (LINES[0] + b'{"text":' + b"[" * 200_000 + b"\n", "not_json"),
    "a lone word": (LINES[0] + b'"word"\n', "not_a_line"),
    "an unknown line": (LINES[0] + b'{"news":1}\n', "not_a_line"),
    "a huge line": (LINES[0] + b'{"text":"' + b"x" * 3_000_000 + b'"}\n', "line_too_long"),
    "no end of line at all": (b"x" * 3_000_000, "line_too_long"),
    "broken gzip": (gzip.compress(WHOLE)[:-200], "compressed_badly"),
    "gzip of nothing good": (b"\x1f\x8b" + b"\x00" * 50, "compressed_badly"),
}
NOTES = {
    "empty": "",
    "no blank line": "a\n1\nb\n",
    "two lines": "a\n1\n\n— a AAAAAAAA\n",
    "no number": "a\none\n" + "A" * 43 + "=\n\n— a AAAAAAAA\n",
    "a short root": "a\n1\nAAAA\n\n— a AAAAAAAA\n",
    "no base64": "a\n1\n!\n\n— a AAAAAAAA\n",
    "no dash": "a\n1\n" + "A" * 43 + "=\n\nsigned: a AAAAAAAA\n",
    "no name": " \n1\n" + "A" * 43 + "=\n\n— a AAAAAAAA\n",
    "long": "a" * 200_000,
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_is_no_export_ends_in_a_sentence(what: str) -> None:
    data, code = UNREADABLE[what]
    with pytest.raises(verify.Unreadable) as caught:
        check(data)
    assert caught.value.code == code
    assert str(caught.value).endswith((".", "again.", "verifier."))


@pytest.mark.parametrize("what", NOTES)
def test_what_is_no_checkpoint_ends_in_a_sentence(what: str) -> None:
    with pytest.raises(verify.Unreadable, match="stands as the checkpoint is not one"):
        check(b"".join(exports._header(LINES, checkpoint=NOTES[what])))
    with pytest.raises(verify.Unreadable, match="earlier checkpoint is not one"):
        check(WHOLE, earlier=[NOTES[what]])


# A checkpoint as people have it from an e-mail, a page or a file.
HAD = {
    "as it was": EARLIER,
    "without its last newline": EARLIER[:-1],
    "with blank lines around": f"\n\n{EARLIER}\n\n",
    "with CRLF": EARLIER.replace("\n", "\r\n"),
    "with CR alone": EARLIER.replace("\n", "\r"),
    "with a mark": f"\ufeff{EARLIER}",
    "indented": "".join(f"    {line}" for line in EARLIER.splitlines(keepends=True)),
    "indented by a tab, but not where it is blank": re.sub("(?m)^(?=.)", "\t", EARLIER),
    "quoted": "".join(f"> {line}" for line in EARLIER.splitlines(keepends=True)),
    "quoted, the blank line cut short": re.sub("(?m)^", "> ", EARLIER).replace("> \n", ">\n"),
    "quoted twice": "".join(f">> {line}" for line in EARLIER.splitlines(keepends=True)),
    "quoted and indented": "".join(f" > > {line}" for line in EARLIER.splitlines(keepends=True)),
    "with spaces behind": EARLIER.replace("\n", " \xa0\n"),
    "with every line apart": EARLIER.replace("\n", "\n\n"),
    "without the blank line": EARLIER.replace("\n\n", "\n"),
}


@pytest.mark.parametrize("how", HAD)
def test_an_earlier_checkpoint_is_taken_as_people_have_it(
    how: str, kept: Callable[..., str]
) -> None:
    rewritten = b"".join(exports.REWRITTEN_BEFORE(LINES))
    for data, expected in ((WHOLE, []), (rewritten, [("earlier", "earlier_other_root")])):
        assert problems(check(data, earlier=[HAD[how]])) == expected
    path = kept(HAD[how].encode(), "earlier.txt")
    assert verify.main([kept(WHOLE), "--earlier", path]) == 0
    assert verify.main([kept(rewritten), "--earlier", path]) == 1


def test_tidying_a_checkpoint_changes_nothing_else_of_it() -> None:
    assert verify.tidied(EARLIER) == EARLIER
    forged = EARLIER.replace("\n9\n", "\n8\n")
    assert problems(check(WHOLE, earlier=[f"> {forged}"])) == [("earlier", "earlier_not_signed")]
    assert verify.tidied("") == "\n"
    assert verify.tidied("a b\n c\n") == "a b\nc\n\n"


@pytest.mark.parametrize("key", ["x", "a+b+c", "a+00000000+AAAA", f" {exports.VKEY}", "é" * 9])
def test_an_expected_key_that_is_none(key: str) -> None:
    with pytest.raises(verify.Unreadable, match="not written as keys are"):
        check(WHOLE, expected_key=key)


def test_any_bytes_end_in_an_answer() -> None:
    """Every line in turn replaced by something hostile: an answer each time, never an error."""
    hostile = [
        b'{"number":"1","salt":5,"of":[]}\n',
        b'{"number":null,"salt":null,"of":{"name":1}}\n',
        b'{"number":1,"of":{"name":"\\ud800","kind":"person"},"salt":"\\ud800"}\n',
        b'{"text":{"sha256":"\\ud800","source":"\\ud800","version":{},"language":[]}}\n',
        b'{"changed":"\\ud800"}\n',
        b'{"correction":{"n":[],"event":{},"number":"\\u001b[31m"}}\n',
        b'{"end":{"levels":5,"total":"7","people":true,"as_of":[1]}}\n',
        b'{"n":-1}\n',
        b'{"n":1,"t":"9999-99-99T99:99:99Z","e":"sign"}\n',
        b"\n",
    ]
    for at in range(len(LINES)):
        for line in hostile:
            try:
                checking = check(b"".join([*LINES[:at], line, *LINES[at + 1 :]]))
            except verify.Unreadable:
                continue
            # A line that tells less than it might is no lie.
            assert checking.holds <= (b"changed" in line)
            told = verify.in_words(checking)
            assert "\x1b" not in told
            json.dumps(checking.report())


# --- as a command ---------------------------------------------------------------------------------


def test_the_command_says_it_in_words_and_by_its_exit_code(
    kept: Callable[..., str],
) -> None:
    export, earlier = kept(WHOLE), kept(EARLIER.encode(), "earlier.txt")
    log = kept(exports.log_proof(exports.story().leaves).encode(), "log.tlog-proof")
    given = ("--log", log, "--log-key", exports.LOG_VKEY, "--witness-key", exports.WITNESS_VKEY)
    code, said = run(export, "--key", exports.VKEY, "--earlier", earlier, *given)
    assert code == 0
    assert said.count("\nholds   ") == len(verify.CHECKS)
    assert said.rstrip().endswith("All 16 checks hold.")
    assert (
        "Signatures that count: 7 (5 confirmed by e-mail; 1 showed control of a site or account, "
        "or are vouched for; 1 vetted by the organizers; 0 confirmed by a union’s list" in said
    )

    code, said = run(
        "-", given=gzip.compress(b"".join(exports.FALSIFIED["a name altered"][0](LINES)))
    )
    assert code == 1
    assert (
        "DOES NOT HOLD  Signature no. 4 is shown with details that were not signed.\n"
        "               The check: Every name that is shown is as it was signed.\n" in said
    )
    assert f"--key): {exports.VKEY}" in said

    assert run("-", given=b"nonsense\n") == (
        2,
        "Not readable: This is not the export of a record.\n",
    )


def test_the_command_answers_scripts_in_json(kept: Callable[..., str]) -> None:
    code, said = run(kept(WHOLE), "--json")
    assert (code, json.loads(said)) == (0, check(WHOLE).report())
    code, said = run("-", "--json", given=LINES[0])
    assert (code, json.loads(said)) == (
        2,
        {"holds": None, "unreadable": {"code": "breaks_off", "line": 1}},
    )


def test_files_that_are_not_there_or_not_text(kept: Callable[..., str], tmp_path: Path) -> None:
    assert run(str(tmp_path / "nowhere")) == (2, "Not readable: The file cannot be opened.\n")
    assert run(str(tmp_path)) == (2, "Not readable: The file cannot be opened.\n")
    export = kept(WHOLE)
    for odd in (kept(b"\xff\xfe", "odd"), str(tmp_path)):
        for option in ("--earlier", "--log"):
            code, said = run(export, option, odd)
            assert code == 2
            assert said.startswith("Not readable: The ")


def test_main_is_what_the_command_runs(
    kept: Callable[..., str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verify.main([kept(WHOLE)]) == 0
    assert verify.main([kept(WHOLE), "--json", "--earlier", kept(EARLIER.encode(), "e")]) == 0
    assert verify.main([kept(b"".join(exports._moved_back(LINES)))]) == 1
    assert verify.main([kept(proof_of(4)), "--key", exports.VKEY]) == 0
    assert verify.main([kept(proof_of(4, key=exports.OTHER_KEY)), "--key", exports.VKEY]) == 1
    assert verify.main([kept(proof_of(4)), "--key", exports.VKEY, "--json"]) == 0
    behind = exports.story().behind[10]
    assert verify.main([kept(proof_of(10, behind=behind)), "--key", exports.VKEY]) == 0
    assert verify.main([kept(proof_of(4, behind=behind)), "--key", exports.VKEY]) == 1
    assert verify.main([kept(proof_of(4))]) == 2
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"?\n"))))
    assert verify.main(["-"]) == 2
    assert "12 checks hold; 4 were not made" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        verify.main([kept(WHOLE), "--witness-key", exports.WITNESS_VKEY])


def test_it_stands_alone_and_runs_on_older_pythons() -> None:
    import ast

    source = FILE.read_text()
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        (each.module if isinstance(each, ast.ImportFrom) else name.name) or ""
        for each in ast.walk(tree)
        if isinstance(each, ast.Import | ast.ImportFrom)
        for name in each.names
    }
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert "from __future__ import annotations" in source


# --- the proof of one signature -------------------------------------------------------------------


def proof_of(
    index: int,
    *,
    size: int = 23,
    key: Any = exports.KEY,
    behind: dict[str, Any] | None = None,
    leaf: bytes = b"",
) -> bytes:
    """As the site makes them, from the leaves of the vectors."""
    leaves = exports.story().leaves[:size]
    path = inclusion_proof(exports.tree_of(leaves), index=index, size=size)
    extra = leaf or leaves[index]
    if behind is not None:
        extra += b"\n" + json.dumps(behind, separators=(",", ":")).encode()
    lines = [
        "c2sp.org/tlog-proof@v1",
        f"extra {base64.b64encode(extra).decode()}",
        f"index {index}",
        *(base64.b64encode(each).decode() for each in path),
        "",
    ]
    return ("\n".join(lines) + "\n" + exports.signed_note(leaves, key=key)).encode()


def holding(proof: bytes) -> dict[str, bool]:
    report = verify.check_proof(proof, expected_key=exports.VKEY)
    found = {each["check"]: each["holds"] for each in report["checks"]}
    assert report["holds"] is all(found.values())
    return found


@pytest.mark.parametrize("size", range(1, 24))
def test_every_line_is_proved_at_every_size(size: int) -> None:
    for index in range(size):
        assert holding(proof_of(index, size=size)) == {"signed": True, "root": True}


def test_a_proof_of_another_line_place_or_key_does_not_hold() -> None:
    good = proof_of(5)
    hashes = good.split(b"\n")[3:8]
    for falsified in (
        good.replace(b"index 5", b"index 6"),
        good.replace(b"index 5", b"index 99999"),
        good.replace(good.split(b"\n")[1], b"extra e30="),
        good.replace(hashes[0] + b"\n", b""),
        good.replace(hashes[0] + b"\n", (hashes[0] + b"\n") * 2),
        good.replace(hashes[0], base64.b64encode(bytes(32))),
    ):
        assert holding(falsified) == {"signed": True, "root": False}
    assert holding(proof_of(5, key=exports.OTHER_KEY)) == {"signed": False, "root": True}
    # The very checkpoint, said to be longer.
    assert holding(good.replace(b"\n23\n", b"\n24\n"))["signed"] is False


def test_a_proof_says_whose_line_it_is_and_what_they_signed(kept: Callable[..., str]) -> None:
    shown = exports.story().behind[4]
    proof = proof_of(4, behind=shown)
    assert holding(proof) == {"signed": True, "root": True, "names": True}
    assert verify.check_proof(proof, expected_key=exports.VKEY)["facts"]["shown"] == {
        "number": 2,
        "of": shown["of"],
        "signature": exports.public_id("salma"),
        "date": "2026-10-22T14:06:00Z",
        "text": exports.hash_of(1, "en"),
    }
    code, said = run(kept(proof), "--key", exports.VKEY)
    assert code == 0
    assert (
        "This proves that سلمى الزيتوني (poet, LB) signed the text with the SHA-256\n"
        f"{exports.hash_of(1, 'en')}: that was sealed on 2026-10-22T14:06:00Z.\n"
        "The site gives it no. 2. That this is its place" in said
    )
    assert said.endswith("All 3 checks hold.\n")
    # Who edited: the text stands in the line of the signing.
    code, said = run(kept(proof_of(10, behind=exports.story().behind[10])), "--key", exports.VKEY)
    assert code == 0
    assert f"signature {exports.public_id('mei')} is of 梅若溪 (painter, TW, Lantern" in said
    assert "stands in an earlier line" in said
    # And nothing but a name.
    bare = {"number": 5, "salt": base64.b64encode(exports.salt_of("gone")).decode()}
    named = {"kind": "person", "name": "Winifreda Ashgrove"}
    code, said = run(kept(proof_of(7, behind=bare | {"of": named})), "--key", exports.VKEY)
    assert code == 0
    assert "This proves that Winifreda Ashgrove signed the text" in said


def test_a_proof_of_another_name_does_not_hold(kept: Callable[..., str]) -> None:
    shown = exports.story().behind[4]
    other = {"name": "Somebody Else", "kind": "person"}
    for behind in (shown | {"of": other}, shown | {"salt": "AAAA"}, shown | {"salt": 5}):
        wrong = proof_of(4, behind=behind)
        assert holding(wrong) == {"signed": True, "root": True, "names": False}
        code, said = run(kept(wrong), "--key", exports.VKEY)
        assert code == 1
        assert "DOES NOT HOLD  The details are those that the line seals." in said
        assert "This proves" not in said
    # A line that seals nobody's details proves no name.
    assert holding(proof_of(9, behind=shown))["names"] is False
    assert holding(proof_of(4, behind=shown, leaf=b"e30="))["names"] is False
    for behind in ({"number": 2}, shown | {"of": {"name": "x"}}, shown | {"of": []}):
        with pytest.raises(verify.Unreadable, match="not written as proofs are"):
            verify.check_proof(proof_of(4, behind=behind), expected_key=exports.VKEY)


@pytest.mark.parametrize(
    "how",
    [
        lambda proof: proof.replace(b"\n", b"\r\n"),
        lambda proof: exports.MARK + proof,
        lambda proof: proof[:-1],
        lambda proof: proof + b"\n\n",
    ],
)
def test_a_proof_that_a_program_saved_anew_is_the_same(
    how: Callable[[bytes], bytes], kept: Callable[..., str]
) -> None:
    proof = how(proof_of(4, behind=exports.story().behind[4]))
    assert holding(proof) == {"signed": True, "root": True, "names": True}
    assert verify.main([kept(proof), "--key", exports.VKEY]) == 0


def test_the_command_checks_a_proof(kept: Callable[..., str]) -> None:
    proof = kept(proof_of(4), "id.tlog-proof")
    code, said = run(proof, "--key", exports.VKEY)
    assert code == 0
    assert said.startswith(f"Line 4 of the record {exports.ORIGIN}, 23 lines\n")
    assert exports.story().leaves[4].decode() in said
    assert "It seals the details of its signature without telling them." in said
    assert said.endswith("Both checks hold.\n")
    code, said = run(proof, "--key", exports.VKEY, "--json")
    assert (code, json.loads(said)) == (
        0,
        verify.check_proof(proof_of(4), expected_key=exports.VKEY),
    )
    wrong = kept(proof_of(4, key=exports.OTHER_KEY), "wrong")
    code, said = run(wrong, "--key", exports.VKEY)
    assert code == 1
    assert "DOES NOT HOLD  The checkpoint is signed with the key that you expect." in said
    assert said.endswith("SOMETHING DOES NOT HOLD.\n")


def test_a_proof_is_not_taken_without_a_key_nor_when_it_is_none(kept: Callable[..., str]) -> None:
    def unreadable(*arguments: str, given: bytes = b"") -> str:
        code, said = run(*arguments, "--json", given=given)
        assert code == 2
        return str(json.loads(said)["unreadable"]["code"])

    good = proof_of(4)
    assert unreadable(kept(good)) == "proof_needs_key"
    assert unreadable(kept(good), "--key", "nobody") == "expected_key_not_a_key"
    for malformed in (
        b"c2sp.org/tlog-proof@v1\n",
        good[:60],
        good.replace(b"extra ", b""),
        good.replace(b"index 4", b"index four"),
        good.replace(b"index 4", b"index -4"),
        good.replace(b"\nindex 4", b""),
        good.replace("\u2014".encode(), b"-"),
        good.replace(b"extra ", b"extra \xff"),
    ):
        with pytest.raises(verify.Unreadable, match="not written as proofs are"):
            verify.check_proof(malformed, expected_key=exports.VKEY)
    assert unreadable("-", "--key", exports.VKEY, given=good[:60]) == "proof_malformed"


# --- its parts, against ours and against published vectors ----------------------------------------


def test_its_tree_is_the_tree_of_rfc_6962() -> None:
    tree = verify.Tree()
    hashes: list[bytes] = []
    for number in range(130):
        assert tree.root() == root(hashes)
        tree.add(b"%d" % number)
        hashes.append(leaf_hash(b"%d" % number))


# RFC 8032, 7.1: secret key, message.
ED25519 = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", ""),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82"),
]


@pytest.mark.parametrize(("secret", "message"), ED25519)
def test_it_verifies_ed25519_and_nothing_else(secret: str, message: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    public = key.public_key().public_bytes_raw()
    said = bytes.fromhex(message)
    signature = key.sign(said)
    assert verify._is_signed(public, signature, said)
    assert not verify._is_signed(public, signature, said + b"!")
    assert not verify._is_signed(public[:31], signature, said)
    assert not verify._is_signed(public, signature[:63], said)
    for at in range(64):
        other = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        assert not verify._is_signed(public, other, said)
    # s + L is the same number in the group: only the smaller one counts.
    s = int.from_bytes(signature[32:], "little") + verify._L
    assert not verify._is_signed(public, signature[:32] + s.to_bytes(32, "little"), said)
    # No point has this y, and no y is as large as the field.
    for no_point in (b"\x02" + bytes(31), b"\xff" * 32, b"\x01" + bytes(30) + b"\x80"):
        assert not verify._is_signed(no_point, signature, said)
    assert sha512(said).digest()


def test_it_knows_every_event_that_the_record_has() -> None:
    assert {event.decode() for event in verify._TELLS} == EVENTS
    assert {event.decode() for event in verify._TURNS} == EVENTS - {
        *("publish", "text", "close", "continue")
    }


@pytest.mark.parametrize(
    ("time", "is_one"),
    [
        ("2026-10-22T14:05:00Z", True),
        ("2024-02-29T00:00:00Z", True),
        ("2000-02-29T00:00:00Z", True),
        ("2026-02-29T00:00:00Z", False),
        ("1900-02-29T00:00:00Z", False),
        ("2026-04-31T00:00:00Z", False),
        ("2026-08-31T23:59:59Z", True),
        ("2026-12-31T24:00:00Z", False),
        ("2026-13-01T00:00:00Z", False),
        ("0000-01-01T00:00:00Z", False),
    ],
)
def test_it_knows_a_date(time: str, is_one: bool) -> None:
    assert verify._is_time(time) is is_one


def test_every_problem_can_be_said_with_what_is_given_for_it() -> None:
    given = set(re.findall(r"\{(\w+)\}", " ".join(verify.PROBLEMS.values())))
    assert given <= set(re.findall(r"\b(\w+)=", FILE.read_text()))


# --- the vectors beside docs/record.md ------------------------------------------------------------


def test_the_vectors_are_what_is_checked_here() -> None:
    """Written by `python -m tests.signatures.record.exports`; see docs/record.md."""
    assert {path.name: path.read_bytes() for path in VECTORS.iterdir()} == exports.vectors()
    assert sha256(WHOLE).hexdigest() == sha256(exports.vectors()["export.ndjson"]).hexdigest()


def test_whoever_has_heard_enough_still_gets_the_exit_code(kept: Callable[..., str]) -> None:
    started = subprocess.Popen(
        [sys.executable, "-I", str(FILE), kept(WHOLE)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert started.stdout is not None
    started.stdout.close()
    assert started.stderr is not None
    with started.stderr as said:
        assert said.read() == b""
    assert started.wait() == 0


# Two texts of opposite meaning.


def _two_texts() -> list[bytes]:
    """Three who stand with the first text, three with the second; one of the first edited since,
    one of the second had signed the first."""
    told = exports.Story()
    first, second = exports.hash_of(1, "en"), exports.hash_of(2, "en")

    def sign(who: str, text: str) -> None:
        details = {"name": f"Signer {who}"}
        told.tell("sign", who, level=1, text_sha256=text, details=details)

    told.tell("publish", text_sha256=first)
    for who in ("one", "two", "three"):
        sign(who, first)
    told.tell("text", text_sha256=second)
    # Read the first text, and confirmed when the second stood.
    sign("four", first)
    sign("five", second)
    del told.behind[1]
    told.tell("edit", "one", level=1, details={"name": "Signer Unum"})
    sign("six", second)
    # Signed the second text, too, and so no longer counts for the first.
    del told.behind[2]
    told.tell("edit", "two", level=1, text_sha256=second, details={"name": "Signer two"})
    lines = exports.lines_of(told)
    gone = (b'{"changed":', b'{"correction":')
    lines = [line for line in lines[:-1] if not line.startswith(gone) and b'"ar"' not in line]
    end = {
        "as_of": json.loads(told.leaves[-1])["t"],
        "total": 6,
        "people": 6,
        "organisations": 0,
        "anonymous": 0,
        "levels": {"1": 6, "2": 0, "3": 0, "4": 0},
        "versions": [{"version": 1, "total": 3}, {"version": 2, "total": 3}],
    }
    return [*lines, json.dumps({"end": end}).encode() + b"\n"]


def test_it_adds_up_who_signed_which_text(kept: Callable[..., str]) -> None:
    code, said = run(kept(b"".join(_two_texts())))

    assert code == 0
    assert (
        f"Signed version 1 of the text, in en (SHA-256 {exports.hash_of(1, 'en')[:12]}…): 3\n"
        f"Signed version 2 of the text, in en (SHA-256 {exports.hash_of(2, 'en')[:12]}…): 3\n"
    ) in said


@pytest.mark.parametrize(("first", "second"), [(6, 0), (0, 6), (4, 2), (3, 4), (7, -1)])
def test_it_fails_when_a_count_stands_with_another_text(
    kept: Callable[..., str], first: int, second: int
) -> None:
    whole = b"".join(_two_texts()).replace(
        b'[{"version": 1, "total": 3}, {"version": 2, "total": 3}]',
        json.dumps([{"version": 1, "total": first}, {"version": 2, "total": second}]).encode(),
    )
    code, said = run(kept(whole))

    assert code == 1
    told = [
        f"Who signed version {version} of the text: the site says {claimed}, "
        f"the record gives {real}."
        for version, claimed, real in ((1, first, 3), (2, second, 3))
        if claimed != real
    ]
    assert [sentence for sentence in told if sentence not in said] == []


def test_who_signed_a_text_of_two_versions_may_count_for_either_and_for_no_third() -> None:
    same = b"".join(_two_texts()).replace(
        b'{"end"',
        exports._line({"text": exports._text(2, "en") | {"version": 3}}) + b'{"end"',
    )

    def saying(*totals: int) -> list[tuple[str, str]]:
        claims = [{"version": n, "total": each} for n, each in enumerate(totals, start=1)]
        said = same.replace(
            b'[{"version": 1, "total": 3}, {"version": 2, "total": 3}]', json.dumps(claims).encode()
        )
        return problems(check(said))

    for fair in ((3, 3, 0), (3, 2, 1), (3, 0, 3)):
        assert saying(*fair) == []
    for wrong in ((4, 2, 0), (2, 4, 0), (3, 3, 1), (3, 0, 0)):
        assert saying(*wrong) == [("counts", "version_differs")]
    assert saying(3, 4, -1) == [("counts", "version_out_of_range")]


# What a small file can make of itself.


BOMBS = {
    "texts": b'{"text":{"sha256":""}}\n' * 400_000,
    "changes": b"".join(b'{"changed":"%d%s"}\n' % (n, b"x" * 1_900_000) for n in range(60)),
    "a line": b'{"text":' + b"[" * 1_990_000 + b"}\n",
    "a line without end": b"x" * 30_000_000,
    "blank lines": b"\n" * 3_000_000,
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_small_file_that_grows_takes_little_memory(kind: str) -> None:
    packed = gzip.compress(b"".join(LINES[:-1]) + BOMBS[kind] + LINES[-1])
    code, said, most = _run_within(packed, most=150_000_000)
    assert (code, most) == (0 if kind == "changes" else 2, True), said


def test_what_needs_more_memory_than_there_is_could_not_be_read() -> None:
    leaf = '{"n":%d,"t":"2026-10-22T14:05:00Z","e":"remove","s":"%022d"}\n'
    many = "".join(leaf % (n, n) for n in range(300_000)).encode()
    code, said, _most = _run_within(gzip.compress(LINES[0] + many), most=60_000_000)
    assert (code, said) == (2, "Not readable: It takes more memory than there is.\n")


def _run_within(data: bytes, *, most: int) -> tuple[int, str, bool]:
    """With this much memory beyond what the interpreter takes; whether it was enough to answer."""
    limited = (
        "import resource, runpy, sys\n"
        "taken = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        f"resource.setrlimit(resource.RLIMIT_AS, (taken + {most},) * 2)\n"
        f"sys.argv = ['verify.py', '-']\n"
        f"runpy.run_path({str(FILE)!r}, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", limited],
        input=data,
        capture_output=True,
        check=False,
        timeout=120,
    )
    said = done.stdout.decode()
    return done.returncode, said or done.stderr.decode(), "memory" not in said
