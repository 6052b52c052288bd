#!/usr/bin/env python3
"""Checks the record of an open letter, trusting nobody: not even the site that it came from.

    python3 verify.py export.ndjson
    python3 verify.py export.ndjson --key KEY --earlier checkpoint.txt
    curl --compressed https://SITE/letters/LETTER/record/export | python3 verify.py -
    python3 verify.py export.ndjson --log log.tlog-proof --witness-key KEY
    python3 verify.py --key KEY ID.tlog-proof
    python3 verify.py export.ndjson --audit audit.json --witness-key KEY

It needs Python 3.9 or newer and nothing else, and makes no network requests. For each check it says
in words whether it holds, or that it was not made. It ends with 0 if all that were made hold, 1 if
one does not, and 2 if it could not read the file.

KEY is the key that you expect, as the record page of the letter shows it: take it from somewhere
else than the export. An earlier checkpoint is what you kept from before, or copied from an e-mail
or a snapshot, from its first line to its last; give as many as you have. The log is the site's own,
over all of its letters, which witnesses sign: its proof, from LETTER/record/log-proof?size=LINES,
shows that others are shown the same record. Take a witness's key from the witness. A tlog-proof is
otherwise about a single signature, from its page. An audit is one by sample, from the page of the
letter's audits: who was drawn is computed anew. The format is described in docs/record.md of
Undersigned.
"""

from __future__ import annotations

import argparse
import base64
import calendar
import gzip
import hashlib
import io
import json
import os
import re
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

FORMAT = "undersigned-record-v1"
# Of records that go on from a lost one.
FORMAT_CONTINUED = "undersigned-record-v2"
MAX_LINE = 2_000_000
MAX_NOTE = 100_000
MAX_TEXTS = 1000
# Signatures that an export may leave out because they changed since its checkpoint: so many, or one
# in so many if that is more. Between two checkpoints lie seconds.
MOST_CHANGED = 5
CHANGED_ONE_IN = 20
PROBLEMS_TOLD = 5
NUMBERS_TOLD = 5
PROOF = "c2sp.org/tlog-proof@v1"
LEVELS = {
    "1": "confirmed by e-mail",
    "2": "showed control of a site or account, or are vouched for",
    "3": "vetted by the organizers",
    "4": "confirmed by a union’s list or the organizers’ call",
}

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
    "log": "The site’s log has this very record.",
    "witnesses": "The witnesses that you trust have signed that log.",
}
# What of an export nothing above can vouch for.
NOT_SEALED = (
    "Not sealed, so not checked: what is told of proofs beyond their level, the reason and the "
    "name in a correction, the address of the letter’s page, and, of every text but the first, "
    "which version it is and whether it is the authoritative one."
)
# What is said when nothing fails: the finding, how much of it was checked, and what was not.
NOTHING_WRONG = (
    "Nothing wrong was found: text, names, order and count ({total}) are those of the sealed "
    "record."
)
# By how many checks were not made.
SUMMARIES = {
    "0": "All 16 checks hold.",
    "1": "15 checks hold; 1 was not made:",
    "2": "14 checks hold; 2 were not made:",
    "3": "13 checks hold; 3 were not made:",
    "4": "12 checks hold; 4 were not made:",
}
NOT_MADE = {
    "key": "Give the key that you expect, to learn whether it signed this record.",
    "earlier": "Give an earlier checkpoint, to learn whether the past was rewritten.",
    "log": "Give the proof from the site’s log, to learn whether others are shown the same record.",
    "witnesses": "Give that proof and the key of a witness, to learn whether somebody besides the "
    "site has seen that log.",
}
PROOF_CHECKS = {
    "signed": "The checkpoint is signed with the key that you expect.",
    "root": "The line is one of those that the checkpoint seals.",
    "names": "The details are those that the line seals.",
}
# Of an audit by sample.
AUDIT = "undersigned-audit-v1"
AUDIT_CHECKS = {
    "announced": "The site’s log has told of the announcement, as it is.",
    "checkpoint": "The checkpoint that drew is one of this record.",
    "later": "It is the first that came ten minutes after that, or later.",
    "drawn": "Those drawn are the very ones that checkpoint and secret lead to.",
}
# From the line of the log to the draw; and how long a record is silent until its last line draws.
AUDIT_SECONDS = 600
QUIET_SECONDS = 86400
AUDIT_PROBLEMS = {
    "not_in_log": "The line of the log is not of this announcement.",
    "other_letter": "The announcement is of another record: {origin}",
    "log_not_signed": "The checkpoint of the log {origin} was altered, or somebody else signed it.",
    "log_key_of_other": "The proof is of the log {origin}, the key that you expect of {key}.",
    "log_line_not_sealed": "The log’s line is not one of those that its checkpoint seals.",
    "witness_missing": "{name} has not signed this checkpoint of the log.",
    "witness_wrong": "The signature of {name} is not of this checkpoint of the log.",
    "not_signed": "The checkpoint that drew was altered, or somebody else signed it.",
    "not_of_record": "The checkpoint that drew is of another record, or the past was rewritten.",
    "export_older": "The export has {found} lines, and the checkpoint that drew {size}: get a "
    "newer export.",
    "too_early": "The checkpoint that drew is dated {date}, and the log told of the announcement "
    "on {told}.",
    "not_first": "Line {n} of the record came before the checkpoint that drew, and late enough: "
    "another checkpoint should have drawn.",
    "not_quiet": "An old checkpoint drew as if the record had been silent for a day, and line {n} "
    "is dated {date}.",
    "other_secret": "The secret is not the one whose hash was announced.",
    "other_population": "{said} are said to have counted then, and the record gives {found}.",
    "other_numbers": "Others were drawn than are told: {found} of {size} are the same.",
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
    "text_twice": "Version {version} in {language} is there twice.",
    "first_text_differs": "Line {n} of the record publishes the first text, which the export does "
    "not call version 1 and authoritative.",
    "text_not_published": "Line {n} of the record signs a text that was not published before.",
    "leaf_malformed": "Line {n} of the record is not written as lines are.",
    "leaf_incomplete": "Line {n} of the record ({event}) lacks what such a line tells.",
    "leaf_excess": "Line {n} of the record ({event}) tells what such a line must not.",
    "signed_above": "Line {n} of the record signs at level {level}: every signature begins at 1.",
    "out_of_turn": "Line {n} of the record ({event}) cannot follow: before it, this was {state}.",
    "details_differ": "Signature no. {number} is shown with details that were not signed.",
    "details_unfit": "Signature no. {number} is shown with details that cannot be checked.",
    "details_astray": "Line {line} of the export shows somebody, but is not directly behind a line "
    "that signs.",
    "details_outdated": "Signature no. {number} is shown as it was before a later change.",
    "not_standing": "Signature no. {number} is shown, but the record says {state}.",
    "proof_above_level": "Signature no. {number} is shown with a proof for level {proof}, and the "
    "record gives it level {level}.",
    "number_differs": "Signature no. {number} is shown where the record gives {expected}.",
    "unexplained": "Signature no. {number} counts, but is not shown, and it is not said why.",
    "too_many_changed": "{found} of {total} signatures that count are not shown because they are "
    "said to have changed since the checkpoint, more than the {most} that may be: download a newer "
    "export.",
    "count_differs": "{what}: the site says {said}, the record gives {found}.",
    "count_out_of_range": "{what}: the site says {said}, the record gives {found} to {most}.",
    "level_unknown": "The site counts a level that there is not.",
    "version_differs": "Who signed version {version} of the text: the site says {said}, the record "
    "gives {found}.",
    "version_out_of_range": "Who signed version {version} of the text: the site says {said}, the "
    "record gives {found} to {most}.",
    "version_unknown": "The site counts who signed version {version} of the text, which is not in "
    "the export.",
    "versions_malformed": "What the site says of who signed which version cannot be read.",
    "correction_astray": "The correction of line {n} is not what the record has there.",
    "correction_twice": "Line {n} of the record has more than one correction.",
    "correction_missing": "Line {n} of the record ({event}) has no correction that tells of it.",
    "continued_untold": "Line {n} of the record says that it goes on from another log, and the "
    "export does not tell from which.",
    "continued_astray": "Line {line} of the export tells of another log, but is not directly "
    "behind a line that goes on from one.",
    "continued_differs": "Line {n} of the record goes on from another log than the export tells.",
    "continued_not_signed": "The log {origin}, from which line {n} of the record goes on, was "
    "signed by somebody else.",
    "earlier_lost": "The checkpoint of size {size} is of lines that were lost: only the first "
    "{found} of the log {origin} are left.",
    "earlier_not_signed": "The checkpoint of size {size} is not signed by this key.",
    "earlier_of_other_record": "The checkpoint of size {size} is of another record: {origin}",
    "earlier_longer": "The record had {size} lines before and has {found} now.",
    "earlier_other_root": "One of the first {size} lines was changed, added or taken out since.",
    "log_key_of_other": "The proof is of the log {origin}, the key that you expect of {key}.",
    "log_not_signed": "The checkpoint of the log {origin} was altered, or somebody else signed it.",
    "log_line_not_sealed": "The log’s line is not one of those that its checkpoint seals.",
    "log_of_other_record": "The log’s line is of another record: {origin}",
    "log_other_root": "The log has another record: others were shown something else.",
    "log_behind": "The log has only the first {found} of {size} lines: get its proof for {size} "
    "lines, in a minute if it is not there yet.",
    "log_not_linked": "The log has {found} lines, and nothing shows that these {size} are their "
    "beginning: get its proof for {size} lines.",
    "witness_missing": "{name} has not signed this checkpoint of the log.",
    "witness_wrong": "The signature of {name} is not of this checkpoint of the log.",
}
# What stands for a word in the problems, and the word.
WORDS = {
    "what": {
        "total": "Signatures",
        "people": "People",
        "organisations": "Organisations",
        "anonymous": "Not named, by their own choice",
        "people + organisations": "People and organisations together",
        "level 1": "Level 1",
        "level 2": "Level 2",
        "level 3": "Level 3",
        "level 4": "Level 4",
    },
    "state": {
        "nothing": "nothing",
        "open": "open",
        "closed": "closed",
        "live": "live",
        "withdrawn": "withdrawn",
        "removed": "removed",
        "erased": "erased",
    },
}
UNREADABLE = {
    "no_file": "The file cannot be opened.",
    "empty": "There is nothing in it.",
    "not_an_export": "This is not the export of a record.",
    "a_list": "This is the list of signatories, as CSV or JSON. What is checked is the export of "
    "the whole record, from the record page of the letter: its address ends in /record/export.",
    "a_proof": "This is the proof of one signature: the command verify.py checks it, with the key "
    "that you expect. What is checked here is the export of the whole record.",
    "other_encoding": "A program has saved this file in another encoding. Download it again, and "
    "do not open it before it was checked.",
    "other_format": "This is an export in another format than {format}: get a newer verifier.",
    "no_checkpoint": "What stands as the checkpoint is not one.",
    "line_too_long": "Line {line} is longer than any line of an export.",
    "not_text": "Line {line} is not text in UTF-8.",
    "not_json": "Line {line} is not JSON.",
    "not_a_line": "Line {line} is not a line of an export.",
    "after_the_end": "There is more after the end, in line {line}.",
    "breaks_off": "The file breaks off after line {line}: download it again.",
    "too_many_texts": "There are more texts in it than a letter can have.",
    "compressed_badly": "The file is compressed, and damaged.",
    "earlier_not_a_checkpoint": "The earlier checkpoint is not one.",
    "expected_key_not_a_key": "The key that you expect is not written as keys are.",
    "witness_key_not_a_key": "The key of a witness is not written as keys are.",
    "log_not_a_proof": "The proof from the site’s log is not one.",
    "audit_malformed": "The file of the audit is not one, or needs a newer verifier.",
    "audit_not_drawn": "Nobody has been drawn for this audit yet.",
}
# Said by the command alone, which also reads proofs.
UNREADABLE_PROOF = {
    "too_large": "It takes more memory than there is.",
    "proof_needs_key": "To check the proof of one signature, give the key that you expect (--key).",
    "proof_malformed": "This proof is not written as proofs are.",
}

