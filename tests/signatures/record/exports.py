"""Exports made by hand: a letter's story, told with a key of its own, and ways to falsify it.

The same story, key and salts every time, so that what is made here can be kept as test vectors.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signatures.record.format.checkpoint import Checkpoint, sign_checkpoint
from signatures.record.format.commitment import commit, record_bytes
from signatures.record.format.cosignatures import Cosigner, cosign
from signatures.record.format.leaf import Leaf, encode_leaf
from signatures.record.format.merkle import Tree, leaf_hash, root
from signatures.record.format.notes import Verifier
from signatures.record.format.proofs import consistency_proof, inclusion_proof
from signatures.record.verifier import verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ORIGIN = "letters.example/letters/work-that-is-ours/record"
VKEY = str(Verifier.of(name=ORIGIN, private_key=KEY))
LOG_ORIGIN = "letters.example/record"
LOG_VKEY = str(Verifier.of(name=LOG_ORIGIN, private_key=KEY))
WITNESS_NAME = "witness.example"
WITNESS_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
WITNESS_VKEY = str(Cosigner.of(name=WITNESS_NAME, private_key=WITNESS_KEY))
URL = "https://letters.example/letters/work-that-is-ours/"
BEGUN = datetime(2026, 10, 22, 14, 5, tzinfo=UTC)
EARLIER = 9

TEXTS = {
    (1, "en"): "For work that is ours\n\nTo those who build with what we made\n\nAsk us.\n",
    (1, "ar"): "من أجل عملٍ هو لنا\n\nإلى من يبنون بما صنعناه\n\nاسألونا.\n",
    (2, "en"): "For work that is ours\n\nTo those who build with what we made\n\nAsk us. Pay us.\n",
}
BRIGID = {"name": "Brigid O’Malloran", "profession": "author", "country": "IE"}
SALMA = {"name": "سلمى الزيتوني", "profession": "poet", "country": "LB", "kind": "person"}
GUILD = {"name": "Guild of Lampwrights", "country": "NZ", "kind": "organisation"}
MEI = {"name": "梅若溪", "profession": "painter", "country": "TW", "credit": 'Lantern "I/O" 🏮'}

Line = dict[str, Any]

CORRECTIONS: list[Line] = [
    {"n": 9, "event": "withdraw", "reason": "signer", "number": 5},
    {"n": 12, "event": "remove", "reason": "checking", "number": 7},
    {"n": 14, "event": "remove", "reason": "checking", "number": 8},
    {"n": 15, "event": "restore", "reason": "checked", "number": 8},
    {"n": 17, "event": "erase", "reason": "signer", "number": None},
    {"n": 20, "event": "text", "reason": "", "number": None},
    {"n": 22, "event": "remove", "reason": "unconfirmed", "number": 7},
]


def public_id(name: str) -> str:
    return base64.urlsafe_b64encode(sha256(name.encode()).digest()[:16]).decode().rstrip("=")


def salt_of(name: str) -> bytes:
    return sha256(f"salt of {name}".encode()).digest()


def hash_of(version: int, language: str) -> str:
    return sha256(TEXTS[version, language].encode()).hexdigest()


def signed_note(leaves: list[bytes], *, key: Ed25519PrivateKey = KEY, origin: str = ORIGIN) -> str:
    sealed = Checkpoint(origin, len(leaves), root([leaf_hash(leaf) for leaf in leaves]))
    return sign_checkpoint(checkpoint=sealed, private_key=key)


def tree_of(leaves: list[bytes]) -> Tree:
    tiles = Tree(size=0, read_tile=lambda _level, _index: b"").append(
        [leaf_hash(leaf) for leaf in leaves]
    )
    return Tree(size=len(leaves), read_tile=lambda level, index: tiles[level, index])


def log_proof(
    leaves: list[bytes],
    *,
    size: int | None = None,
    origin: str = ORIGIN,
    log_origin: str = LOG_ORIGIN,
    key: Ed25519PrivateKey = KEY,
    witnesses: dict[str, Ed25519PrivateKey] | None = None,
    index: int = 2,
) -> str:
    """The proof from a site's log of some lines that it has a record with these leaves, for an
    export of `size` of them."""
    tree = tree_of(leaves)
    told = [
        {
            "n": n,
            "t": "2026-10-22T14:13:00Z",
            "o": origin if n == index else "letters.example/letters/another/record",
            "size": tree.size,
            "root": _base64(tree.root()),
        }
        for n in range(5)
    ]
    log = [_line(each)[:-1] for each in told]
    extra = log[index]
    if size is not None and size != tree.size:
        path = consistency_proof(tree, old_size=size, new_size=tree.size)
        link = {"size": size, "path": [_base64(each) for each in path]}
        extra += b"\n" + _line(link)[:-1]
    note = signed_note(log, key=key, origin=log_origin)
    text = note.rpartition("\n\n")[0] + "\n"
    by = {WITNESS_NAME: WITNESS_KEY} if witnesses is None else witnesses
    for name, private_key in by.items():
        note += cosign(text=text, name=name, private_key=private_key, at=1792678400)
    hashes = inclusion_proof(tree_of(log), index=index, size=len(log))
    head = [verify.PROOF, f"extra {_base64(extra)}", f"index {index}", *map(_base64, hashes)]
    return "\n".join(head) + f"\n\n{note}"


LOST_ORIGIN = "letters.example/letters/work-that-was-ours/record"
LOST = 5


def continued(
    *, size: int = EARLIER, lost: int = LOST, key: Ed25519PrivateKey = KEY
) -> list[bytes]:
    """The export of a record that goes on, behind its first lines, from a log that was lost."""
    told = story_with_everybody()
    note = signed_note(told.leaves[: size + lost], origin=LOST_ORIGIN, key=key)
    left = Story(told.leaves[:size], {}, [*told.signed[:6], *["lost"] * lost])
    left.tell("continue", text_sha256=sha256(note.encode()).hexdigest())
    left.behind |= {n: line for n, line in told.behind.items() if n < size}
    left.behind[size] = {"continued": {"checkpoint": note}}
    left.tell(
        "sign", "later", level=1, text_sha256=hash_of(1, "en"), details={"name": "Ulla Later"}
    )
    lines = [json.loads(line) for line in lines_of(left)[:-1]]
    lines = [each for each in lines if not {"changed", "correction"} & each.keys()]
    lines = [each for each in lines if each.get("text", {}).get("version") != 2]
    lines[0]["format"] = verify.FORMAT_CONTINUED
    corrected = {"n": size, "event": "continue", "reason": "", "number": None}
    counts = {"total": 7, "people": 6, "organisations": 1, "anonymous": 1}
    end = {
        "as_of": "2026-10-22T14:08:00Z",
        **counts,
        "levels": {"1": 6, "2": 1, "3": 0, "4": 0},
    }
    return [_line(each) for each in [*lines, {"correction": corrected}, {"end": end}]]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class Story:
    """Leaves in their order, with what an export shows behind each."""

    leaves: list[bytes] = field(default_factory=list)
    behind: dict[int, Line] = field(default_factory=dict)
    signed: list[str] = field(default_factory=list)

    def tell(self, event: str, who: str = "", *, salt: str = "", **told: Any) -> None:
        n = len(self.leaves)
        details = told.pop("details", None)
        if event == "sign":
            self.signed.append(who)
        if details is not None:
            details = {"kind": "person"} | details
            salt_bytes = salt_of(salt or who)
            told["commitment"] = commit(salt=salt_bytes, record=record_bytes(details))
            self.behind[n] = {
                "number": self.signed.index(who) + 1,
                "salt": base64.b64encode(salt_bytes).decode(),
                "of": details,
            }
        leaf = Leaf(
            index=n,
            time=BEGUN + timedelta(minutes=n // 3),
            event=event,
            signature=public_id(who) if who else "",
            **told,
        )
        self.leaves.append(encode_leaf(leaf))


def story() -> Story:
    """Everything that can happen to a letter, once; behind it, who is shown in the end."""
    told = story_with_everybody()
    for n in (7, 8, 11, 13, 16, 18):
        del told.behind[n]
    return told


def story_with_everybody() -> Story:
    told = Story()
    english = hash_of(1, "en")

    def sign(who: str, details: Line, **more: Any) -> None:
        told.tell("sign", who, level=1, text_sha256=english, details=details, **more)

    told.tell("publish", text_sha256=english)
    told.tell("text", text_sha256=hash_of(1, "ar"))
    sign("brigid", BRIGID)
    told.tell("verify", "brigid", level=2)
    told.behind[2]["proofs"] = [
        {"method": "domain", "subject": "salt-ledger.example", "since": "2026-10-22T14:06:00Z"}
    ]
    sign("salma", SALMA)
    sign("quiet", {"name": "Odalys Brandtner", "country": "AT"})
    told.behind[5] = {"anonymous": True}
    sign("guild", GUILD)
    sign("gone", {"name": "Winifreda Ashgrove"})
    sign("mei", {"name": "Mei", "country": "TW"}, salt="mei at first")
    told.tell("withdraw", "gone")
    told.tell("edit", "mei", level=1, details=MEI)
    sign("twice", {"name": "Brigid O’Malloran"})
    told.tell("remove", "twice")
    sign("doubted", {"name": "Wiktor Żółcik"})
    told.tell("remove", "doubted")
    told.tell(
        "restore",
        "doubted",
        level=1,
        text_sha256=english,
        details={"name": "Wiktor Żółcik", "country": "PL"},
    )
    sign("forgotten", {"name": "Peregrine Hardacre"})
    told.tell("erase", "forgotten")
    sign("busy", {"name": "Eudoxia Oldacre"})
    told.tell("verify", "busy", level=3)
    told.tell("text", text_sha256=hash_of(2, "en"))
    told.tell("close")
    # What came of it: it stays out.
    told.tell("remove", "twice")
    return told


def lines_of(told: Story) -> list[bytes]:
    """The export, as its lines. Busy has edited since, which no checkpoint holds yet."""
    last = json.loads(told.leaves[-1])["t"]
    lines = [
        _line(
            {
                "format": verify.FORMAT,
                "url": URL,
                "key": VKEY,
                "checkpoint": signed_note(told.leaves),
            }
        )
    ]
    for n, leaf in enumerate(told.leaves):
        lines.append(leaf + b"\n")
        if n in told.behind:
            lines.append(_line(told.behind[n]))
    lines += [
        _line({"changed": public_id("busy")}),
        *(_line({"text": _text(*each)}) for each in TEXTS),
        *(_line({"correction": each}) for each in CORRECTIONS),
        _line(
            {
                "end": {
                    "as_of": last,
                    "total": 7,
                    "people": 6,
                    "organisations": 1,
                    "anonymous": 1,
                    "levels": {"1": 5, "2": 1, "3": 1, "4": 0},
                    "versions": [{"version": 1, "total": 7}, {"version": 2, "total": 0}],
                }
            }
        ),
    ]
    return lines


def _text(version: int, language: str) -> Line:
    source = TEXTS[version, language]
    return {
        "version": version,
        "language": language,
        "authoritative": language == "en",
        "sha256": hash_of(version, language),
        "source": source,
    }


def _line(said: Line) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


# --- falsifying -----------------------------------------------------------------------------------


def leaves_in(lines: list[bytes]) -> list[bytes]:
    return [line[:-1] for line in lines if line.startswith(b'{"n":')]


def resealed(lines: list[bytes]) -> list[bytes]:
    """With a checkpoint over what the lines say now, signed by the real key."""
    return _header(lines, checkpoint=signed_note(leaves_in(lines)))


def without(start: bytes) -> Callable[[list[bytes]], list[bytes]]:
    """The first line that begins so is gone."""

    def drop(lines: list[bytes]) -> list[bytes]:
        at = next(i for i, line in enumerate(lines) if line.startswith(start))
        return lines[:at] + lines[at + 1 :]

    return drop


def swapped(old: str, new: str) -> Callable[[list[bytes]], list[bytes]]:
    def swap(lines: list[bytes]) -> list[bytes]:
        changed = [line.replace(old.encode(), new.encode(), 1) for line in lines]
        assert changed != lines
        return changed

    return swap


def both(*steps: Callable[[list[bytes]], list[bytes]]) -> Callable[[list[bytes]], list[bytes]]:
    def all_of_them(lines: list[bytes]) -> list[bytes]:
        for step in steps:
            lines = step(lines)
        return lines

    return all_of_them


def _header(lines: list[bytes], **changes: Any) -> list[bytes]:
    return [_line(json.loads(lines[0]) | changes), *lines[1:]]


def _end(lines: list[bytes], **changes: Any) -> list[bytes]:
    end = json.loads(lines[-1])["end"]
    return [*lines[:-1], _line({"end": end | changes})]


def _note(lines: list[bytes]) -> str:
    note: str = json.loads(lines[0])["checkpoint"]
    return note


def _other() -> Line:
    return {"name": "Salomea Vint", "kind": "person"}


def _salted(who: str) -> str:
    return base64.b64encode(salt_of(who)).decode()


def _exchanged() -> str:
    return commit(salt=salt_of("other"), record=record_bytes(_other()))


def _cut_with_its_end(lines: list[bytes]) -> list[bytes]:
    """The last events are gone, and the counts stand."""
    last = (b'{"n":20', b'{"n":21', b'{"n":22')
    return [line for line in lines if not line.startswith(last)]


def _moved_back(lines: list[bytes]) -> list[bytes]:
    return swapped('{"n":10,"t":"2026-10-22T14:08:00Z"', '{"n":10,"t":"2026-10-22T14:05:00Z"')(
        lines
    )


def _signed_by_another(lines: list[bytes]) -> list[bytes]:
    return _header(lines, checkpoint=signed_note(leaves_in(lines), key=OTHER_KEY))


def _keyed_by_another(lines: list[bytes]) -> list[bytes]:
    key = str(Verifier.of(name=ORIGIN, private_key=OTHER_KEY))
    return _header(_signed_by_another(lines), key=key)


def _of_another_letter(lines: list[bytes]) -> list[bytes]:
    note = signed_note(leaves_in(lines), origin="letters.example/letters/another/record")
    return _header(lines, checkpoint=note)


def _twice(start: bytes) -> Callable[[list[bytes]], list[bytes]]:
    def repeat(lines: list[bytes]) -> list[bytes]:
        at = next(i for i, line in enumerate(lines) if line.startswith(start))
        return [*lines[: at + 1], lines[at], *lines[at + 1 :]]

    return repeat


# What was done to the export, and which checks then do not hold, each with the code of its problem.
FALSIFIED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], list[tuple[str, str]]]] = {
    "a name altered": (
        swapped("Guild of Lampwrights", "Guild of Lamprights"),
        [("names", "details_differ")],
    ),
    "a profession altered": (
        swapped('"profession":"poet"', '"profession":"king"'),
        [("names", "details_differ")],
    ),
    "a salt altered": (
        swapped(base64.b64encode(salt_of("guild")).decode(), base64.b64encode(b"s" * 32).decode()),
        [("names", "details_differ")],
    ),
    "a detail that is not for the record": (
        swapped('"country":"NZ"', '"email":"office@lampwrights.example"'),
        [("names", "details_unfit")],
    ),
    "a name without its line": (
        swapped('{"changed":', '{"number":9,"of":{},"changed":'),
        [("names", "details_astray"), ("shown", "unexplained")],
    ),
    "a number altered": (swapped('{"number":4,', '{"number":3,'), [("numbers", "number_differs")]),
    "a name hidden": (
        without(b'{"number":2,'),
        [("shown", "unexplained")],
    ),
    "a change pretended no more": (
        without(b'{"changed":'),
        [("shown", "unexplained")],
    ),
    "a line dropped": (
        without(b'{"n":9,'),
        [
            ("size", "lines_missing"),
            ("order", "out_of_order"),
            ("root", "other_root"),
            ("shown", "unexplained"),
            ("counts", "count_differs"),
            ("corrections", "correction_astray"),
            ("counts", "version_differs"),
        ],
    ),
    "a line repeated": (
        _twice(b'{"n":9,'),
        [
            ("size", "lines_too_many"),
            ("order", "out_of_order"),
            ("root", "other_root"),
            ("events", "out_of_turn"),
        ],
    ),
    "the end cut off": (
        _cut_with_its_end,
        [
            ("size", "lines_missing"),
            ("root", "other_root"),
            ("dates", "as_of_differs"),
            ("texts", "text_unknown"),
            ("corrections", "correction_astray"),
            ("counts", "version_unknown"),
        ],
    ),
    "the total raised": (
        lambda lines: _end(lines, total=8, people=7),
        [("counts", "count_differs"), ("counts", "count_out_of_range")],
    ),
    "a level raised": (
        lambda lines: _end(lines, levels={"1": 4, "2": 2, "3": 1, "4": 0}),
        [("counts", "count_differs")],
    ),
    "more anonymous than there can be": (
        lambda lines: _end(lines, anonymous=3),
        [("counts", "count_out_of_range")],
    ),
    "counts left out": (
        lambda lines: [*lines[:-1], _line({"end": {}})],
        [
            ("dates", "as_of_differs"),
            ("counts", "count_differs"),
            ("counts", "count_out_of_range"),
        ],
    ),
    "a date moved back": (_moved_back, [("root", "other_root"), ("dates", "date_back")]),
    "a date that is none": (
        swapped("2026-10-22T14:08:00Z", "2026-02-30T14:08:00Z"),
        [("root", "other_root"), ("dates", "not_a_date")],
    ),
    "the counts dated later": (
        lambda lines: _end(lines, as_of="2026-10-23T09:00:00Z"),
        [("dates", "as_of_differs")],
    ),
    "a text altered": (swapped("Ask us. Pay us.", "Pay us."), [("texts", "text_altered")]),
    "a text left out": (
        without(b'{"text":'),
        [("texts", "text_missing"), ("counts", "version_differs")],
    ),
    "a text slipped in": (
        lambda lines: [
            *lines[:2],
            _line(
                {
                    "text": {
                        "version": 3,
                        "language": "en",
                        "sha256": sha256(b"Mine.\n").hexdigest(),
                        "source": "Mine.\n",
                    }
                }
            ),
            *lines[2:],
        ],
        [("texts", "text_unknown")],
    ),
    "the checkpoint's size edited": (
        lambda lines: _header(lines, checkpoint=_note(lines).replace("\n23\n", "\n24\n")),
        [("signed", "signature_wrong"), ("size", "lines_missing")],
    ),
    "the checkpoint's root edited": (
        lambda lines: _header(
            lines,
            checkpoint="\n".join(
                [
                    *_note(lines).split("\n")[:2],
                    base64.b64encode(b"r" * 32).decode(),
                    *_note(lines).split("\n")[3:],
                ]
            ),
        ),
        [("signed", "signature_wrong"), ("root", "other_root")],
    ),
    "signed by another, the key named": (_signed_by_another, [("signed", "signature_missing")]),
    "the key is none": (
        lambda lines: _header(lines, key="letters.example+00000000+AAAA"),
        [("signed", "key_malformed")],
    ),
    "the checkpoint of another letter": (
        _of_another_letter,
        [("signed", "signature_missing"), ("signed", "key_of_other_record")],
    ),
    "a correction of nothing": (
        swapped('{"n":12,"event":"remove"', '{"n":11,"event":"remove"'),
        [("corrections", "correction_astray"), ("corrections", "correction_missing")],
    ),
    "a verification that lacks its level": (
        both(swapped(',"v":3}', "}"), resealed),
        [("events", "leaf_incomplete"), ("counts", "count_differs")],
    ),
    "a line that is not written as lines are": (
        both(swapped('{"n":22,"t"', '{"n":22, "t"'), resealed),
        [("events", "leaf_malformed"), ("corrections", "correction_astray")],
    ),
    "an event that there is not": (
        both(swapped('"e":"close"', '"e":"reopen"'), resealed),
        [("events", "leaf_malformed")],
    ),
    "a signing of a text that was not published": (
        both(
            swapped(
                f'"e":"publish","x":"{hash_of(1, "en")}"', f'"e":"publish","x":"{hash_of(2, "en")}"'
            ),
            resealed,
        ),
        [("texts", "text_not_published"), ("counts", "version_differs")],
    ),
    "a name shown that was removed": (
        lambda lines: [
            each
            for line in lines
            for each in (
                (line, _line(story_with_everybody().behind[11]))
                if line.startswith(b'{"n":11,')
                else (line,)
            )
        ],
        [("names", "not_standing")],
    ),
    "a name as it was before": (
        both(
            lambda lines: [
                each
                for line in lines
                if not line.startswith((b'{"number":6,', b'{"changed":'))
                for each in (
                    (line, _line(story_with_everybody().behind[8]))
                    if line.startswith(b'{"n":8,')
                    else (line,)
                )
            ],
            swapped('{"correction":{"n":9,', '{"changed":"nobody"}\n{"correction":{"n":9,'),
        ),
        [("names", "details_outdated"), ("shown", "unexplained")],
    ),
    "signed twice, with the real key": (
        both(
            swapped(
                '"e":"edit","s":"' + public_id("mei") + '","v":1',
                '"e":"sign","s":"' + public_id("mei") + f'","v":1,"x":"{hash_of(1, "en")}"',
            ),
            resealed,
        ),
        [
            ("events", "out_of_turn"),
            ("numbers", "number_differs"),
            ("corrections", "correction_astray"),
            ("corrections", "correction_missing"),
        ],
    ),
    "restored without having been removed": (
        both(swapped('"e":"verify"', '"e":"restore"'), resealed),
        [("events", "out_of_turn"), ("corrections", "correction_missing")],
    ),
    "a letter's event with a signature, and one of a signature without": (
        both(
            swapped('"e":"close"', f'"e":"close","s":"{public_id("busy")}"'),
            swapped(f'"e":"withdraw","s":"{public_id("gone")}"', '"e":"withdraw"'),
            resealed,
        ),
        [
            ("events", "leaf_excess"),
            ("events", "leaf_incomplete"),
            ("shown", "unexplained"),
            ("counts", "count_differs"),
            ("counts", "version_differs"),
            ("corrections", "correction_astray"),
        ],
    ),
    "published twice": (
        both(
            swapped(
                '"e":"text","x":"' + hash_of(1, "ar"), '"e":"publish","x":"' + hash_of(1, "ar")
            ),
            resealed,
        ),
        [("events", "out_of_turn")],
    ),
}
FALSIFIED |= {
    "shown twice behind one line": (_twice(b'{"number":2,'), [("names", "details_astray")]),
    "shown elsewhere than behind its line": (
        lambda lines: [
            *(line for line in lines[:-1] if not line.startswith(b'{"number":2,')),
            next(line for line in lines if line.startswith(b'{"number":2,')),
            lines[-1],
        ],
        [("names", "details_astray"), ("shown", "unexplained")],
    ),
    "a text told twice": (_twice(b'{"text":'), [("texts", "text_twice")]),
    "a correction told twice": (
        _twice(b'{"correction":{"n":12,'),
        [("corrections", "correction_twice")],
    ),
    "a correction of line true": (
        swapped('{"n":20,"event":"text"', '{"n":true,"event":"text"'),
        [("corrections", "correction_astray")],
    ),
    "a level more": (
        lambda lines: _end(lines, levels={"1": 5, "2": 1, "3": 1, "4": 0, "5": 0}),
        [("counts", "level_unknown")],
    ),
    "signed at level 0": (
        both(
            swapped(f'"s":"{public_id("busy")}","v":1', f'"s":"{public_id("busy")}","v":0'),
            resealed,
        ),
        [("events", "leaf_malformed"), ("events", "out_of_turn"), ("counts", "version_differs")],
    ),
    "the first text said to be a translation": (
        swapped('"language":"en","authoritative":true', '"language":"en","authoritative":false'),
        [("texts", "first_text_differs")],
    ),
    "the first text said to be a later version": (
        swapped('{"version":1,"language":"en"', '{"version":3,"language":"en"'),
        [("texts", "first_text_differs"), ("counts", "version_differs")],
    ),
    "a proof of more than the level": (
        swapped('"method":"domain"', '"method":"vetting"'),
        [("names", "proof_above_level")],
    ),
    "a membership above the level": (
        swapped('"method":"domain"', '"method":"roster"'),
        [("names", "proof_above_level")],
    ),
}
FALSIFIED |= {
    "signatures moved to another text": (
        lambda lines: _end(
            lines, versions=[{"version": 1, "total": 0}, {"version": 2, "total": 7}]
        ),
        [("counts", "version_differs")],
    ),
    "a signature of no text": (
        lambda lines: _end(
            lines, versions=[{"version": 1, "total": 6}, {"version": 2, "total": 0}]
        ),
        [("counts", "version_differs")],
    ),
    "a version not told": (
        lambda lines: _end(lines, versions=[{"version": 2, "total": 0}]),
        [("counts", "version_differs")],
    ),
    "a version that there is not": (
        lambda lines: _end(
            lines,
            versions=[
                {"version": 1, "total": 7},
                {"version": 2, "total": 0},
                {"version": 3, "total": 0},
            ],
        ),
        [("counts", "version_unknown")],
    ),
    "a version told twice": (
        lambda lines: _end(
            lines, versions=[{"version": 1, "total": 7}, {"version": 1, "total": 0}]
        ),
        [("counts", "versions_malformed")],
    ),
    "versions that are no list": (
        lambda lines: _end(lines, versions={"1": 7, "2": 0}),
        [("counts", "versions_malformed")],
    ),
    "a count of a version that is none": (
        lambda lines: _end(lines, versions=[{"version": True, "total": 7}]),
        [("counts", "versions_malformed")],
    ),
    "signed under another text, with the real key": (
        both(
            swapped(
                f'"e":"restore","s":"{public_id("doubted")}","v":1,"x":"{hash_of(1, "en")}"',
                f'"e":"restore","s":"{public_id("doubted")}","v":1,"x":"{hash_of(1, "ar")}"',
            ),
            resealed,
            swapped('{"text":{"version":1,"language":"ar"', '{"text":{"version":2,"language":"ar"'),
        ),
        [("counts", "version_differs")],
    ),
    # With the key of the record, as the site could.
    "somebody else behind a change of level": (
        both(
            lambda lines: [
                each
                for line in lines
                if not line.startswith(b'{"number":1,')
                for each in (
                    (
                        line[:-2] + f',"c":"{_exchanged()}"}}\n'.encode(),
                        _line({"number": 1, "salt": _salted("other"), "of": _other()}),
                    )
                    if line.startswith(b'{"n":3,')
                    else (line,)
                )
            ],
            resealed,
        ),
        [
            ("events", "leaf_excess"),
            ("names", "details_astray"),
            ("shown", "unexplained"),
            ("counts", "count_differs"),
        ],
    ),
    "signed at a higher level": (
        both(
            swapped(
                f'"e":"sign","s":"{public_id("guild")}","v":1',
                f'"e":"sign","s":"{public_id("guild")}","v":4',
            ),
            resealed,
            lambda lines: _end(lines, levels={"1": 4, "2": 1, "3": 1, "4": 1}),
        ),
        [("events", "signed_above")],
    ),
    "closed with a text": (
        both(swapped('"e":"close"', f'"e":"close","x":"{hash_of(2, "en")}"'), resealed),
        [("events", "leaf_excess")],
    ),
    "withdrawn with a commitment": (
        both(
            swapped(
                f'"e":"withdraw","s":"{public_id("gone")}"',
                f'"e":"withdraw","s":"{public_id("gone")}","c":"{"0" * 64}"',
            ),
            resealed,
        ),
        [
            ("events", "leaf_excess"),
            ("shown", "unexplained"),
            ("counts", "count_differs"),
            ("counts", "version_differs"),
            ("corrections", "correction_astray"),
        ],
    ),
    "moved to a text before it was published": (
        both(
            swapped(
                f'"e":"edit","s":"{public_id("mei")}","v":1',
                f'"e":"edit","s":"{public_id("mei")}","v":1,"x":"{hash_of(2, "en")}"',
            ),
            resealed,
        ),
        [("texts", "text_not_published"), ("counts", "version_differs")],
    ),
    "restored with a text and without details": (
        both(
            lambda lines: [
                line[: line.index(b',"c":')] + b"}\n"
                if b'"e":"restore"' in line and line.startswith(b'{"n":')
                else line
                for line in lines
            ],
            resealed,
        ),
        [
            ("events", "leaf_incomplete"),
            ("names", "details_astray"),
            ("counts", "count_differs"),
            ("counts", "version_differs"),
            ("corrections", "correction_astray"),
            ("counts", "count_out_of_range"),
        ],
    ),
    "everybody said to have changed": (
        lambda lines: [
            *(line for line in lines[:-1] if not line.startswith(b'{"number":')),
            *(
                _line({"changed": public_id(who)})
                for who in ("brigid", "salma", "guild", "mei", "doubted")
            ),
            lines[-1],
        ],
        [("shown", "too_many_changed")],
    ),
}
# What programs do to a file on its way, which changes nothing of what it says.
MARK = b"\xef\xbb\xbf"
ON_THE_WAY: dict[str, Callable[[bytes], bytes]] = {
    "with CRLF": lambda whole: whole.replace(b"\n", b"\r\n"),
    "with CRLF, a mark and blank lines": lambda whole: (
        MARK + whole.replace(b"\n", b"\r\n") + b"\r\n \t\r\n"
    ),
    "with a mark": lambda whole: MARK + whole,
    "with a blank line": lambda whole: whole + b"\n",
    "with a blank line that has no end": lambda whole: whole + b"\n  ",
    "without the last LF": lambda whole: whole[:-1],
    "with CRLF but the last": lambda whole: whole.replace(b"\n", b"\r\n")[:-2],
    "with CR alone at the end": lambda whole: whole[:-1] + b"\r",
    # And what says no more than before: who is not in the checkpoint yet may have changed too.
    "with a change of somebody new": lambda whole: whole.replace(
        b'{"changed":', b'{"changed":"AAAAAAAAAAAAAAAAAAAAAA"}\n{"changed":', 1
    ),
    "with one text in two versions": lambda whole: whole.replace(
        b'{"correction":', _line({"text": _text(1, "ar") | {"version": 2}}) + b'{"correction":', 1
    ),
    "without what each version counts": lambda whole: whole.replace(
        b',"versions":[{"version":1,"total":7},{"version":2,"total":0}]', b"", 1
    ),
    # Who signed the text that is in both may count for either.
    "with one text in two versions, each counting its own": lambda whole: whole.replace(
        b'{"correction":', _line({"text": _text(1, "en") | {"version": 3}}) + b'{"correction":', 1
    ).replace(
        b'[{"version":1,"total":7},{"version":2,"total":0}]',
        b'[{"version":1,"total":4},{"version":2,"total":0},{"version":3,"total":3}]',
        1,
    ),
    "with a membership under another name": lambda whole: whole.replace(
        b'"method":"domain"', b'"method":"roster","by_other_name":true', 1
    ),
    "with proofs of kinds unknown here": lambda whole: whole.replace(
        b'"method":"domain"', b'"method":"oath"},5,{"method":[]},{"method":"toString"', 1
    ),
    "with proofs that are no list": lambda whole: whole.replace(
        b'"proofs":[', b'"proofs":{},"more":[', 1
    ),
}
REWRITTEN = both(
    swapped(f'"e":"withdraw","s":"{public_id("gone")}"', f'"e":"remove","s":"{public_id("gone")}"'),
    swapped('"n":9,"event":"withdraw"', '"n":9,"event":"remove"'),
    resealed,
)
# Proofs from the site's log beside an export, and what is wrong with them: true and false ones.
_LEAVES = story().leaves
_LONGER = [*_LEAVES, b'{"n":23}', b'{"n":24}', b'{"n":25}']
_FORKED = leaves_in(REWRITTEN(lines_of(story())))
_FOREIGN = Ed25519PrivateKey.from_private_bytes(bytes(range(3, 35)))
LOG_PROOFS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "as long as the export": ({"log": log_proof(_LEAVES)}, []),
    "longer, with the path from the export": ({"log": log_proof(_LONGER, size=23)}, []),
    "of the first line of the log": ({"log": log_proof(_LEAVES, index=0)}, []),
    "of the last line of the log": ({"log": log_proof(_LEAVES, index=4)}, []),
    "saved with CRLF and a mark": (
        {"log": "\ufeff" + log_proof(_LONGER, size=23).replace("\n", "\r\n")},
        [],
    ),
    "with the keys of log and witness": (
        {"log": log_proof(_LEAVES), "log_key": LOG_VKEY, "witness_keys": [WITNESS_VKEY]},
        [],
    ),
    "signed by no witness": ({"log": log_proof(_LEAVES, witnesses={})}, []),
    "signed by another witness": (
        {
            "log": log_proof(_LEAVES, witnesses={"unknown.example": _FOREIGN}),
            "witness_keys": [WITNESS_VKEY],
        },
        [("witnesses", "witness_missing")],
    ),
    "signed in the name of a witness": (
        {
            "log": log_proof(_LEAVES, witnesses={WITNESS_NAME: _FOREIGN}),
            "witness_keys": [WITNESS_VKEY],
        },
        [("witnesses", "witness_missing")],
    ),
    "a signature of a witness from elsewhere": (
        {
            "log": log_proof(_LEAVES, witnesses={})
            + log_proof(_LEAVES, index=1).rpartition("\n\n")[2].splitlines()[1]
            + "\n",
            "witness_keys": [WITNESS_VKEY],
        },
        [("witnesses", "witness_wrong")],
    ),
    "with the key of another log": (
        {
            "log": log_proof(_LEAVES),
            "log_key": str(Verifier.of(name="elsewhere.example/record", private_key=KEY)),
        },
        [("log", "log_key_of_other")],
    ),
    "of another log than the key": (
        {"log": log_proof(_LEAVES, log_origin="elsewhere.example/record"), "log_key": LOG_VKEY},
        [("log", "log_key_of_other")],
    ),
    "by another key": ({"log": log_proof(_LEAVES, key=OTHER_KEY)}, [("log", "log_not_signed")]),
    "of a checkpoint altered": (
        {"log": log_proof(_LEAVES).replace("\n5\n", "\n6\n")},
        [("log", "log_not_signed")],
    ),
    "without a part of the path": (
        {"log": "\n".join(log_proof(_LEAVES).split("\n")[:3] + log_proof(_LEAVES).split("\n")[4:])},
        [("log", "log_line_not_sealed")],
    ),
    "of another record": (
        {"log": log_proof(_LEAVES, origin="letters.example/letters/another/record")},
        [("log", "log_of_other_record")],
    ),
    "shorter": ({"log": log_proof(_LEAVES[:9])}, [("log", "log_behind")]),
    "of nothing": ({"log": log_proof([])}, [("log", "log_behind")]),
    "longer, without the path": ({"log": log_proof(_LONGER)}, [("log", "log_not_linked")]),
    "longer, with the path from elsewhere": (
        {"log": log_proof(_LONGER, size=22)},
        [("log", "log_not_linked")],
    ),
    "of a fork": ({"log": log_proof(_FORKED)}, [("log", "log_other_root")]),
    "of a fork that went on": (
        {"log": log_proof([*_FORKED, b"{}"], size=23)},
        [("log", "log_other_root")],
    ),
    "of a fork that is shorter": ({"log": log_proof(_FORKED[:22])}, [("log", "log_other_root")]),
}


def _behind(told: bytes) -> str:
    """A proof with this behind the log's line."""
    proof = log_proof(_LEAVES)
    extra = proof.split("\n")[1].removeprefix("extra ")
    return proof.replace(extra, _base64(base64.b64decode(extra) + b"\n" + told))


