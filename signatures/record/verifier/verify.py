#!/usr/bin/env python3
"""Checks the record of an open letter, trusting nobody: not even the site that it came from.

    python3 verify.py export.ndjson
    python3 verify.py export.ndjson --key KEY --earlier checkpoint.txt
    curl --compressed https://SITE/letters/LETTER/record/export | python3 verify.py -

It needs Python 3.9 or newer and nothing else, and asks no network. For each check it says in
words whether it holds. It ends with 0 if everything holds, 1 if something does not, and 2 if it
could not read the file.

KEY is the key that you expect, as the letter's page and e-mails show it: take it from somewhere
else than the export. An earlier checkpoint is what you kept from before, or found in an e-mail or
a snapshot; give as many as you have. The format is described in docs/record.md of Undersigned.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import io
import json
import os
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

FORMAT = "undersigned-record-v1"
MAX_LINE = 2_000_000
MAX_NOTE = 100_000
PROBLEMS_TOLD = 5
LEVELS = ("1", "2", "3", "4")

CHECKS = {
    "signed": "The checkpoint is signed with the key of the record.",
    "key": "That key is the one you expect.",
    "size": "Every line of the record is there.",
    "order": "The lines are in order, none missing and none twice.",
    "root": "The lines are the very ones that the checkpoint seals.",
    "dates": "No date runs backwards.",
    "texts": "The texts are those that were published and signed.",
    "events": "What happened could happen in this order.",
    "names": "Every name that is shown is as it was signed.",
    "numbers": "Every number is the place among all signings.",
    "shown": "Every signature that counts is shown, or is said to be not shown and why.",
    "counts": "The counts are those of the record.",
    "corrections": "The corrections tell of everything that left or came back.",
    "earlier": "Nothing before the earlier checkpoint was changed.",
}
PROBLEMS = {
    "signature_wrong": "The checkpoint was altered, or somebody else signed it.",
    "signature_missing": "The checkpoint has no signature by this key.",
    "key_of_other_record": "The key is of the record {key}, the checkpoint of {origin}.",
    "key_malformed": "The key that the export names is not one.",
    "other_key": "The export names another key: {key}",
    "lines_missing": "The checkpoint seals {size} lines, and {found} are there.",
    "lines_too_many": "The checkpoint seals {size} lines, and {found} are there.",
    "out_of_order": "Where line {expected} of the record should be, there is {found}.",
    "other_root": "At least one line was changed, added or taken out.",
    "date_back": "Line {n} of the record is dated {date}, before the line ahead of it.",
    "not_a_date": "Line {n} of the record is dated {date}, which is no date.",
    "as_of_differs": "The counts are dated {found}, the last line {expected}.",
    "text_altered": "Version {version} in {language} is not the text that its hash is of.",
    "text_missing": "Line {n} of the record tells of a text that is not in the export.",
    "text_unknown": "Version {version} in {language} was never published in the record.",
    "text_not_published": "Line {n} of the record signs a text that was not published before.",
    "leaf_malformed": "Line {n} of the record is not written as lines are.",
    "leaf_incomplete": "Line {n} of the record ({event}) lacks what such a line tells.",
    "out_of_turn": "Line {n} of the record ({event}) cannot follow: before it, this was {state}.",
    "details_differ": "Number {number} is shown with details that were not signed.",
    "details_unfit": "Number {number} is shown with details that cannot be checked.",
    "details_astray": "Line {line} of the export shows somebody, but follows no line that signs.",
    "details_outdated": "Number {number} is shown as it was before a later change.",
    "not_standing": "Number {number} is shown, but the record says {state}.",
    "number_differs": "Number {number} is shown where the record gives {expected}.",
    "unexplained": "Number {number} counts, but is not shown, and it is not said why.",
    "count_differs": "{what}: the site says {said}, the record gives {found}.",
    "count_out_of_range": "{what}: the site says {said}, the record gives {found} to {most}.",
    "correction_astray": "The correction of line {n} is not what the record has there.",
    "correction_missing": "Line {n} of the record ({event}) has no correction that tells of it.",
    "earlier_not_signed": "The checkpoint of size {size} is not signed by this key.",
    "earlier_of_other_record": "The checkpoint of size {size} is of another record: {origin}",
    "earlier_longer": "The record had {size} lines before and has {found} now.",
    "earlier_other_root": "One of the first {size} lines was changed, added or taken out since.",
}
UNREADABLE = {
    "no_file": "The file cannot be opened.",
    "empty": "There is nothing in it.",
    "not_an_export": "This is not the export of a record.",
    "other_format": "This is an export in another format than {format}: get a newer verifier.",
    "no_checkpoint": "What stands as the checkpoint is not one.",
    "line_too_long": "Line {line} is longer than any line of an export.",
    "not_text": "Line {line} is not text in UTF-8.",
    "not_json": "Line {line} is not JSON.",
    "not_a_line": "Line {line} is not a line of an export.",
    "after_the_end": "There is more after the end, in line {line}.",
    "breaks_off": "The file breaks off after line {line}: download it again.",
    "compressed_badly": "The file is compressed, and damaged.",
    "earlier_not_a_checkpoint": "The earlier checkpoint is not one.",
    "expected_key_not_a_key": "The key that you expect is not written as keys are.",
}

_LEAF = re.compile(
    rb'\{"n":(0|[1-9][0-9]{0,18}),"t":"([0-9-]{10}T[0-9:]{8}Z)","e":"([a-z]{1,10})"'
    rb'(?:,"s":"([A-Za-z0-9_-]{22})")?(?:,"v":([0-4]))?'
    rb'(?:,"x":"([0-9a-f]{64})")?(?:,"c":"([0-9a-f]{64})")?\}'
)
_TIME = re.compile(
    r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII
)
_KEY_NAME = re.compile(r"[^\s+\x00-\x1f\x7f\ud800-\udfff]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_FIELDS = frozenset({"name", "profession", "country", "credit", "affiliation", "kind", "language"})
_COMMIT = b"undersigned-commit-v1\x00"

# What each event of a signature may follow, and what it leads to.
_TURNS = {
    b"sign": (("nothing",), "live"),
    b"verify": (("live",), "live"),
    b"edit": (("live",), "live"),
    b"withdraw": (("live", "removed"), "withdrawn"),
    b"remove": (("live",), "removed"),
    b"restore": (("removed",), "live"),
    b"erase": (("live", "withdrawn", "removed"), "erased"),
}
# Which of s, v, x, c each event must tell.
_TELLS = {
    b"publish": "x",
    b"text": "x",
    b"close": "",
    b"sign": "svxc",
    b"verify": "sv",
    b"edit": "svc",
    b"withdraw": "s",
    b"remove": "s",
    b"restore": "sv",
    b"erase": "s",
}


class Unreadable(Exception):
    """The input is not what it should be; nothing was checked to the end."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(UNREADABLE[code].format(**values))
        self.code, self.values = code, values


