"""A process of its own that reads a workbook, and may do nothing else for long.

Run as a script, without Django: `unpacking.py ROWS`. The workbook comes on standard input. What
goes to standard output is a line of JSON for each row of its first sheet that has something in it,
as many as are asked for: its number and its cells. A few kilobytes can be made to take all the
memory of a machine; here they take what they may.
"""

import io
import json
import os
import resource
import sys
from datetime import date, datetime, time
from typing import Any

MAX_CPU_SECONDS = 90
MAX_MEMORY_BYTES = 1024**3
MAX_COLUMNS = 40
MAX_CELL_LETTERS = 1000
MAX_WRITTEN_BYTES = 64 * 1024 * 1024
# Of a sheet: a number beyond would have the reader count up to it.
_LAST_ROW = 1_048_576
_LIMITS = {
    resource.RLIMIT_CPU: MAX_CPU_SECONDS,
    resource.RLIMIT_AS: MAX_MEMORY_BYTES,
    resource.RLIMIT_CORE: 0,
    # It writes to a pipe only.
    resource.RLIMIT_FSIZE: 0,
}
# People who sign go first.
_NICENESS = 5


def main(most_rows: str) -> None:
    raw = sys.stdin.buffer.read()
    os.nice(_NICENESS)
    for kind, most in _LIMITS.items():
        resource.setrlimit(kind, (most, most))
    # Within the limits.
    from openpyxl import load_workbook  # noqa: PLC0415 -- slow import

    sheet = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False).worksheets[0]
    # What a file says of its own size is not believed: cells would be made up to it.
    sheet.reset_dimensions()
    rows = written = 0
    for number, values in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
        cells = [_written(value) for value in values]
        if any(cells):
            line = json.dumps([number, cells], ensure_ascii=False) + "\n"
            written += sys.stdout.buffer.write(line.encode(errors="replace"))
            rows += 1
        if rows == int(most_rows) or number > _LAST_ROW or written > MAX_WRITTEN_BYTES:
            return


def _written(value: Any) -> str:
    """As it would be typed: formulas as they stand, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)[:MAX_CELL_LETTERS]


if __name__ == "__main__":
    main(*sys.argv[1:])
