"""Counting for Prometheus: by all processes of the machine, and without a word of others."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from campaign import answers, counters, limits
from campaign.handler import Handler, Request
from campaign.letters.models import Letter
from campaign.limits import Limit
from tests.signatures.factories import SALMA, confirmed, open_letter, pending

_ONE_MORE = """
import django
django.setup()
from campaign import counters
counters.count(counters.signatures, "asked")
folder = django.conf.settings.DATA_DIR / "metrics"
print(sorted(path.name for path in folder.iterdir()), flush=True)
"""


def counted(name: str) -> dict[str, float]:
    """By labels, what all processes counted until now."""
    answers.hand_over()
    found = re.findall(rf"(?m)^undersigned_{name}(\S*) (\S+)$", counters.written().decode())
    return {labels: float(value) for labels, value in found}


def more(name: str, act: Callable[[], object]) -> dict[str, float]:
    before = counted(name)
    act()
    after = counted(name)
    return {
        labels: value - before.get(labels, 0)
        for labels, value in after.items()
        if value != before.get(labels, 0)
    }


def ask(path: str, door: Handler | None = None) -> int:
    """Through the site's own door, which the client of tests has not."""
    request = Request(RequestFactory().get(path).environ)
    return (door or Handler()).get_response(request).status_code


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.mark.django_db
def test_answers_are_counted_by_the_name_of_the_page(letter: Letter) -> None:
    found = more("requests_total", lambda: [ask(f"/letters/{letter.slug}/"), ask("/no/such?x=1")])

    assert found == {
        '{audience="public",kept="no",status="200",view="letter"}': 1,
        '{audience="none",kept="no",status="404",view="none"}': 1,
    }


@pytest.mark.django_db
def test_a_kept_page_is_counted_as_kept(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "HAND_OVER_SECONDS", 0)
    request = RequestFactory().get("/")
    request.kept_as = ("public", "letter")  # type: ignore[attr-defined]

    found = more("requests_total", lambda: answers.count(request, HttpResponse(), begun=0))

    assert found == {'{audience="public",kept="yes",status="200",view="letter"}': 1}


@pytest.mark.django_db
def test_a_page_that_is_asked_for_again_is_a_kept_one(letter: Letter, settings: Settings) -> None:
    settings.SHARED_PAGE_SECONDS = 60
    door = Handler()

    assert sorted(
        more("requests_total", lambda: [ask(f"/letters/{letter.slug}/", door) for _time in "ab"])
    ) == [
        f'{{audience="public",kept="{kept}",status="200",view="letter"}}' for kept in ("no", "yes")
    ]


@pytest.mark.django_db
def test_how_long_answers_took_is_counted_by_audience(letter: Letter) -> None:
    found = more("request_seconds_count", lambda: ask(f"/letters/{letter.slug}/"))

    assert found == {'{audience="public"}': 1}


@pytest.mark.django_db
def test_signatures_are_counted_by_what_happened(letter: Letter) -> None:
    found = more("signatures_total", lambda: [pending(letter), confirmed(letter, SALMA)])

    assert found == {'{step="asked"}': 2, '{step="confirmed"}': 1}


def test_a_limit_is_counted_where_it_refuses() -> None:
    who = b"somebody"
    refused = more(
        "limits_hit_total", lambda: [limits.hit(Limit.CODES_TO_ADDRESS, who) for _use in "abcd"]
    )

    assert refused == {'{limit="CODES_TO_ADDRESS"}': 1}


def test_uses_that_no_limit_counted_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OSError

    monkeypatch.setattr(limits, "_limiter", gone)

    def use() -> None:
        assert limits.hit(Limit.API_FROM_NETWORK, b"somebody")

    assert more("limits_not_counted_total", use) == {'{limit="API_FROM_NETWORK"}': 1}
    assert more("redis_errors_total", use) == {'{where="limits"}': 1}
    assert more("log_lines_total", use) == {'{event="limit_not_counted",level="warning"}': 1}