NO_LOG_PROOFS = {
    "an export": "{}",
    "a checkpoint": signed_note(_LEAVES),
    "without an index": log_proof(_LEAVES).replace("\nindex 2", ""),
    "at a place that its line does not tell": log_proof(_LEAVES).replace("index 2", "index 1"),
    "of a line of a record": log_proof(_LEAVES).replace(
        log_proof(_LEAVES).split("\n")[1], f"extra {_base64(_LEAVES[2])}"
    ),
    "with a short hash": log_proof(_LEAVES).replace("index 2\n", "index 2\nAAAA\n"),
    "without its checkpoint": log_proof(_LEAVES).partition("\n\n")[0],
    "with a path that is no JSON": _behind(b"path"),
    "with a path that is a list": _behind(b"[]"),
    "with a path without its size": _behind(b'{"path":[]}'),
    "with a path of size true": _behind(b'{"size":true,"path":[]}'),
    "with a path of numbers": _behind(b'{"size":2,"path":[1]}'),
    "with an abyss for a path": _behind(b"[" * 20_000),
}
CONTINUED = continued()
_LOST_NOTES = {
    size: signed_note(_LEAVES[:size], origin=LOST_ORIGIN) for size in (3, 9, 10, 12, 14, 15)
}
_OTHERS_NOTE = signed_note(_FORKED[:1] + _LEAVES[2:5], origin=LOST_ORIGIN)
# Records that go on from a lost one, with what is given beside them, and what is wrong.
CONTINUATIONS: dict[str, tuple[list[bytes], dict[str, Any], list[tuple[str, str]]]] = {
    "true": (CONTINUED, {"expected_key": VKEY}, []),
    "with the key of the lost log": (
        CONTINUED,
        {"expected_key": str(Verifier.of(name=LOST_ORIGIN, private_key=KEY))},
        [],
    ),
    "with another key of the lost log": (
        CONTINUED,
        {"expected_key": str(Verifier.of(name=LOST_ORIGIN, private_key=OTHER_KEY))},
        [("key", "other_key")],
    ),
    "with checkpoints of what is left": (
        CONTINUED,
        {"earlier": [_LOST_NOTES[3], _LOST_NOTES[9], signed_note(leaves_in(CONTINUED)[:10])]},
        [],
    ),
    "with a checkpoint of what was lost": (
        CONTINUED,
        {"earlier": [_LOST_NOTES[10]]},
        [("earlier", "earlier_lost")],
    ),
    "with the last checkpoint of what was lost": (
        CONTINUED,
        {"earlier": [_LOST_NOTES[14]]},
        [("earlier", "earlier_lost")],
    ),
    "with a checkpoint of more than is told": (
        CONTINUED,
        {"earlier": [_LOST_NOTES[15]]},
        [("earlier", "earlier_longer")],
    ),
    "with a checkpoint of others": (
        CONTINUED,
        {"earlier": [_OTHERS_NOTE]},
        [("earlier", "earlier_other_root")],
    ),
    "without a loss": (continued(lost=0), {}, []),
    "from the start": (
        CONTINUED,
        {"earlier": [signed_note([], origin=LOST_ORIGIN)]},
        [],
    ),
    "signed by somebody else": (
        continued(key=OTHER_KEY),
        {},
        [("events", "continued_not_signed")],
    ),
    "not told": (
        without(b'{"continued":')(CONTINUED),
        {},
        [("events", "continued_untold"), ("numbers", "number_differs")],
    ),
    "told otherwise": (
        swapped(f"{LOST_ORIGIN}\\n14\\n", f"{LOST_ORIGIN}\\n13\\n")(CONTINUED),
        {},
        [
            ("events", "continued_differs"),
            ("events", "continued_untold"),
            ("numbers", "number_differs"),
        ],
    ),
    "told twice": (_twice(b'{"continued":')(CONTINUED), {}, [("events", "continued_astray")]),
    "told of nothing": (
        swapped('"continued":{"checkpoint"', '"continued":{"note"')(CONTINUED),
        {},
        [
            ("events", "continued_differs"),
            ("events", "continued_untold"),
            ("numbers", "number_differs"),
        ],
    ),
    "numbers given again": (
        swapped('{"number":12,', '{"number":7,')(CONTINUED),
        {},
        [("numbers", "number_differs")],
    ),
    "without its correction": (
        without(b'{"correction":')(CONTINUED),
        {},
        [("corrections", "correction_missing")],
    ),
    "with a number in its correction": (
        swapped('"event":"continue","reason":"","number":null', '"event":"continue","number":0')(
            CONTINUED
        ),
        {},
        [("corrections", "correction_astray"), ("corrections", "correction_missing")],
    ),
    "in the format of other records": (
        _header(CONTINUED, format=verify.FORMAT),
        {},
        [
            ("corrections", "correction_astray"),
            ("events", "continued_astray"),
            ("events", "leaf_malformed"),
            ("numbers", "number_differs"),
        ],
    ),
    "at a place that there is not": (
        both(swapped('{"n":9,"t"', '{"n":999,"t"'), resealed)(CONTINUED),
        {"earlier": [_LOST_NOTES[14]]},
        [
            ("corrections", "correction_astray"),
            ("corrections", "correction_missing"),
            ("earlier", "earlier_of_other_record"),
            ("events", "continued_differs"),
            ("events", "continued_untold"),
            ("numbers", "number_differs"),
            ("order", "out_of_order"),
        ],
    ),
    "behind the end": (
        both(swapped('{"n":9,"t"', '{"n":12,"t"'), resealed)(CONTINUED),
        {"earlier": [_LOST_NOTES[12]]},
        [
            ("corrections", "correction_astray"),
            ("corrections", "correction_missing"),
            ("earlier", "earlier_lost"),
            ("numbers", "number_differs"),
            ("order", "out_of_order"),
        ],
    ),
}
REWRITTEN_BEFORE = both(swapped('14:06:00Z","e":"sign"', '14:06:01Z","e":"sign"'), resealed)


