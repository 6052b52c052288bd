"""Structured log lines without personal data: one JSON object a line, addresses and tokens cut."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from campaign import counters

# Of each exception in a chain; enough to find the place, and a line stays below 4 kB.
MAX_FRAMES = 5
MAX_TRACEBACK_LENGTH = 3000
# What a path or message might carry: signers' links, sealed tickets, e-mail addresses.
# A letter may be called `e`.
_TOKENS = re.compile(r"((?<!/letters)/[efiorsu]/|/inbox/|/key/|/confirm-email/|/vouch/)[^/\s\"'?]+")
# In linear time, whatever is in a path: it begins only where a word does, and never goes back.
_ADDRESSES = re.compile(r"(?<![^\s@<>\"'=/(])[^\s@<>\"'=/(]++@[^\s<>\"',;)]+")
# Where PostgreSQL tells the whole row that broke a rule.
_ROWS = re.compile(r"(DETAIL:|CONTEXT:)[^\n]*")


_COUNTED_LEVELS = ("warning", "error", "exception", "critical")
NAME = re.compile(r"[a-z_]{1,60}")


def scrub(text: str) -> str:
    text = _ROWS.sub(r"\1 [row]", text)
    return _ADDRESSES.sub("[address]", _TOKENS.sub(r"\1[token]", text))


def _scrubbed(value: Any) -> Any:
    if isinstance(value, bool | int | float) or value is None:
        return value
    return scrub(str(value))


def without_personal_data(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Scrub every value. The request itself is dropped: it holds headers, form and network."""
    event.pop("request", None)
    return {name: _scrubbed(value) for name, value in event.items()}


def counted(_logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of our own warnings and errors, by their names; what is no name is not told."""
    name = str(event.get("event"))
    if method in _COUNTED_LEVELS and NAME.fullmatch(name):
        counters.count(counters.log_lines, method, name)
    return event


def short_traceback(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The last frames of each traceback: what is before is Django's, and always the same."""
    found = event.pop("exc_info", None)
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    elif found and not isinstance(found, tuple):
        found = sys.exc_info()
    if found and found[0] is not None:
        lines = traceback.format_exception(*found, limit=-MAX_FRAMES)
        # Cut afterwards: half a token would not be found.
        event["exception"] = scrub("".join(lines)).rstrip()[-MAX_TRACEBACK_LENGTH:]
    return event


_SHARED: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    short_traceback,
]


class Lines(structlog.stdlib.ProcessorFormatter):
    """Formats our own lines and those of libraries alike."""

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_personal_data,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        # Format the traceback anew: the cached text may not have been scrubbed.
        record.exc_text = None
        return super().format(record)


def configure() -> None:
    structlog.configure(
        processors=[counted, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