# A byte order mark, and how files in UTF-16 begin, with one and without.
_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b'{\x00"\x00', b'\x00{\x00"')
_LEAF = re.compile(
    rb'\{"n":(0|[1-9][0-9]{0,14}),"t":"([0-9-]{10}T[0-9:]{8}Z)","e":"([a-z]{1,10})"'
    rb'(?:,"s":"([A-Za-z0-9_-]{22})")?(?:,"v":([1-4]))?'
    rb'(?:,"x":"([0-9a-f]{64})")?(?:,"c":"([0-9a-f]{64})")?\}'
)
# A line of the site's log: which record was seen, with how many lines, and its root.
_LOG_LEAF = re.compile(
    rb'\{"n":(0|[1-9][0-9]{0,14}),"t":"([0-9-]{10}T[0-9:]{8}Z)","o":"([!#-\[\]-~]{1,300})",'
    rb'"size":(0|[1-9][0-9]{0,14}),"root":"([A-Za-z0-9+/]{43}=)"\}'
)
_TIME = re.compile(
    r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII
)
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_KEY_NAME = re.compile(r"[^\s+\x00-\x1f\x7f\ud800-\udfff]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,14}")
_FIELDS = frozenset({"name", "profession", "country", "credit", "affiliation", "kind", "language"})
_COMMIT = b"undersigned-commit-v1\x00"
# Of the year 9999.
_LAST_SECOND = 253402300799
# Sixteen digits, as in no line of a record.
_TOO_LARGE = 10**15

# The level that a proof lifts to, by its method.
_LIFTS = {
    "website": 2,
    "domain": 2,
    "work_email": 2,
    "account": 2,
    "bluesky": 2,
    "mastodon": 2,
    "linkedin": 2,
    "vouched": 2,
    "roster": 4,
    "vetting": 3,
    "call_back": 4,
}
# What each event of a signature may follow, and what it leads to.
_TURNS = {
    b"sign": (("nothing",), "live"),
    b"verify": (("live",), "live"),
    b"edit": (("live",), "live"),
    b"withdraw": (("live", "removed"), "withdrawn"),
    b"remove": (("live", "removed"), "removed"),
    b"restore": (("removed",), "live"),
    b"erase": (("live", "withdrawn", "removed"), "erased"),
}
# Which of s, v, x, c each event must tell, and no other.
_TELLS = {
    b"publish": "x",
    b"text": "x",
    b"close": "",
    b"continue": "x",
    b"sign": "svxc",
    b"verify": "sv",
    b"edit": "svc",
    b"withdraw": "s",
    b"remove": "s",
    b"restore": "sv",
    b"erase": "s",
}
# And what it may tell besides, all of it or nothing.
_MAY_TELL = {b"restore": "xc", b"edit": "x"}