class Tree:
    """The Merkle tree of RFC 6962 over leaves that come one by one; keeps a hash for each level."""

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        node = hashlib.sha256(b"\x00" + leaf).digest()
        size = self.size
        while size & 1:
            node = hashlib.sha256(b"\x01" + self._complete.pop() + node).digest()
            size >>= 1
        self._complete.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self._complete:
            return hashlib.sha256(b"").digest()
        node = self._complete[-1]
        for left in reversed(self._complete[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node


class Note:
    """A checkpoint as a signed note: what it says, and who claims to have signed it."""

    def __init__(self, note: str) -> None:
        text, blank, block = note.rpartition("\n\n")
        lines = text.split("\n")
        if len(note) > MAX_NOTE or not blank or not block.endswith("\n") or len(lines) < 3:
            raise ValueError
        self.text, self.origin = text + "\n", lines[0]
        if not _SIZE.fullmatch(lines[1]) or not _KEY_NAME.fullmatch(self.origin):
            raise ValueError
        self.size, self.root = int(lines[1]), _base64(lines[2])
        self.signatures = []
        for line in block[:-1].split("\n"):
            dash, name, encoded = [*line.split(" "), "", ""][:3]
            if dash != "\u2014":
                raise ValueError
            self.signatures.append((name, _base64(encoded)))
        if len(self.root) != 32:
            raise ValueError

    def problem(self, key: Key) -> str:
        """Why this key does not vouch for the checkpoint; empty if it does."""
        ours = [
            signature[4:]
            for name, signature in self.signatures
            if name == key.name and signature[:4] == key.id
        ]
        if not ours:
            return "signature_missing"
        if not all(_is_signed(key.public, each, self.text.encode()) for each in ours):
            return "signature_wrong"
        return ""


class Key:
    """A verifier key: name, id and Ed25519 public key, as in c2sp.org/signed-note."""

    def __init__(self, vkey: str) -> None:
        self.name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _base64(encoded)
        self.public = key[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + key).digest()[:4]
        if len(key) != 33 or key[0] != 1 or self.id.hex() != key_id:
            raise ValueError
        if not _KEY_NAME.fullmatch(self.name):
            raise ValueError


class Standing:
    """What the record says of one signature so far, and what the export shows of it."""

    __slots__ = ("commitment", "kind", "level", "number", "opened", "state")

    def __init__(self, number: int) -> None:
        self.number, self.state, self.level = number, "nothing", 0
        # The commitment in force, the one that what is shown opens, and what that says they are.
        self.commitment, self.opened, self.kind = b"", b"", ""


class Check:
    """One reading of one export, line by line."""

    def __init__(self, *, expected_key: str = "", earlier: list[str] | None = None) -> None:
        self.problems: dict[str, list[dict[str, Any]]] = {}
        self.left_out: Counter[str] = Counter()
        self.facts: dict[str, Any] = {}
        self.expected_key = expected_key
        if expected_key:
            _attempt(Key, expected_key, "expected_key_not_a_key")
        self.earlier = [_attempt(Note, each, "earlier_not_a_checkpoint") for each in earlier or ()]
        self.tree = Tree()
        self.line = self.expected = self.signings = 0
        self.time = ""
        self.signatures: dict[bytes, Standing] = {}
        self.changed: set[bytes] = set()
        self.texts: dict[bytes, tuple[object, object]] = {}
        self.published: dict[bytes, int] = {}
        # Leaves that a correction may tell of, by index: rare, compared with those that sign.
        self.told: dict[int, tuple[str, int | None]] = {}
        self.corrected: set[int] = set()
        self.committing: Standing | None = None
        self.ended = self.closed = False
        self.past_roots: dict[int, bytes] = {}

    # --- reading --------------------------------------------------------------------------------

    def read(self, lines: Iterator[bytes]) -> None:
        self._header(next(lines, b""))
        sizes = {each.size for each in self.earlier}
        if 0 in sizes:
            self.past_roots[0] = self.tree.root()
        for self.line, line in enumerate(lines, start=2):
            if self.ended:
                raise Unreadable("after_the_end", line=self.line)
            if line.startswith(b'{"n":'):
                leaf = line[:-1]
                self.tree.add(leaf)
                if self.tree.size in sizes:
                    self.past_roots[self.tree.size] = self.tree.root()
                self._leaf(leaf)
            else:
                self._other(_json(line, self.line))
        if not self.ended:
            raise Unreadable("breaks_off", line=max(self.line, 1))

    def _header(self, line: bytes) -> None:
        if not line:
            raise Unreadable("empty")
        try:
            header = _json(line, 1)
        except Unreadable:
            raise Unreadable("not_an_export") from None
        if not isinstance(header.get("format"), str):
            raise Unreadable("not_an_export")
        if header["format"] != FORMAT:
            raise Unreadable("other_format", format=FORMAT)
        self.note: Note = _attempt(Note, header.get("checkpoint"), "no_checkpoint")
        self.key = str(header.get("key"))
        self.url = header.get("url")

    def _leaf(self, leaf: bytes) -> None:
        self.committing = None
        found = _LEAF.fullmatch(leaf)
        if not found:
            self._problem("events", "leaf_malformed", n=self.expected)
            self.expected += 1
            return
        index, time, event, signature, level, text, commitment = found.groups()
        n = int(index)
        if n != self.expected:
            self._problem("order", "out_of_order", expected=self.expected, found=n)
        self.expected = n + 1
        self._date(n, time.decode())
        tells = _TELLS.get(event)
        if tells is None:
            self._problem("events", "leaf_malformed", n=n)
            return
        told = {"s": signature, "v": level, "x": text, "c": commitment}
        if any(told[part] is None for part in tells):
            self._problem("events", "leaf_incomplete", n=n, event=event.decode())
            return
        if signature:
            self._signature(n, event, signature, level, text, commitment)
        else:
            self._letter(n, event, text)

    def _date(self, n: int, time: str) -> None:
        if time == self.time:
            return
        if not _is_time(time):
            self._problem("dates", "not_a_date", n=n, date=time)
        elif time < self.time:
            self._problem("dates", "date_back", n=n, date=time)
        self.time = time

    def _letter(self, n: int, event: bytes, text: bytes | None) -> None:
        state = "closed" if self.closed else "open" if self.published else "nothing"
        turns = {b"publish": ("nothing",), b"text": ("open",), b"close": ("open",)}
        if state not in turns.get(event, ()):
            self._problem("events", "out_of_turn", n=n, event=event.decode(), state=state)
        self.told[n] = (event.decode(), None)
        self.closed = self.closed or event == b"close"
        if text:
            self.published.setdefault(text, n)

    def _signature(
        self,
        n: int,
        event: bytes,
        signature: bytes,
        level: bytes | None,
        text: bytes | None,
        commitment: bytes | None,
    ) -> None:
        turn = _TURNS.get(event)
        if turn is None:
            self._problem("events", "leaf_malformed", n=n)
            return
        standing = self.signatures.get(signature)
        if event == b"sign":
            self.signings += 1
        if standing is None:
            standing = self.signatures[signature] = Standing(self.signings)
        before, after = turn
        if standing.state not in before:
            self._problem("events", "out_of_turn", n=n, event=event.decode(), state=standing.state)
        standing.state = after
        if level:
            standing.level = int(level)
        if text and text not in self.published:
            self._problem("texts", "text_not_published", n=n)
        if commitment:
            standing.commitment = commitment
            self.committing = standing
        if event not in (b"sign", b"verify", b"edit"):
            self.told[n] = (event.decode(), standing.number)

    def _other(self, line: dict[str, Any]) -> None:
        if "number" in line:
            self._details(line)
        elif line.get("anonymous") is True:
            if self.committing is None:
                self._problem("names", "details_astray", line=self.line)
            else:
                self.committing.opened, self.committing.kind = self.committing.commitment, "?"
        elif isinstance(line.get("changed"), str):
            self.changed.add(line["changed"].encode(errors="replace"))
        elif isinstance(line.get("text"), dict):
            self._text(line["text"])
        elif isinstance(line.get("correction"), dict):
            self._correction(line["correction"])
        elif isinstance(line.get("end"), dict):
            self.ended = True
            self.said = line["end"]
        else:
            raise Unreadable("not_a_line", line=self.line)

    def _details(self, line: dict[str, Any]) -> None:
        number, details, standing = line["number"], line.get("of"), self.committing
        if standing is None:
            self._problem("names", "details_astray", line=self.line)
            return
        if number != standing.number or isinstance(number, bool):
            self._problem("numbers", "number_differs", number=number, expected=standing.number)
        if (
            not isinstance(details, dict)
            or not details.keys() <= _FIELDS
            or not all(isinstance(value, str) and value for value in details.values())
            or "name" not in details
            or details.get("kind") not in ("person", "organisation")
        ):
            self._problem("names", "details_unfit", number=number)
            standing.opened, standing.kind = standing.commitment, "person"
            return
        try:
            salt = _base64(line.get("salt"))
        except ValueError:
            salt = b""
        record = _ENCODER.encode(details).encode("ascii")
        made = hashlib.sha256(_COMMIT + salt + record).hexdigest().encode()
        if len(salt) != 32 or made != standing.commitment:
            self._problem("names", "details_differ", number=number)
        # Also when it differs: then that is what is wrong, and not that nothing is shown.
        standing.opened, standing.kind = standing.commitment, details["kind"]

    def _text(self, text: dict[str, Any]) -> None:
        sha256, source = text.get("sha256"), text.get("source")
        about = {"version": text.get("version"), "language": text.get("language")}
        try:
            made = hashlib.sha256(source.encode()).hexdigest() if isinstance(source, str) else ""
        except UnicodeEncodeError:
            made = ""
        if not made or made != sha256:
            self._problem("texts", "text_altered", **about)
        if isinstance(sha256, str):
            found = (about["version"], about["language"])
            self.texts[sha256.encode(errors="replace")] = found

    def _correction(self, correction: dict[str, Any]) -> None:
        n: Any = correction.get("n")
        event, number = self.told.get(n, ("", None)) if isinstance(n, int) else ("", None)
        # Whoever signed anew since, or was erased, is told of without the number.
        fits = event and correction.get("number") in (None, number)
        if not fits or correction.get("event") != event:
            self._problem("corrections", "correction_astray", n=n)
        else:
            self.corrected.add(n)

    # --- at the end -----------------------------------------------------------------------------

    def finish(self) -> None:
        self._signing()
        self._tree()
        self._texts()
        for n, (event, number) in self.told.items():
            # Of the letter's own lines only later texts correct anything.
            if number is not None and n not in self.corrected:
                self._problem("corrections", "correction_missing", n=n, event=event)
        self._counts(self._live())
        if self.said.get("as_of") != self.time:
            self._problem(
                "dates", "as_of_differs", found=self.said.get("as_of"), expected=self.time
            )
        for each in self.earlier:
            self._earlier(each)
        states = Counter(each.state for each in self.signatures.values())
        self.facts |= {
            "url": self.url,
            "origin": self.note.origin,
            "key": self.key,
            "size": self.note.size,
            "root": base64.b64encode(self.note.root).decode(),
            "as_of": self.time,
            "signings": self.signings,
            **{state: states[state] for state in ("withdrawn", "removed", "erased")},
        }

    def _signing(self) -> None:
        try:
            key = Key(self.key)
        except ValueError:
            self._problem("signed", "key_malformed")
            return
        if self.expected_key and self.expected_key != self.key:
            self._problem("key", "other_key", key=self.key)
        if problem := self.note.problem(key):
            self._problem("signed", problem)
        if key.name != self.note.origin:
            self._problem("signed", "key_of_other_record", key=key.name, origin=self.note.origin)

    def _tree(self) -> None:
        found, size = self.tree.size, self.note.size
        if found != size:
            code = "lines_missing" if found < size else "lines_too_many"
            self._problem("size", code, size=size, found=found)
        if self.tree.root() != self.note.root:
            self._problem("root", "other_root")

    def _texts(self) -> None:
        for sha256, n in self.published.items():
            if sha256 not in self.texts:
                self._problem("texts", "text_missing", n=n)
        for sha256, (version, language) in self.texts.items():
            if sha256 not in self.published:
                self._problem("texts", "text_unknown", version=version, language=language)

    def _live(self) -> Counter[str]:
        """What counts, by kind and by level."""
        counts: Counter[str] = Counter()
        for public_id, each in self.signatures.items():
            if each.state != "live":
                if each.kind in ("person", "organisation"):
                    self._problem("names", "not_standing", number=each.number, state=each.state)
                continue
            counts["total"] += 1
            counts[str(each.level)] += 1
            is_current = each.opened == each.commitment
            if is_current and each.kind:
                counts[{"person": "shown", "?": "anonymous"}.get(each.kind, each.kind)] += 1
            elif public_id in self.changed:
                counts["changed"] += 1
            elif each.kind in ("person", "organisation"):
                self._problem("names", "details_outdated", number=each.number)
                counts["changed"] += 1
            else:
                self._problem("shown", "unexplained", number=each.number)
                counts["changed"] += 1
        return counts

    def _counts(self, found: Counter[str]) -> None:
        total, unknown = found["total"], found["changed"]
        organisations, anonymous = found["organisation"], found["anonymous"]
        levels = self.said.get("levels")
        self._compare("total", self.said.get("total"), total)
        self._compare("organisations", self.said.get("organisations"), organisations, unknown)
        # What changed since may have been either; what is no organisation is a person.
        people = total - organisations - unknown
        self._compare("people", self.said.get("people"), people, unknown)
        self._compare("anonymous", self.said.get("anonymous"), anonymous, unknown)
        parts = [self.said.get("people"), self.said.get("organisations")]
        if all(type(part) is int for part in parts) and sum(parts) != self.said.get("total"):
            self._compare("people + organisations", sum(parts), total)
        for level in LEVELS:
            said = levels.get(level) if isinstance(levels, dict) else None
            self._compare(f"level {level}", said, found[level])
        self.facts = {
            "total": total,
            "organisations": organisations,
            "people": people,
            "anonymous": anonymous,
            "changed": unknown,
            "levels": {level: found[level] for level in LEVELS},
        }

    def _compare(self, what: str, said: object, found: int, unknown: int = 0) -> None:
        if type(said) is int and found <= said <= found + unknown:
            return
        if unknown:
            most = found + unknown
            self._problem(
                "counts", "count_out_of_range", what=what, said=said, found=found, most=most
            )
        else:
            self._problem("counts", "count_differs", what=what, said=said, found=found)

    def _earlier(self, note: Note) -> None:
        try:
            key = Key(self.expected_key or self.key)
        except ValueError:
            return  # Told already.
        if note.origin != self.note.origin:
            self._problem("earlier", "earlier_of_other_record", size=note.size, origin=note.origin)
        elif note.problem(key):
            self._problem("earlier", "earlier_not_signed", size=note.size)
        elif note.size > self.tree.size:
            self._problem("earlier", "earlier_longer", size=note.size, found=self.tree.size)
        elif self.past_roots[note.size] != note.root:
            self._problem("earlier", "earlier_other_root", size=note.size)

    # --- telling --------------------------------------------------------------------------------

    def _problem(self, check: str, code: str, **values: object) -> None:
        told = self.problems.setdefault(check, [])
        if len(told) < PROBLEMS_TOLD:
            told.append({"code": code, **{name: _tame(each) for name, each in values.items()}})
        else:
            self.left_out[check] += 1

    @property
    def holds(self) -> bool:
        return not self.problems

    def report(self) -> dict[str, Any]:
        unasked = {
            name
            for name, asked in (("key", self.expected_key), ("earlier", self.earlier))
            if not asked
        }
        return {
            "holds": self.holds,
            "checks": [
                {
                    "check": name,
                    "holds": name not in self.problems,
                    "problems": self.problems.get(name, []),
                    "more": self.left_out[name],
                }
                for name in CHECKS
                if name not in unasked
            ],
            "facts": self.facts,
        }


def check(
    lines: Iterator[bytes], *, expected_key: str = "", earlier: list[str] | None = None
) -> Check:
    """Read an export to its end. Raises Unreadable."""
    checking = Check(expected_key=expected_key, earlier=earlier)
    checking.read(lines)
    checking.finish()
    return checking


def lines_of(file: io.BufferedReader[Any]) -> Iterator[bytes]:
    """Whole lines; the file may be compressed by gzip."""
    is_gzip = file.peek(2)[:2] == b"\x1f\x8b"
    source: Any = gzip.GzipFile(fileobj=file) if is_gzip else file
    number = 0
    while True:
        try:
            line = source.readline(MAX_LINE + 1)
        except (OSError, EOFError, zlib.error):
            raise Unreadable("compressed_badly" if is_gzip else "no_file") from None
        if not line:
            return
        number += 1
        if len(line) > MAX_LINE:
            raise Unreadable("line_too_long", line=number)
        if not line.endswith(b"\n"):
            if number == 1:
                raise Unreadable("not_an_export")
            raise Unreadable("breaks_off", line=number - 1)
        yield line


def in_words(checking: Check) -> str:
    report = checking.report()
    facts = report["facts"]
    said = [f"The record {_tame(facts['origin'])}, {facts['size']} lines, as of {facts['as_of']}"]
    said.append("")
    for each in report["checks"]:
        verdict = "holds" if each["holds"] else "DOES NOT HOLD"
        said.append(f"{verdict:15}{CHECKS[each['check']]}")
        said += [f"{'':15}{_sentence(problem)}" for problem in each["problems"]]
        if each["more"]:
            said.append(f"{'':15}And {each['more']} more like this.")
    said.append("")
    levels = ", ".join(f"{facts['levels'][level]} at level {level}" for level in LEVELS)
    said += [
        f"Signatures that count: {facts['total']} ({levels})",
        f"Counted without being shown, by their own choice: {facts['anonymous']}",
        f"Changed since this checkpoint, so not shown before the next: {facts['changed']}",
        f"Signed in all: {facts['signings']}; withdrew: {facts['withdrawn']}; "
        f"removed by the organizers: {facts['removed']}; erased: {facts['erased']}",
    ]
    if not checking.expected_key:
        said.append(f"Compare this key with one from elsewhere (--key): {_tame(facts['key'])}")
    if not checking.earlier:
        said.append(
            "Whether the past was rewritten, only an earlier checkpoint can show (--earlier)."
        )
    said += ["", "Everything holds." if report["holds"] else "SOMETHING DOES NOT HOLD."]
    return "\n".join(said)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Checks the record of an open letter.",
        epilog="Ends with 0 if all holds, 1 if something does not, 2 if it could not be read.",
    )
    parser.add_argument("export", help="the export, or - for standard input")
    parser.add_argument("--key", default="", help="the key that you expect")
    parser.add_argument(
        "--earlier",
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint that you kept; may be given more than once",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON, for scripts")
    asked = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        earlier = [_read_note(path) for path in asked.earlier]
        with _open(asked.export) as file:
            checking = check(lines_of(file), expected_key=asked.key, earlier=earlier)
    except Unreadable as problem:
        told = {"holds": None, "unreadable": {"code": problem.code, **problem.values}}
        _say(json.dumps(told) if asked.json else f"Not readable: {problem}")
        return 2
    _say(json.dumps(checking.report()) if asked.json else in_words(checking))
    return 0 if checking.holds else 1


def _say(words: str) -> None:
    """Whoever reads may have heard enough, as `head` has: the exit code still tells."""
    try:
        print(words, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open(path: str) -> Any:
    if path == "-":
        return sys.stdin.buffer
    try:
        return open(path, "rb")
    except (OSError, ValueError):
        raise Unreadable("no_file") from None


def _read_note(path: str) -> str:
    with _open(path) as file:
        try:
            note: bytes = file.read(MAX_NOTE + 1)
            return note.decode()
        except (OSError, UnicodeDecodeError):
            raise Unreadable("earlier_not_a_checkpoint") from None


def _attempt(make: Any, value: object, code: str) -> Any:
    try:
        if not isinstance(value, str):
            raise ValueError
        return make(value)
    except ValueError:
        raise Unreadable(code) from None


def _refuse(_token: str) -> NoReturn:
    raise ValueError


def _whole(digits: str) -> int:
    """Numbers of an export are counts; longer ones would take long to read."""
    if len(digits) > 19:
        raise ValueError
    return int(digits)


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_refuse, parse_constant=_refuse)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def _json(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = _DECODER.decode(line.decode())
    except UnicodeDecodeError:
        raise Unreadable("not_text", line=number) from None
    except (ValueError, RecursionError):
        raise Unreadable("not_json", line=number) from None
    if not isinstance(found, dict):
        raise Unreadable("not_a_line", line=number)
    return found


def _base64(text: object) -> bytes:
    """Standard base64 in its one spelling; ValueError for anything else."""
    if not isinstance(text, str):
        raise ValueError
    data = base64.b64decode(text.encode("ascii", "replace"), validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError
    return data


def _is_time(time: str) -> bool:
    found = _TIME.fullmatch(time)
    if not found:
        return False
    year, month, day = (int(part) for part in found.groups()[:3])
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = 29 if month == 2 and is_leap else 28 if month == 2 else 30 + (month + month // 8) % 2
    return year > 0 and day <= days


def _tame(value: object) -> Any:
    """What a file says, made safe to print: it may be hostile."""
    if value is None or type(value) is int:
        return value
    text = value if isinstance(value, str) else "?"
    return "".join(each if each.isprintable() else "?" for each in text[:200])


def _sentence(problem: dict[str, Any]) -> str:
    values = {name: value for name, value in problem.items() if name != "code"}
    sentence: str = PROBLEMS[problem["code"]]
    return sentence.format(**values)


# --- Ed25519, only to verify (RFC 8032, 5.1.7), in the extended coordinates of 5.1.4 -------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)


def _is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _decompress(public), _decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % _L
    left, right = _times(s, _BASE), _added(r, _times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % _P == 0


def _decompress(encoded: bytes) -> tuple[int, int, int, int] | None:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    x2 = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(x2, (_P + 3) // 8, _P)
    if (x * x - x2) % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if (x * x - x2) % _P or (not x and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _added(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    result = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = _added(result, point)
        point = _added(point, point)
        factor >>= 1
    return result


# Its y is 4/5, its x even. There is such a point, so nothing else is ever taken.
_BASE = _decompress((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)

if __name__ == "__main__":
    sys.exit(main())