# --- vectors --------------------------------------------------------------------------------------


KEPT = (
    "a name altered",
    "a line dropped",
    "the end cut off",
    "the total raised",
    "a date moved back",
    "a text altered",
    "the checkpoint's size edited",
    "a proof of more than the level",
)
KEPT_ON_THE_WAY = ("with CRLF, a mark and blank lines", "without the last LF")


def file_of(how: str) -> str:
    return f"{how.replace(' ', '-').replace(',', '').replace(chr(39), '')}.ndjson"


def vectors() -> dict[str, bytes]:
    """Files beside docs/record.md, for whoever writes a verifier."""
    told = story()
    lines = lines_of(told)
    details = {"kind": "person"} | MEI
    parts = {
        "key": VKEY,
        "secret_key": bytes(range(32)).hex(),
        "log_key": LOG_VKEY,
        "witness_key": WITNESS_VKEY,
        "checkpoint": signed_note(told.leaves),
        "leaf_hashes": [leaf_hash(leaf).hex() for leaf in told.leaves],
        "roots": [
            root([leaf_hash(leaf) for leaf in told.leaves[:size]]).hex()
            for size in range(len(told.leaves) + 1)
        ],
        "commitment": {
            "details": details,
            "salt": salt_of("mei").hex(),
            "record_bytes": record_bytes(details).decode(),
            "commitment": commit(salt=salt_of("mei"), record=record_bytes(details)),
        },
        "falsified": {file_of(how): FALSIFIED[how][1] for how in KEPT},
        "true": ["export.ndjson", *(file_of(how) for how in KEPT_ON_THE_WAY)],
        "unreadable": {"in-UTF-16.ndjson": "other_encoding"},
    }
    whole = b"".join(lines)
    return {
        "export.ndjson": whole,
        "earlier.txt": signed_note(told.leaves[:EARLIER]).encode(),
        "parts.json": json.dumps(parts, indent=1).encode() + b"\n",
        **{file_of(how): b"".join(FALSIFIED[how][0](lines)) for how in KEPT},
        **{file_of(how): ON_THE_WAY[how](whole) for how in KEPT_ON_THE_WAY},
        "in-UTF-16.ndjson": whole.decode().encode("utf-16"),
        "rewritten.ndjson": b"".join(REWRITTEN_BEFORE(lines)),
        "forked.ndjson": b"".join(REWRITTEN(lines)),
        "log.tlog-proof": log_proof(told.leaves).encode(),
        "continued.ndjson": b"".join(CONTINUED),
    }


if __name__ == "__main__":
    from pathlib import Path

    folder = Path(__file__).parent / "vectors"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, content in vectors().items():
        (folder / name).write_bytes(content)