def test_a_process_counts_on_where_an_ended_one_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And beside one that lives, in files of its own."""
    monkeypatch.setattr(counters, "folder", lambda: tmp_path / "metrics")
    environ = {**os.environ, "DATA_DIR": str(tmp_path)}
    begin = [sys.executable, "-c"]
    with subprocess.Popen(
        [*begin, f"{_ONE_MORE}\ninput()"],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as living:
        assert living.stdin is not None
        assert living.stdout is not None
        files = {living.stdout.readline()}
        for _process in range(3):
            one_more = [*begin, _ONE_MORE]
            files.add(subprocess.check_output(one_more, env=environ, text=True))
        living.stdin.write("\n")
        living.stdin.flush()
    assert sorted(each.count(".lock") for each in files) == [1, 2]
    assert counted("signatures_total") == {'{step="asked"}': 4}


def overwritten(path: Path) -> None:
    """By an older copy, while the process goes on behind what that knew: zeros lie between."""
    content = bytearray(path.read_bytes())
    used = int.from_bytes(content[:4], sys.byteorder)
    content[:4] = (used + 64).to_bytes(4, sys.byteorder)
    path.write_bytes(content + bytes(64))


def cut(path: Path) -> None:
    os.truncate(path, 2)


def not_ours(path: Path) -> None:
    path.write_bytes(b"\xff" * 4096)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize("spoil", [overwritten, cut, not_ours, emptied])
def test_a_broken_file_is_left_out_and_told_of_until_its_place_is_taken_anew(
    spoil: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "folder", lambda: tmp_path / "metrics")
    environ = {**os.environ, "DATA_DIR": str(tmp_path)}

    def one_more() -> None:
        subprocess.run([sys.executable, "-c", _ONE_MORE], check=True, env=environ)

    def told() -> tuple[int, str]:
        found = re.findall(r'step="asked"} (\S+)', counters.written().decode())
        return counters.unreadable(), "".join(found)

    assert told() == (0, "")
    one_more()
    one_more()
    assert told() == (0, "2.0")
    spoil(tmp_path / "metrics/counter_0.db")
    assert told() == (1, "")
    one_more()
    assert told() == (0, "1.0")


_GOES_ON = """
import os, resource, shutil
import django
django.setup()
from campaign import counters
def count(first):
    for number in range(first, first + 400):
        counters.count(counters.log_lines, "warning", f"number {number}")
        counters.observe(counters.seconds, "public", value=1)
count(0)
folder = counters.folder()
for path in folder.glob("*.db"):
    {happens}
count(400)
"""


@pytest.mark.parametrize(
    "happens",
    [
        "os.truncate(path, 0)",
        "os.truncate(path, 4100)",
        "path.write_bytes(path.read_bytes()[:500])",
        "path.unlink()",
        "shutil.rmtree(folder, ignore_errors=True)",
        # A disk that is full refuses in the same way.
        "resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, -1))",
    ],
)
def test_a_process_goes_on_whatever_becomes_of_its_files(happens: str, tmp_path: Path) -> None:
    environ = {**os.environ, "DATA_DIR": str(tmp_path)}
    program = _GOES_ON.replace("{happens}", happens)
    subprocess.run([sys.executable, "-c", program], check=True, env=environ)


def test_a_living_process_whose_file_was_emptied_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "folder", lambda: tmp_path / "metrics")
    environ = {**os.environ, "DATA_DIR": str(tmp_path)}
    goes_on = _GOES_ON.replace("{happens}", "os.truncate(path, 0)").replace(
        "count(400)", "count(0)"
    )
    subprocess.run([sys.executable, "-c", goes_on], check=True, env=environ)
    assert (counters.unreadable(), counters.written()) == (2, b"")


def test_where_no_place_is_free_nobody_looks_again_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "folder", lambda: tmp_path / "metrics")
    monkeypatch.setattr(counters, "MAX_PLACES", 0)
    place = counters._Place()
    place()
    with pytest.raises(OSError, match="no place to count in"):
        place()
    monkeypatch.setattr(counters, "MAX_PLACES", 1)
    with pytest.raises(OSError, match="a moment ago"):
        place()
    later = time.monotonic() + counters.NO_PLACE_FOR_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert place() == 0


def test_a_folder_that_takes_nothing_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "folder", lambda: tmp_path / "gone/metrics")
    place = counters._Place()
    place()
    with pytest.raises(OSError, match="gone"):
        place()

    def full(*_labels: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(counters, "_of_labels", full)
    counters.count(counters.signatures, "asked")
    counters.observe(counters.seconds, "public", value=1)
