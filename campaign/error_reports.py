"""Errors told to a service that gathers them (Sentry's protocol), where SENTRY_DSN names one.

Each report is made anew of what may leave the site: where it failed, and what the log says of it,
scrubbed as there. No request, user, variable, breadcrumb or machine's name is ever read into it.
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from campaign.logs import NAME, scrub

# So long an ending process waits for reports that are under way.
_SHUTDOWN_SECONDS = 2
_FIELDS = ("event_id", "timestamp", "platform", "level", "logger", "message")
# Of each exception in a chain.
_FRAME_FIELDS = ("module", "function", "filename", "lineno", "in_app")


class Handler(logging.Handler):
    """Reports each error that is logged. Never raises, and waits for no answer."""

    def __init__(self, dsn: str) -> None:
        super().__init__(level=logging.ERROR)
        import sentry_sdk  # noqa: PLC0415 -- slow import
        from sentry_sdk.utils import event_from_exception  # noqa: PLC0415 -- slow import

        self._read, self._send = event_from_exception, sentry_sdk.capture_event
        sentry_sdk.init(
            dsn=dsn,
            before_send=_report,
            # They would read requests, tasks and variables.
            default_integrations=False,
            auto_enabling_integrations=False,
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=0,
            auto_session_tracking=False,
            send_client_reports=False,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )

    def emit(self, record: logging.LogRecord) -> None:
        try:
            # Our own lines have theirs written out already.
            error = record.exc_info if record.exc_info else sys.exc_info()
            event: Any = self._read(error)[0] if error[0] else {}
            event |= {"level": record.levelname.lower(), "logger": record.name}
            event["message"] = _name(record)
            self._send(event)
        except Exception:
            self.handleError(record)


def _name(record: logging.LogRecord) -> str:
    """Of our own lines their event; libraries' words may hold a path, so they only have a place."""
    event = record.msg.get("event") if isinstance(record.msg, Mapping) else None
    return event if isinstance(event, str) and NAME.fullmatch(event) else record.name


def _report(event: Any, _hint: Any) -> Any:
    """The last that is done to a report: whatever else came into it stays here."""
    kept: dict[str, Any] = {name: event[name] for name in _FIELDS if name in event}
    if found := event.get("exception"):
        kept["exception"] = {"values": [_exception(each) for each in found["values"]]}
    return kept


def _exception(found: Mapping[str, Any]) -> dict[str, Any]:
    frames = (found.get("stacktrace") or {}).get("frames") or ()
    return {
        "type": found.get("type"),
        "module": found.get("module"),
        "value": scrub(found.get("value") or ""),
        "stacktrace": {
            "frames": [{name: frame.get(name) for name in _FRAME_FIELDS} for frame in frames]
        },
    }