class Unreadable(Exception):
    """The input is not what it should be; nothing was checked to the end."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__({**UNREADABLE, **UNREADABLE_PROOF}[code].format(**values))
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
    """A verifier key: name, id and Ed25519 public key, as in c2sp.org/signed-note.

    Of kind 1 are those of logs, of kind 4 those of witnesses (c2sp.org/tlog-cosignature).
    """

    def __init__(self, vkey: str, kind: int = 1) -> None:
        self.vkey = vkey
        self.name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _base64(encoded)
        self.public = key[1:]
        self.id = _key_id(self.name, key)
        if len(key) != 33 or key[0] != kind or self.id.hex() != key_id:
            raise ValueError
        if not _KEY_NAME.fullmatch(self.name):
            raise ValueError

    def under(self, name: str) -> Key:
        """The same key under another name: a site signs all of its logs with one."""
        key = b"\x01" + self.public
        encoded = base64.b64encode(key).decode()
        return Key(f"{name}+{_key_id(name, key).hex()}+{encoded}")


def _key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]


class Proof:
    """A c2sp.org/tlog-proof: a line, where it is, and the path to the root of a checkpoint."""

    def __init__(self, proof: str) -> None:
        head, _, text = proof.replace("\r\n", "\n").partition("\n\n")
        self.note = Note(tidied(text))
        name, extra, index, *hashes = head.split("\n")
        if name != PROOF or not extra.startswith("extra ") or not index.startswith("index "):
            raise ValueError
        # What is behind the line, if anything, belongs to the proof's kind.
        self.leaf, _, self.behind = _base64(extra[6:]).partition(b"\n")
        if not _SIZE.fullmatch(index[6:]):
            raise ValueError
        self.path, self.index = [_hash(each) for each in hashes], int(index[6:])

    @property
    def is_sealed(self) -> bool:
        return _led_to(self.leaf, self.index, self.note.size, self.path) == self.note.root


class LogProof(Proof):
    """That the site's log has a record of this origin, with so many lines and this root; and, if
    it is for fewer lines, the path that shows them to be the beginning of those."""

    def __init__(self, proof: str) -> None:
        super().__init__(proof.removeprefix("\ufeff"))
        found = _LOG_LEAF.fullmatch(self.leaf)
        if not found or int(found[1]) != self.index or not _is_time(found[2].decode()):
            raise ValueError
        self.date, self.origin = found[2].decode(), found[3].decode()
        self.size, self.root = int(found[4]), _base64(found[5].decode())
        self.old_size, self.link = self.size, []
        if self.behind:
            try:
                told = _json(self.behind, 0)
            except Unreadable:
                raise ValueError from None
            if type(told.get("size")) is not int or not isinstance(told.get("path"), list):
                raise ValueError
            self.old_size, self.link = told["size"], [_hash(each) for each in told["path"]]

    def begins_with(self, size: int, root: bytes) -> bool:
        """Whether the record of the log begins with the one that has this size and root: by the
        path if it is longer (RFC 9162, 2.1.4.2)."""
        if size == self.size:
            return root == self.root
        if not 0 < size == self.old_size < self.size:
            return size == 0 and not self.link
        node, last = self.old_size - 1, self.size - 1
        path = [root, *self.link] if self.old_size & node == 0 else self.link
        if not path:
            return False
        while node & 1:
            node, last = node >> 1, last >> 1
        old = new = path[0]
        for sibling in path[1:]:
            if last <= 0:
                return False
            if node & 1 or node == last:
                old = hashlib.sha256(b"\x01" + sibling + old).digest()
                new = hashlib.sha256(b"\x01" + sibling + new).digest()
                while not node & 1 and node:
                    node, last = node >> 1, last >> 1
            else:
                new = hashlib.sha256(b"\x01" + new + sibling).digest()
            node, last = node >> 1, last >> 1
        return last == 0 and (old, new) == (root, self.root)

    def seen_by(self, witness: Key) -> str:
        """When this witness says that it saw the checkpoint; empty if its signature is missing, and
        ValueError if it does not fit."""
        for name, signature in self.note.signatures:
            if name != witness.name or signature[:4] != witness.id:
                continue
            at = int.from_bytes(signature[4:12], "big")
            message = f"cosignature/v1\ntime {at}\n{self.note.text}".encode()
            if at > _LAST_SECOND or not _is_signed(witness.public, signature[12:], message):
                raise ValueError
            return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        return ""


class Audit:
    """An audit by sample: what was announced, who is said to be drawn, and what the record has of
    it, seen as its lines go by."""

    def __init__(self, told: str) -> None:
        try:
            # Its shares are fractions, which an export has not.
            read = json.loads(told, parse_float=_number, parse_constant=_no_number)
            self.announcement: str = read["announcement"]
            announced = _json(self.announcement.encode("ascii"), 0)
            if read["format"] != AUDIT or announced["format"] != AUDIT:
                raise ValueError
            proof, draw = read["log_proof"], read["draw"]
            if draw is None:
                raise Unreadable("audit_not_drawn")
            self.log = LogProof(proof)
            self.note = Note(draw["checkpoint"])
            self.secret = _hash(draw["secret"])
            self.numbers: list[int] = draw["numbers"]
            self.population: int = draw["population"]
            self.origin, self.number = announced["origin"], announced["audit"]
            self.sample, self.sealed = announced["sample"], announced["secret_sha256"]
            whole = [self.number, self.sample, self.population, *self.numbers]
            if not all(type(each) is int and abs(each) < _TOO_LARGE for each in whole):
                raise ValueError
            if not isinstance(self.origin, str) or not isinstance(self.numbers, list):
                raise ValueError
            if not isinstance(self.sealed, str) or self.sample < 1:
                raise ValueError
        except Unreadable as error:
            raise Unreadable(
                error.code if error.code == "audit_not_drawn" else "audit_malformed"
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Unreadable("audit_malformed") from None
        self.earliest = _seconds_later(self.log.date, AUDIT_SECONDS)
        # Date of the checkpoint that drew, number of each signature that counted in it, and index
        # and date of the first line that came late enough.
        self.date = ""
        self.counting: list[int] = []
        self.first: tuple[int, str] | None = None
        self.problems: dict[str, list[dict[str, Any]]] = {}
        # Who of the witnesses saw the log with it, and when.
        self.seen: list[dict[str, str]] = []

    def pass_by(self, size: int, time: str, signatures: dict[bytes, Standing]) -> None:
        """Behind each line of the record."""
        if self.first is None and time >= self.earliest:
            self.first = (size - 1, time)
        if size == self.note.size:
            self.date = time
            self.counting = [each.number for each in signatures.values() if each.state == "live"]

    def drawn(self) -> list[int]:
        begun = AUDIT.encode() + b"\x00" + self.note.root + self.secret

        def rank(number: int) -> bytes:
            return hashlib.sha256(begun + str(number).encode()).digest()

        return sorted(sorted(self.counting, key=rank)[: self.sample])

    def problem(self, check: str, code: str, **values: object) -> None:
        told = {name: _tame(each) for name, each in values.items()}
        self.problems.setdefault(check, []).append({"code": code, **told})

    def report(self) -> dict[str, Any]:
        return {
            "audit": self.number,
            "checks": [
                {
                    "check": name,
                    "holds": name not in self.problems,
                    "problems": self.problems.get(name, []),
                }
                for name in AUDIT_CHECKS
            ],
            "told": self.log.date,
            "drawn": self.date,
            "seen_by": self.seen,
            "numbers": self.numbers,
        }


class Standing:
    """What the record says of one signature so far, and what the export shows of it."""

    __slots__ = ("commitment", "kind", "level", "number", "opened", "proved", "state", "text")

    def __init__(self, number: int) -> None:
        self.number, self.state, self.level = number, "nothing", 0
        # The highest level that a proof beside it would lift to.
        self.proved = 0
        # The commitment in force, the one that what is shown opens, and what that says they are.
        self.commitment, self.opened, self.kind = b"", b"", ""
        # Hash of the text that was signed.
        self.text = b""


class Continued:
    """That the record goes on at this line from a log that was lost in part, of which the lines
    ahead of `shared` are left."""

    def __init__(self, n: int, sealed: bytes, shared: int) -> None:
        self.n, self.sealed, self.shared = n, sealed, shared
        self.note: Note | None = None

    def facts(self) -> dict[str, Any]:
        note = self.note
        return {
            "n": self.n,
            "origin": note and note.origin,
            "size": note and note.size,
            "lost": note and note.size - self.shared,
        }


class Check:
    """One reading of one export, line by line."""

    def __init__(
        self,
        *,
        expected_key: str = "",
        earlier: list[str] | None = None,
        log: str = "",
        log_key: str = "",
        witness_keys: list[str] | None = None,
        audit: str | None = None,
    ) -> None:
        self.problems: dict[str, list[dict[str, Any]]] = {}
        self.left_out: Counter[str] = Counter()
        # How many that count have signed each text, by its hash.
        self.signed: Counter[bytes] = Counter()
        self.facts: dict[str, Any] = {}
        self.expected_key = expected_key
        if expected_key:
            _attempt(Key, expected_key, "expected_key_not_a_key")
        self.earlier: list[Note] = [
            _attempt(lambda note: Note(tidied(note)), each, "earlier_not_a_checkpoint")
            for each in earlier or ()
        ]
        self.log: LogProof | None = _attempt(LogProof, log, "log_not_a_proof") if log else None
        self.log_key: Key | None = (
            _attempt(Key, log_key, "expected_key_not_a_key") if log_key else None
        )
        self.witnesses: list[Key] = [
            _attempt(lambda vkey: Key(vkey, 4), each, "witness_key_not_a_key")
            for each in witness_keys or ()
        ]
        self.audit = None if audit is None else Audit(audit)
        self.tree = Tree()
        self.line = self.expected = self.signings = self.texts_told = 0
        self.time = ""
        self.signatures: dict[bytes, Standing] = {}
        self.changed: set[bytes] = set()
        # What the export calls each text, by its hash: the same may be there in two versions.
        self.texts: dict[bytes, list[tuple[object, object, object]]] = {}
        self.versions: set[str] = set()
        self.published: dict[bytes, int] = {}
        # Leaves that a correction may tell of, by index: rare, compared with those that sign.
        self.told: dict[int, tuple[str, int | None]] = {}
        self.corrected: set[int] = set()
        self.committing: Standing | None = None
        # Where the record goes on from a lost one, and whether the next line tells from which.
        self.continued: list[Continued] = []
        self.continuing = False
        # How many numbers lost lines may have given: nobody else gets them.
        self.lost = 0
        self.ended = self.closed = False
        self.past_roots: dict[int, bytes] = {}
        # Numbers of those that count without being shown as they are, by the reason.
        self.not_shown: dict[str, list[int]] = {
            "anonymous": [],
            "changed": [],
            "outdated": [],
            "unexplained": [],
        }

    # --- reading --------------------------------------------------------------------------------

    def read(self, lines: Iterator[bytes]) -> None:
        self._header(next(lines, b""))
        sizes = {each.size for each in self.earlier}
        if self.log:
            sizes.add(self.log.size)
        if self.audit:
            sizes.add(self.audit.note.size)
        if 0 in sizes:
            self.past_roots[0] = self.tree.root()
        for self.line, line in enumerate(lines, start=2):
            if self.ended:
                if _is_blank(line):
                    continue
                raise Unreadable("after_the_end", line=self.line)
            if line.startswith(b'{"n":'):
                leaf = line[:-1]
                self.tree.add(leaf)
                if self.tree.size in sizes:
                    self.past_roots[self.tree.size] = self.tree.root()
                self._leaf(leaf)
                if self.audit:
                    self.audit.pass_by(self.tree.size, self.time, self.signatures)
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
        self.may_continue = header["format"] == FORMAT_CONTINUED
        if header["format"] not in (FORMAT, FORMAT_CONTINUED):
            raise Unreadable("other_format", format=FORMAT)
        self.note: Note = _attempt(Note, header.get("checkpoint"), "no_checkpoint")
        self.key = str(header.get("key"))
        self.url = header.get("url")

    def _leaf(self, leaf: bytes) -> None:
        self.committing, self.continuing = None, False
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
        if tells is None or (event == b"continue" and not self.may_continue):
            self._problem("events", "leaf_malformed", n=n)
            return
        parts = {"s": signature, "v": level, "x": text, "c": commitment}
        told = {part for part, value in parts.items() if value is not None}
        more = set(_MAY_TELL.get(event, ""))
        if told - more - set(tells):
            self._problem("events", "leaf_excess", n=n, event=event.decode())
            return
        if set(tells) - told or (more & told and more - told):
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
        if event == b"continue":
            self._continue(n, text or b"")
            return
        turns = {b"publish": ("nothing",), b"text": ("open",), b"close": ("open",)}
        if state not in turns.get(event, ()):
            self._problem("events", "out_of_turn", n=n, event=event.decode(), state=state)
        self.told[n] = (event.decode(), None)
        self.closed = self.closed or event == b"close"
        if text:
            self.published.setdefault(text, n)

    def _continue(self, n: int, sealed: bytes) -> None:
        last = self.continued[-1] if self.continued else None
        shared = last.shared if last and last.n == n - 1 else n
        self.continued.append(Continued(n, sealed, shared))
        self.continuing = True
        self.told[n] = ("continue", 0)

    def _continued_from(self, told: dict[str, Any]) -> None:
        """Which log it was, directly behind the leaf that seals its last checkpoint."""
        each, text = self.continued[-1], told.get("checkpoint")
        try:
            note = Note(text) if isinstance(text, str) else None
            made = hashlib.sha256(text.encode()).hexdigest() if isinstance(text, str) else ""
        except ValueError:
            note, made = None, ""
        if note is None or made.encode() != each.sealed or note.size < each.shared:
            self._problem("events", "continued_differs", n=each.n)
            return
        each.note = note
        self.lost += note.size - each.shared

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
            standing = self.signatures[signature] = Standing(self.signings + self.lost)
        before, after = turn
        if standing.state not in before:
            self._problem("events", "out_of_turn", n=n, event=event.decode(), state=standing.state)
        standing.state = after
        if level:
            standing.level = int(level)
        if event == b"sign" and standing.level != 1:
            self._problem("events", "signed_above", n=n, level=standing.level)
        if text:
            standing.text = text
        if text and text not in self.published:
            self._problem("texts", "text_not_published", n=n)
        if commitment:
            standing.commitment = commitment
            self.committing = standing
        if event not in (b"sign", b"verify", b"edit"):
            self.told[n] = (event.decode(), standing.number)

    def _other(self, line: dict[str, Any]) -> None:
        # One line shows who is behind a leaf, and it is the next.
        standing, self.committing = self.committing, None
        is_continuing, self.continuing = self.continuing, False
        if "number" in line:
            self._details(line, standing)
        elif line.get("anonymous") is True:
            if standing is None:
                self._problem("names", "details_astray", line=self.line)
            else:
                standing.opened, standing.kind = standing.commitment, "?"
        elif isinstance(line.get("continued"), dict):
            if is_continuing:
                self._continued_from(line["continued"])
            else:
                self._problem("events", "continued_astray", line=self.line)
        elif isinstance(line.get("changed"), str):
            # Kept only if it can be one: a line may be long.
            if _ID.fullmatch(line["changed"]):
                self.changed.add(line["changed"].encode())
        elif isinstance(line.get("text"), dict):
            self._text(line["text"])
        elif isinstance(line.get("correction"), dict):
            self._correction(line["correction"])
        elif isinstance(line.get("end"), dict):
            self.ended = True
            self.said = line["end"]
        else:
            raise Unreadable("not_a_line", line=self.line)

    def _details(self, line: dict[str, Any], standing: Standing | None) -> None:
        number: object = line["number"]
        details: Any = line.get("of")
        if standing is None:
            self._problem("names", "details_astray", line=self.line)
            return
        if number != standing.number or isinstance(number, bool):
            self._problem("numbers", "number_differs", number=number, expected=standing.number)
        if not _is_fit(details):
            self._problem("names", "details_unfit", number=number)
            standing.opened, standing.kind = standing.commitment, "person"
            return
        if _commitment(details, line.get("salt")) != standing.commitment:
            self._problem("names", "details_differ", number=number)
        # Also when it differs: then that is what is wrong, and not that nothing is shown.
        standing.opened, standing.kind = standing.commitment, details["kind"]
        proofs = line.get("proofs")
        standing.proved = max(map(_lift, proofs), default=0) if isinstance(proofs, list) else 0

    def _text(self, text: dict[str, Any]) -> None:
        self.texts_told += 1
        if self.texts_told > MAX_TEXTS:
            raise Unreadable("too_many_texts")
        sha256, source = text.get("sha256"), text.get("source")
        version: object = text.get("version")
        language: object = text.get("language")
        try:
            made = hashlib.sha256(source.encode()).hexdigest() if isinstance(source, str) else ""
        except UnicodeEncodeError:
            made = ""
        if not made or made != sha256:
            self._problem("texts", "text_altered", version=version, language=language)
        if type(version) is int and isinstance(language, str):
            name = f"{version} {language}"
            if name in self.versions:
                self._problem("texts", "text_twice", version=version, language=language)
            self.versions.add(name)
        if isinstance(sha256, str):
            called = (version, language, text.get("authoritative"))
            self.texts.setdefault(sha256.encode(errors="replace"), []).append(called)

    def _correction(self, correction: dict[str, Any]) -> None:
        n: Any = correction.get("n")
        told: object = correction.get("number")
        event, number = self.told.get(n, ("", None)) if type(n) is int else ("", None)
        # Whoever signed anew since, or was erased, is told of without the number.
        fits = told is None or (type(told) is int and told == number and event != "continue")
        if not event or not fits or correction.get("event") != event:
            self._problem("corrections", "correction_astray", n=n)
        elif n in self.corrected:
            self._problem("corrections", "correction_twice", n=n)
        else:
            self.corrected.add(n)

    # --- at the end -----------------------------------------------------------------------------

    def finish(self) -> None:
        self._signing()
        self._tree()
        self._texts()
        for n, (event, number) in self.told.items():
            # Of the letter's own lines only later texts and lost lines correct anything.
            if number is not None and n not in self.corrected:
                self._problem("corrections", "correction_missing", n=n, event=event)
        self._counts(self._live())
        if self.said.get("as_of") != self.time:
            self._problem(
                "dates", "as_of_differs", found=self.said.get("as_of"), expected=self.time
            )
        self._continuations()
        for each in self.earlier:
            self._earlier(each)
        self._log()
        if self.audit:
            self._audit(self.audit)
        states = Counter(each.state for each in self.signatures.values())
        self.facts |= {
            "url": self.url,
            "origin": self.note.origin,
            "key": self.key,
            "size": self.note.size,
            "root": base64.b64encode(self.note.root).decode(),
            "continued": [each.facts() for each in self.continued],
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
        if self.expected_key and self.expected_key not in (self.key, *self._former_keys(key)):
            self._problem("key", "other_key", key=self.key)
        if problem := self.note.problem(key):
            self._problem("signed", problem)
        if key.name != self.note.origin:
            self._problem("signed", "key_of_other_record", key=key.name, origin=self.note.origin)

    def _former_keys(self, key: Key) -> list[str]:
        """The same key under the names of the logs from which the record goes on."""
        notes = [each.note for each in self.continued if each.note]
        return [key.under(note.origin).vkey for note in notes]

    def _continuations(self) -> None:
        try:
            key = Key(self.key)
        except ValueError:
            return  # Told already.
        for each in self.continued:
            if each.note is None:
                self._problem("events", "continued_untold", n=each.n)
            elif each.note.problem(key.under(each.note.origin)):
                origin = each.note.origin
                self._problem("events", "continued_not_signed", n=each.n, origin=origin)

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
        for sha256, called in self.texts.items():
            if sha256 not in self.published:
                for version, language, _is_authoritative in called:
                    self._problem("texts", "text_unknown", version=version, language=language)
        first, n = next(iter(self.published.items()), (b"", 0))
        called = self.texts.get(first, [])
        if called and not any(
            type(each[0]) is int and each[0] == 1 and each[2] is True for each in called
        ):
            self._problem("texts", "first_text_differs", n=n)

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
            self.signed[each.text] += 1
            if each.kind and each.opened == each.commitment:
                counts[{"person": "shown", "?": "anonymous"}.get(each.kind, each.kind)] += 1
                if each.kind == "?":
                    self.not_shown["anonymous"].append(each.number)
                if each.proved > each.level:
                    self._problem(
                        "names",
                        "proof_above_level",
                        number=each.number,
                        proof=each.proved,
                        level=each.level,
                    )
                continue
            counts["changed"] += 1
            why = "unexplained"
            if public_id in self.changed:
                why = "changed"
            elif each.kind in ("person", "organisation"):
                why = "outdated"
                self._problem("names", "details_outdated", number=each.number)
            else:
                self._problem("shown", "unexplained", number=each.number)
            self.not_shown[why].append(each.number)
        changed, total = len(self.not_shown["changed"]), counts["total"]
        most = max(MOST_CHANGED, total // CHANGED_ONE_IN)
        if changed > most:
            self._problem("shown", "too_many_changed", found=changed, total=total, most=most)
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
        if isinstance(levels, dict) and not levels.keys() <= LEVELS.keys():
            self._problem("counts", "level_unknown")
        self._versions()
        self.facts = {
            "total": total,
            "organisations": organisations,
            "people": people,
            "anonymous": anonymous,
            "changed": unknown,
            "levels": {level: found[level] for level in LEVELS},
            "texts": [
                {
                    "sha256": sha256.decode(),
                    "versions": sorted(self._versions_of(sha256)),
                    "languages": sorted(
                        {_tame(each[1]) for each in self._called(sha256) if type(each[1]) is str}
                    ),
                    "total": self.signed[sha256],
                }
                for sha256 in self.published
            ],
            "not_shown": self.not_shown,
        }

    def _versions(self) -> None:
        """What the site says of who signed which version. One text may be in two of them: who
        signed that may be counted for either."""
        claims = self.said.get("versions")
        if claims is None:
            return  # Exports of before do not say it.
        said: dict[int, int] = {}
        for each in claims if isinstance(claims, list) else [None]:
            version, total = (
                (each.get("version"), each.get("total")) if isinstance(each, dict) else (None, None)
            )
            if type(version) is not int or type(total) is not int or version in said:
                self._problem("counts", "versions_malformed")
                return
            said[version] = total
        groups: list[set[int]] = []
        for sha256 in self.published:
            together, apart = self._versions_of(sha256), []
            for group in groups if together else []:
                if group & together:
                    together |= group
                else:
                    apart.append(group)
            groups = [*apart, together] if together else groups
        known = set().union(*groups)
        for version in sorted(said.keys() - known):
            self._problem("counts", "version_unknown", version=version)
        for group in groups:
            self._compare_versions(group, said)

    def _compare_versions(self, group: set[int], said: dict[int, int]) -> None:
        of_group = [each for each in self.published if self._versions_of(each) & group]
        total = sum(self.signed[each] for each in of_group)
        told = sum(said.get(version, 0) for version in group)
        if told != total:
            name = ", ".join(map(str, sorted(group)))
            self._problem("counts", "version_differs", version=name, said=told, found=total)
            return
        for version in sorted(group):
            mine = [each for each in of_group if version in self._versions_of(each)]
            most = sum(self.signed[each] for each in mine)
            least = sum(self.signed[each] for each in mine if len(self._versions_of(each)) == 1)
            if not least <= said.get(version, 0) <= most:
                self._problem(
                    "counts",
                    "version_out_of_range",
                    version=str(version),
                    said=said.get(version, 0),
                    found=least,
                    most=most,
                )

    def _called(self, sha256: bytes) -> list[tuple[object, object, object]]:
        return self.texts.get(sha256, [])

    def _versions_of(self, sha256: bytes) -> set[int]:
        return {each[0] for each in self._called(sha256) if type(each[0]) is int}

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
            key = Key(self.expected_key or self.key).under(note.origin)
        except ValueError:
            return  # Told already.
        former = {each.note.origin: each for each in self.continued if each.note}.get(note.origin)
        left, sealed = self.tree.size, self.tree.size
        if former and former.note:
            left, sealed = min(former.shared, left), former.note.size
        if note.origin != self.note.origin and not former:
            self._problem("earlier", "earlier_of_other_record", size=note.size, origin=note.origin)
        elif note.problem(key):
            self._problem("earlier", "earlier_not_signed", size=note.size)
        elif note.size > sealed:
            self._problem("earlier", "earlier_longer", size=note.size, found=sealed)
        elif note.size > left:
            told = {"size": note.size, "found": left, "origin": note.origin}
            self._problem("earlier", "earlier_lost", **told)
        elif self.past_roots[note.size] != note.root:
            self._problem("earlier", "earlier_other_root", size=note.size)

    def _log(self) -> None:
        self.facts["log"] = None
        log = self.log
        if not log:
            return
        try:
            key = self.log_key or Key(self.expected_key or self.key).under(log.note.origin)
            if key.name != log.note.origin:
                self._problem("log", "log_key_of_other", origin=log.note.origin, key=key.name)
            elif log.note.problem(key):
                self._problem("log", "log_not_signed", origin=log.note.origin)
        except ValueError:
            self._problem("log", "log_not_signed", origin=log.note.origin)
        found, size = log.size, self.tree.size
        if not log.is_sealed:
            self._problem("log", "log_line_not_sealed")
        elif log.origin != self.note.origin:
            self._problem("log", "log_of_other_record", origin=log.origin)
        elif found < size and self.past_roots[found] == log.root:
            self._problem("log", "log_behind", found=found, size=size)
        elif found > size and log.old_size != size:
            self._problem("log", "log_not_linked", found=found, size=size)
        elif found < size or not log.begins_with(size, self.tree.root()):
            self._problem("log", "log_other_root")
        self._witnesses(log)

    def _witnesses(self, log: LogProof) -> None:
        seen = []
        for witness in self.witnesses:
            try:
                at = log.seen_by(witness)
            except ValueError:
                self._problem("witnesses", "witness_wrong", name=witness.name)
                continue
            if at:
                seen.append({"name": witness.name, "at": at})
            else:
                self._problem("witnesses", "witness_missing", name=witness.name)
        known = {log.note.origin, *(witness.name for witness in self.witnesses)}
        self.facts["log"] = {
            "origin": log.note.origin,
            "size": log.note.size,
            "lines": log.size,
            "date": log.date,
            "seen_by": seen,
            # Who else claims to have signed it: nothing was checked of that.
            "unchecked": [_tame(name) for name, _ in log.note.signatures if name not in known],
        }

    def _audit(self, audit: Audit) -> None:
        self._announced(audit)
        found, size = self.tree.size, audit.note.size
        if size > found:
            for name in ("checkpoint", "later", "drawn"):
                audit.problem(name, "export_older", found=found, size=size)
            return
        self._drawn_by(audit)
        if hashlib.sha256(audit.secret).hexdigest() != audit.sealed:
            audit.problem("drawn", "other_secret")
        if audit.population != len(audit.counting):
            found = len(audit.counting)
            audit.problem("drawn", "other_population", said=audit.population, found=found)
        found_numbers = audit.drawn()
        if audit.numbers != found_numbers:
            same = len(set(audit.numbers) & set(found_numbers))
            audit.problem("drawn", "other_numbers", found=same, size=len(found_numbers))

    def _announced(self, audit: Audit) -> None:
        """That the log told of this very announcement, and who else saw that log."""
        log, origins = audit.log, {each.note.origin for each in self.continued if each.note}
        leaf = hashlib.sha256(b"\x00" + audit.announcement.encode("ascii")).digest()
        name = f"{audit.origin}/audits/{audit.number}"
        if (log.origin, log.size, log.root) != (name, 1, leaf):
            audit.problem("announced", "not_in_log")
        if audit.origin not in (self.note.origin, *origins):
            audit.problem("announced", "other_letter", origin=audit.origin)
        if not log.is_sealed:
            audit.problem("announced", "log_line_not_sealed")
        try:
            key = self.log_key or Key(self.expected_key or self.key).under(log.note.origin)
            if key.name != log.note.origin:
                told = {"origin": log.note.origin, "key": key.name}
                audit.problem("announced", "log_key_of_other", **told)
            elif log.note.problem(key):
                audit.problem("announced", "log_not_signed", origin=log.note.origin)
        except ValueError:
            audit.problem("announced", "log_not_signed", origin=log.note.origin)
        for witness in self.witnesses:
            try:
                at = log.seen_by(witness)
            except ValueError:
                audit.problem("announced", "witness_wrong", name=witness.name)
                continue
            if at:
                audit.seen.append({"name": witness.name, "at": at})
            else:
                audit.problem("announced", "witness_missing", name=witness.name)

    def _drawn_by(self, audit: Audit) -> None:
        """That the checkpoint is of this record, and the one that the announcement leads to."""
        note, first = audit.note, audit.first
        try:
            key = Key(self.expected_key or self.key).under(note.origin)
            if note.problem(key):
                audit.problem("checkpoint", "not_signed")
        except ValueError:
            audit.problem("checkpoint", "not_signed")
        if self.past_roots[note.size] != note.root:
            audit.problem("checkpoint", "not_of_record")
        # Of which the ones ahead are those that came before the time.
        late = first[0] if first else self.tree.size
        if audit.date >= audit.earliest:
            # Of one batch all lines have the same date.
            if first and first[1] != audit.date:
                audit.problem("later", "not_first", n=first[0])
        elif late != note.size:
            audit.problem("later", "too_early", date=audit.date, told=audit.log.date)
        elif first and first[1] < _seconds_later(audit.earliest, QUIET_SECONDS):
            audit.problem("later", "not_quiet", n=first[0], date=first[1])

    # --- telling --------------------------------------------------------------------------------

    def _problem(self, check: str, code: str, **values: object) -> None:
        told = self.problems.setdefault(check, [])
        if len(told) < PROBLEMS_TOLD:
            told.append({"code": code, **{name: _tame(each) for name, each in values.items()}})
        else:
            self.left_out[check] += 1

    @property
    def holds(self) -> bool:
        return not self.problems and not (self.audit and self.audit.problems)

    @property
    def not_made(self) -> list[str]:
        optional = (
            ("key", self.expected_key),
            ("earlier", self.earlier),
            ("log", self.log),
            ("witnesses", self.log and self.witnesses),
        )
        return [name for name, asked in optional if not asked]

    def report(self) -> dict[str, Any]:
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
                if name not in self.not_made
            ],
            "not_made": self.not_made,
            "facts": self.facts,
            **({"audit": self.audit.report()} if self.audit else {}),
        }


def check(lines: Iterator[bytes], **asked: Any) -> Check:
    """Read an export to its end, and compare it with what `Check` takes. Raises Unreadable."""
    checking = Check(**asked)
    checking.read(lines)
    checking.finish()
    return checking


def lines_of(file: io.BufferedReader[Any]) -> Iterator[bytes]:
    """Whole lines, each ended by LF; the file may be compressed by gzip.

    What programs add on the way is taken off: a byte order mark, a CR at the end of a line, and
    what the last line lacks, if it is the end of an export, or blank.
    """
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
        if number == 1:
            _refuse_other_file(line)
        if len(line) > MAX_LINE:
            raise Unreadable("line_too_long", line=number)
        if not line.endswith(b"\n"):
            if number == 1:
                raise Unreadable("not_an_export")
            if _is_blank(line):
                return
            if not _is_end(line):
                raise Unreadable("breaks_off", line=number - 1)
            line += b"\n"
        if number == 1:
            line = _unmarked(line)
        yield line[:-2] + b"\n" if line.endswith(b"\r\n") else line


def _refuse_other_file(line: bytes) -> None:
    """Those that are most often taken for an export, by their beginnings."""
    if line.startswith(_UTF_16):
        raise Unreadable("other_encoding")
    start = _unmarked(line)
    if start.startswith(PROOF.encode()):
        raise Unreadable("a_proof")
    # Only lists for spreadsheets are written with a mark.
    if start.startswith(b'{"letter":') or (start is not line and not start.startswith(b"{")):
        raise Unreadable("a_list")


def _unmarked(line: bytes) -> bytes:
    return line[len(_MARK) :] if line.startswith(_MARK) else line


def _is_blank(line: bytes) -> bool:
    return not line.strip(b" \t\r\n")


def _is_end(line: bytes) -> bool:
    try:
        return isinstance(_json(line, 0).get("end"), dict)
    except Unreadable:
        return False


def in_words(checking: Check, *, every: bool = False) -> str:
    """For people. The numbers of those that are not shown: the first few, or every one."""
    report = checking.report()
    facts = report["facts"]
    said = [f"The record {_tame(facts['origin'])}, {facts['size']} lines, as of {facts['as_of']}"]
    said += _continued_in_words(facts["continued"])
    said.append("")
    for each in report["checks"]:
        name = CHECKS[each["check"]]
        if each["holds"]:
            said.append(f"{'holds':15}{name}")
            continue
        found = [_sentence(problem) for problem in each["problems"]]
        if each["more"]:
            found.append(f"And {each['more']} more like this.")
        said.append(f"{'DOES NOT HOLD':15}{found[0]}")
        said += [f"{'':15}{words}" for words in (*found[1:], f"The check: {name}")]
    said += [f"{'not made':15}{CHECKS[name]}" for name in report["not_made"]]
    said.append("")
    levels = "; ".join(f"{facts['levels'][level]} {words}" for level, words in LEVELS.items())
    not_shown = {
        "anonymous": "Counted without being shown, by their own choice",
        "changed": "Changed since this checkpoint, so not shown before the next",
        "outdated": "Shown as before a later change",
        "unexplained": "Counted without being shown, and it is not said why",
    }
    said += [
        f"Signatures that count: {facts['total']} ({levels})",
        *map(_text_in_words, facts["texts"]),
        *(
            f"{words}: {len(facts['not_shown'][why])}{_listed(facts['not_shown'][why], every)}"
            for why, words in not_shown.items()
            if facts["not_shown"][why] or why in ("anonymous", "changed")
        ),
        f"Signed in all: {facts['signings']}; withdrew: {facts['withdrawn']}; "
        f"removed by the organizers: {facts['removed']}; erased: {facts['erased']}",
    ]
    said += _log_in_words(facts["log"])
    if not checking.expected_key:
        said.append(f"Compare this key with one from elsewhere (--key): {_tame(facts['key'])}")
    if not checking.earlier:
        said.append(
            "Whether the past was rewritten, only an earlier checkpoint can show (--earlier)."
        )
    if not checking.log:
        where = f"{_tame(facts['url'])}record/log-proof?size={facts['size']}"
        said.append(f"Whether others are shown the same, the site’s log can show (--log): {where}")
    if checking.audit:
        said += ["", *_audit_in_words(report["audit"])]
    said += ["", NOT_SEALED]
    if report["holds"]:
        not_made = report["not_made"]
        said += ["", NOTHING_WRONG.format(total=facts["total"]), SUMMARIES[str(len(not_made))]]
        said += [f"- {NOT_MADE[name]}" for name in not_made]
    else:
        said += ["", "SOMETHING DOES NOT HOLD."]
    return "\n".join(said)


def _continued_in_words(continued: list[dict[str, Any]]) -> list[str]:
    return [
        f"Line {each['n']} says that it goes on from the log {_tame(each['origin'])}, of which "
        f"{each['size']} lines were sealed and {each['lost']} are lost. Whether the others are "
        "those of that log, an earlier checkpoint of it can show (--earlier)."
        for each in continued
        if each["origin"]
    ]


def _log_in_words(log: dict[str, Any] | None) -> list[str]:
    if log is None:
        return []
    said = [
        f"The site’s log {_tame(log['origin'])}, {log['size']} lines, tells of {log['lines']} "
        f"lines of this record on {log['date']}."
    ]
    said += [f"It was signed by {_tame(each['name'])} on {each['at']}." for each in log["seen_by"]]
    if log["unchecked"]:
        names = ", ".join(log["unchecked"])
        said.append(f"Not checked, for want of their keys (--witness-key): who signed as {names}.")
    elif not log["seen_by"]:
        said.append("No witness has signed it: it shows what the site says of itself.")
    return said


def _audit_in_words(audit: dict[str, Any]) -> list[str]:
    said = [f"Audit {audit['audit']}: {len(audit['numbers'])} drawn"]
    for each in audit["checks"]:
        found = [AUDIT_PROBLEMS[one["code"]].format(**one) for one in each["problems"]]
        found = found or [AUDIT_CHECKS[each["check"]]]
        said.append(f"{'holds' if each['holds'] else 'DOES NOT HOLD':15}{found[0]}")
        said += [f"{'':15}{words}" for words in found[1:]]
    said.append(f"The log told of it on {audit['told']}; drawn by the line of {audit['drawn']}.")
    for each in audit["seen_by"]:
        when = "before the draw" if each["at"] <= audit["drawn"] else "after the draw"
        said.append(f"{_tame(each['name'])} saw the log with it on {each['at']}, {when}.")
    if not audit["seen_by"]:
        said.append(
            "These dates are the site’s own: a witness’s key (--witness-key) shows more. That the "
            "site did not try several secrets or lines, nothing here can show."
        )
    said.append("How many answered what is the site’s word.")
    return said


def _text_in_words(text: dict[str, Any]) -> str:
    versions = " and ".join(map(str, text["versions"])) or "?"
    languages = " and ".join(text["languages"]) or "?"
    return (
        f"Signed version {versions} of the text, in {languages} (SHA-256 {text['sha256'][:12]}…): "
        f"{text['total']}"
    )


def _listed(numbers: list[int], every: bool) -> str:
    told = numbers if every else numbers[:NUMBERS_TOLD]
    more = len(numbers) - len(told)
    rest = f" and {more} more: --list" if more else ""
    word = "no." if len(numbers) == 1 else "nos."
    return f" ({word} {', '.join(map(str, told))}{rest})" if numbers else ""


def check_proof(proof: bytes, *, expected_key: str) -> dict[str, Any]:
    """That one line is in the record of its checkpoint (c2sp.org/tlog-proof), whose signature only
    the expected key can tell, and whose line it is, if the proof tells. Raises Unreadable."""
    if not expected_key:
        raise Unreadable("proof_needs_key")
    key: Key = _attempt(Key, expected_key, "expected_key_not_a_key")
    try:
        found = Proof(_unmarked(proof).decode())
        shown = _json(found.behind, 0) if found.behind else None
        if shown is not None and not _is_fit(shown.get("of")):
            raise ValueError
    except (ValueError, Unreadable):
        raise Unreadable("proof_malformed") from None
    note, leaf = found.note, found.leaf
    parts = _LEAF.fullmatch(leaf)
    told: Any = [each and each.decode() for each in parts.groups()] if parts else [None] * 7
    holds = {"signed": not note.problem(key), "root": found.is_sealed}
    facts: dict[str, Any] = {
        "origin": note.origin,
        "size": note.size,
        "index": found.index,
        "leaf": _tame(leaf.decode("ascii", "replace"), 1000),
        "shown": None,
    }
    if shown is not None:
        made = _commitment(shown["of"], shown.get("salt"))
        holds["names"] = bool(made) and made.decode() == told[6]
        facts["shown"] = {
            "number": _tame(shown.get("number")),
            "of": {name: _tame(value) for name, value in shown["of"].items()},
            "signature": told[3],
            "date": told[1],
            "text": told[5],
        }
    return {
        "holds": all(holds.values()),
        "checks": [{"check": name, "holds": each} for name, each in holds.items()],
        "facts": facts,
    }


def _led_to(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that this path leads to (RFC 9162, 2.1.3.2); empty if it is no path at all."""
    node, last = index, size - 1
    result = hashlib.sha256(b"\x00" + leaf).digest()
    for sibling in path:
        if last <= 0:
            return b""
        if node & 1 or node == last:
            result = hashlib.sha256(b"\x01" + sibling + result).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = hashlib.sha256(b"\x01" + result + sibling).digest()
        node, last = node >> 1, last >> 1
    return result if last == 0 and index < size else b""


