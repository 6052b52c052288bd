"""Log lines are JSON and tell nothing about persons."""

import io
import json
import logging
import time
from collections.abc import Iterator

import pytest
import structlog
from django.test import RequestFactory

from campaign import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Lines())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.propagate = True
    logger.setLevel(logging.NOTSET)


def line(written: io.StringIO) -> dict[str, object]:
    [text] = written.getvalue().splitlines()
    read: dict[str, object] = json.loads(text)
    return read


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("GET /s/AAAAbbbb_-12/thanks/", "GET /s/[token]/thanks/"),
        ("/ar/s/AAAAbbbb", "/ar/s/[token]"),
        ("/e/AAAA/ /ar/f/BBBB/ /u/CCCC/", "/e/[token]/ /ar/f/[token]/ /u/[token]/"),
        ("/letters/a/inbox/gAAAA-_=/resend/ and more", "/letters/a/inbox/[token]/resend/ and more"),
        (
            "/ar/letters/e/inbox/gAAAA-_=/",
            "/ar/letters/e/inbox/[token]/",
        ),
        ("/o/AAAA/ /start/key/BBBB/", "/o/[token]/ /start/key/[token]/"),
        ("/accounts/password/reset/key/1-abc/", "/accounts/password/reset/key/[token]/"),
        ("/s/AAAAAAAAAAAA/vouch/7KQF2M9X4TRD/", "/s/[token]/vouch/[token]/"),
        ("http://x.example/s/abc?saved=1", "http://x.example/s/[token]?saved=1"),
        ("to brigid@quayside.example, again", "to [address], again"),
        ("<brigid+x@quayside.example>", "<[address]>"),
        ("key (email)=(b@q.example) exists", "key (email)=([address]) exists"),
        ("'b@q.example': 'بريد@مثال.example'", "'[address]': '[address]'"),
        ("a@b@c.example", "[address]"),
        ("nobody @ all", "nobody @ all"),
        ("/static/css/undersigned.css", "/static/css/undersigned.css"),
        ("2026-11-23T01:57:12", "2026-11-23T01:57:12"),
        ("failed\nDETAIL:  Failing row contains (1, Ann).\nend", "failed\nDETAIL: [row]\nend"),
    ],
)
def test_addresses_tokens_and_rows_are_cut(text: str, scrubbed: str) -> None:
    assert logs.scrub(text) == scrubbed
    assert logs.scrub(scrubbed) == scrubbed


@pytest.mark.parametrize("text", ["x" * 200_000, "@" * 200_000, "a@" * 100_000, "/s/" * 70_000])
def test_no_length_keeps_a_process_busy(text: str) -> None:
    start = time.process_time()
    logs.scrub(text)
    assert time.process_time() - start < 1


def test_a_line_is_one_json_object(written: io.StringIO) -> None:
    logging.getLogger("tests.logs").warning("hello %s", "brigid@quayside.example\nsecond line")
    told = line(written)
    assert told.pop("timestamp")
    assert told == {
        "event": "hello [address]\nsecond line",
        "level": "warning",
        "logger": "tests.logs",
    }


def test_our_own_lines_keep_their_values(written: io.StringIO) -> None:
    log = structlog.get_logger("tests.logs")
    log.info("counted", n=3, share=0.5, done=True, nothing=None, to="b@q.example", path="/s/x/")
    told = line(written)
    assert {name: told[name] for name in ("n", "share", "done", "nothing", "to", "path")} == {
        "n": 3,
        "share": 0.5,
        "done": True,
        "nothing": None,
        "to": "[address]",
        "path": "/s/[token]/",
    }


def test_requests_and_things_are_not_written_out(written: io.StringIO) -> None:
    request = RequestFactory().post("/s/secret/", {"email": "b@q.example"})
    logging.getLogger("tests.logs").error("failed", extra={"request": request, "status_code": 500})
    structlog.get_logger("tests.logs").error("failed", request=request, who={"a": "b@q.example"})
    text = written.getvalue()
    assert "secret" not in text
    assert "b@q.example" not in text


def test_a_traceback_is_scrubbed_even_if_another_handler_wrote_it_before(
    written: io.StringIO,
) -> None:
    logger = logging.getLogger("tests.logs")
    first = logging.StreamHandler(io.StringIO())
    logger.handlers.insert(0, first)
    try:
        raise ValueError("no such signer: b@q.example behind /s/token")
    except ValueError:
        logger.exception("failed")
    finally:
        logger.removeHandler(first)
    told = line(written)
    assert "ValueError: no such signer: [address] behind /s/[token]" in str(told["exception"])
    assert "b@q.example" not in written.getvalue()


def test_surrogates_and_the_like_can_be_written(written: io.StringIO) -> None:
    logging.getLogger("tests.logs").warning("odd %r", "\ud800\x00")
    assert line(written)["level"] == "warning"


def fails(depth: int) -> None:
    if depth:
        fails(depth - 1)
    raise ValueError(f"at /s/{'t' * 6000}/edit/ of ada@mail.example, {'x' * 50}")


@pytest.mark.parametrize("ours", [True, False])
def test_a_fault_takes_one_line_of_a_few_kilobytes(written: io.StringIO, ours: bool) -> None:
    try:
        try:
            fails(60)
        except ValueError as error:
            raise LookupError("/s/token/") from error
    except LookupError:
        if ours:
            structlog.get_logger("tests.logs").exception("broken")
        else:
            logging.getLogger("tests.logs").exception("broken")
    text = written.getvalue()
    assert text.count("\n") == 1
    assert len(text) < 4000
    told = str(json.loads(text)["exception"])
    assert 0 < told.count("in fails") <= logs.MAX_FRAMES
    assert told.endswith("LookupError: /s/[token]/")
    assert "ttt" not in told
    assert "ada" not in told
