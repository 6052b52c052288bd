import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.record.format.leaf import (
    EVENTS,
    LEVELS,
    Leaf,
    MalformedLeaf,
    decode_leaf,
    encode_leaf,
)
from signatures.record.format.tiles import MAX_SIZE

TIME = datetime(2026, 10, 22, 14, 5, tzinfo=UTC)
PUBLIC_ID = "abcDEF012_-abcDEF012_-"
TEXT = "ab" * 32
COMMITMENT = "0f" * 32


def leaf(**changes: Any) -> Leaf:
    values: dict[str, Any] = {
        "index": 7,
        "time": TIME,
        "event": "sign",
        "signature": PUBLIC_ID,
        "level": 1,
        "text_sha256": TEXT,
        "commitment": COMMITMENT,
    }
    return Leaf(**(values | changes))


def test_a_leaf_is_compact_ascii_json_in_a_fixed_order() -> None:
    assert encode_leaf(leaf()) == (
        b'{"n":7,"t":"2026-10-22T14:05:00Z","e":"sign","s":"abcDEF012_-abcDEF012_-","v":1,'
        b'"x":"' + TEXT.encode() + b'","c":"' + COMMITMENT.encode() + b'"}'
    )


def test_what_does_not_apply_is_left_out() -> None:
    assert encode_leaf(Leaf(index=0, time=TIME, event="close")) == (
        b'{"n":0,"t":"2026-10-22T14:05:00Z","e":"close"}'
    )
    assert b'"v"' not in encode_leaf(leaf(level=None))


def test_time_is_in_utc_and_to_the_second() -> None:
    cairo = timezone(timedelta(hours=3))
    time = datetime(2026, 10, 22, 17, 5, 0, 999_999, tzinfo=cairo)

    assert encode_leaf(leaf(time=time)) == encode_leaf(leaf())


@given(
    index=st.integers(0, MAX_SIZE),
    time=st.datetimes(timezones=st.just(UTC)).map(lambda time: time.replace(microsecond=0)),
    event=st.sampled_from(sorted(EVENTS)),
    signature=st.just("") | st.from_regex(r"[A-Za-z0-9_-]{22}", fullmatch=True),
    level=st.none() | st.sampled_from(LEVELS),
    text_sha256=st.sampled_from(["", TEXT]),
    commitment=st.sampled_from(["", COMMITMENT]),
)
def test_a_leaf_is_read_as_it_was_written(**values: Any) -> None:
    written = Leaf(**values)
    data = encode_leaf(written)

    assert decode_leaf(data) == written
    assert len(data) <= 400 - 34


@pytest.mark.parametrize(
    "changes",
    [
        {"index": -1},
        {"index": True},
        {"index": 1.0},
        {"time": datetime(2026, 10, 22, 14, 5)},  # noqa: DTZ001
        {"event": ""},
        {"event": "signed"},
        {"signature": "short"},
        {"signature": PUBLIC_ID + "x"},
        {"signature": PUBLIC_ID[:-1] + "\n"},
        {"signature": PUBLIC_ID[:-1] + "é"},
        {"level": -1},
        {"level": 0},
        {"level": 5},
        {"level": True},
        {"text_sha256": TEXT[:-1]},
        {"text_sha256": TEXT.upper()},
        {"commitment": COMMITMENT + "0f"},
        {"commitment": "zz" * 32},
    ],
)
def test_impossible_values_make_no_leaf(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedLeaf):
        leaf(**changes)


GOOD: dict[str, Any] = json.loads(encode_leaf(leaf()))
CHANGES: list[dict[str, Any]] = [
    {"t": "2026-10-22T14:05:00+00:00"},
    {"t": "2026-10-22 14:05:00Z"},
    {"t": "2026-1-2T14:05:00Z"},
    {"t": 0},
    {"e": "signed"},
    {"e": []},
    {"s": ""},
    {"s": None},
    {"s": 5},
    {"v": None},
    {"v": "1"},
    {"x": ""},
    {"c": False},
    {"more": 1},
]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"7",
        b'"leaf"',
        b"\xff",
        b"[" * 100_000,
        encode_leaf(leaf()) + b"\n",
        b" " + encode_leaf(leaf()),
        encode_leaf(leaf()).replace(b'"n":7', b'"n":7.0'),
        encode_leaf(leaf()).replace(b'"n":7', b'"n":true'),
        encode_leaf(leaf()).replace(b'"n":7', b'"n":NaN'),
        encode_leaf(leaf()).replace(b'"n":7', b'"n":7,"n":7'),
        encode_leaf(leaf()).replace(b'"v":1', b'"v":1.0'),
        encode_leaf(leaf()).replace(b'"sign"', '"s\u0131gn"'.encode()),
        *(json.dumps(GOOD | change, separators=(",", ":")).encode() for change in CHANGES),
        json.dumps(dict(reversed(GOOD.items())), separators=(",", ":")).encode(),
    ],
)
def test_bytes_that_we_would_not_write_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedLeaf):
        decode_leaf(data)