def proof_in_words(report: dict[str, Any]) -> str:
    facts = report["facts"]
    said = [
        f"Line {facts['index']} of the record {_tame(facts['origin'])}, {facts['size']} lines",
        "",
    ]
    for each in report["checks"]:
        verdict = "holds" if each["holds"] else "DOES NOT HOLD"
        said.append(f"{verdict:15}{PROOF_CHECKS[each['check']]}")
    said += ["", f"The line: {facts['leaf']}", *_proved(facts["shown"], holds=report["holds"]), ""]
    summary = "Both checks hold." if facts["shown"] is None else "All 3 checks hold."
    said.append(summary if report["holds"] else "SOMETHING DOES NOT HOLD.")
    return "\n".join(said)


def _proved(shown: dict[str, Any] | None, *, holds: bool) -> list[str]:
    """What the proof comes to, and what it leaves open."""
    if shown is None:
        return [
            "It seals the details of its signature without telling them. Whose they are, and",
            "whether the signature still counts, only the export of the whole record shows.",
        ]
    if not holds:
        return []
    of = shown["of"]
    rest = [of[name] for name in ("profession", "country", "credit", "affiliation") if name in of]
    who = f"{of['name']} ({', '.join(rest)})" if rest else of["name"]
    if shown["text"]:
        proved = [
            f"This proves that {who} signed the text with the SHA-256",
            f"{shown['text']}: that was sealed on {shown['date']}.",
        ]
    else:
        proved = [
            f"This proves that signature {shown['signature']} is of {who}:",
            f"that was sealed on {shown['date']}, when the details were changed. Which text",
            "was signed stands in an earlier line: the export of the whole record has it.",
        ]
    return [
        *proved,
        f"The site gives it no. {shown['number']}. That this is its place among all who signed,",
        "and that the signature still counts, only the export of the whole record shows.",
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Checks the record of an open letter.",
        epilog="Ends with 0 if all that was checked holds, 1 if something does not, 2 if it could "
        "not be read.",
    )
    parser.add_argument(
        "export", help="the export, or the proof of one signature; - for standard input"
    )
    parser.add_argument("--key", default="", help="the key that you expect")
    parser.add_argument(
        "--earlier",
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint that you kept; may be given more than once",
    )
    parser.add_argument(
        "--log", default="", metavar="FILE", help="the proof from the site’s log, for this export"
    )
    parser.add_argument("--log-key", default="", metavar="KEY", help="the key of that log")
    parser.add_argument(
        "--witness-key",
        action="append",
        default=[],
        metavar="KEY",
        help="the key of a witness that you trust; may be given more than once",
    )
    parser.add_argument(
        "--audit", default="", metavar="FILE", help="an audit by sample of the letter, as JSON"
    )
    parser.add_argument(
        "--list",
        action="store_true",
        help="give the number of every signature that counts without being shown",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")
    asked = parser.parse_args(arguments)
    if (asked.log_key or asked.witness_key) and not (asked.log or asked.audit):
        parser.error("a key of the log or of a witness is of no use without --log or --audit")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        earlier = [_read_note(path, "earlier_not_a_checkpoint") for path in asked.earlier]
        log = _read_note(asked.log, "log_not_a_proof") if asked.log else ""
        audit = _read_note(asked.audit, "audit_malformed") if asked.audit else None
        with _open(asked.export) as file:
            if _unmarked(file.peek(len(_MARK + PROOF.encode()))).startswith(PROOF.encode()):
                proved = check_proof(file.read(MAX_NOTE), expected_key=asked.key)
                _say(json.dumps(proved) if asked.json else proof_in_words(proved))
                return 0 if proved["holds"] else 1
            checking = check(
                lines_of(file),
                expected_key=asked.key,
                earlier=earlier,
                log=log,
                log_key=asked.log_key,
                witness_keys=asked.witness_key,
                audit=audit,
            )
    except (Unreadable, MemoryError) as error:
        problem = error if isinstance(error, Unreadable) else Unreadable("too_large")
        told = {"holds": None, "unreadable": {"code": problem.code, **problem.values}}
        _say(json.dumps(told) if asked.json else f"Not readable: {problem}")
        return 2
    told = checking.report()
    _say(json.dumps(told) if asked.json else in_words(checking, every=asked.list))
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


def _read_note(path: str, otherwise: str) -> str:
    with _open(path) as file:
        try:
            note: bytes = file.read(MAX_NOTE + 1)
            return note.decode()
        except (OSError, UnicodeDecodeError):
            raise Unreadable(otherwise) from None


def tidied(note: str) -> str:
    """A checkpoint as it was before it was mailed, quoted, copied or saved: without what stands
    ahead of a line or behind it, and with one blank line, ahead of the signatures."""
    told = (each.lstrip(" \t\xa0\ufeff>").rstrip(" \t\xa0") for each in re.split("\r\n?|\n", note))
    lines = [each for each in told if each]
    at = next((at for at, each in enumerate(lines) if each.startswith("\u2014 ")), len(lines))
    return "".join(f"{each}\n" for each in [*lines[:at], "", *lines[at:]])


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
    """Numbers of an export are counts. What has more digits, not every reader takes for the same
    number."""
    if len(digits.lstrip("-")) > 15:
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


def _is_fit(details: object) -> bool:
    """What the record may be bound to: whether it is, the commitment tells."""
    return (
        isinstance(details, dict)
        and details.keys() <= _FIELDS
        and all(isinstance(value, str) and value for value in details.values())
        and "name" in details
        and details.get("kind") in ("person", "organisation")
    )


def _commitment(details: dict[str, str], salt: object) -> bytes:
    """In hex; empty if the salt is none."""
    try:
        data = _base64(salt)
    except ValueError:
        return b""
    record = _ENCODER.encode(details).encode("ascii")
    made = hashlib.sha256(_COMMIT + data + record).hexdigest().encode()
    return made if len(data) == 32 else b""


def _lift(proof: object) -> int:
    """The level that a proof lifts to; none, if its method is not known here."""
    method = proof.get("method") if isinstance(proof, dict) else None
    level = _LIFTS.get(method, 0) if isinstance(method, str) else 0
    # Membership under another name says little about the name.
    return (
        min(level, 2) if isinstance(proof, dict) and proof.get("by_other_name") is True else level
    )


def _base64(text: object) -> bytes:
    """Standard base64 in its one spelling; ValueError for anything else."""
    if not isinstance(text, str):
        raise ValueError
    data = base64.b64decode(text.encode("ascii", "replace"), validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError
    return data


def _hash(text: object) -> bytes:
    data = _base64(text)
    if len(data) != 32:
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


def _seconds_later(time_told: str, seconds: int) -> str:
    """Of a time that is one."""
    at = calendar.timegm(time.strptime(time_told, "%Y-%m-%dT%H:%M:%SZ"))
    found = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(min(at + seconds, _LAST_SECOND)))
    # Early years are written with fewer digits here and there.
    return found.zfill(len(time_told))


def _number(text: str) -> float:
    """As JavaScript reads it, to which 7.0 is 7."""
    found = float(text)
    return int(found) if found.is_integer() else found


def _no_number(_text: str) -> float:
    """NaN and its like are not JSON."""
    raise ValueError


def _tame(value: object, most: int = 200) -> Any:
    """What a file says, made safe to print: it may be hostile."""
    if value is None or type(value) is int:
        return value
    text = value if isinstance(value, str) else "?"
    return "".join(each if each.isprintable() else "?" for each in text[:most])


def _sentence(problem: dict[str, Any]) -> str:
    values = {
        name: WORDS.get(name, {}).get(value, value) if isinstance(value, str) else value
        for name, value in problem.items()
        if name != "code"
    }
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
