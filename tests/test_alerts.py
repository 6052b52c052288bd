"""Alerts for Prometheus: each asks for figures that the site has, and the operator reads what to
do."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from campaign import counters

ROOT = Path(__file__).resolve().parents[1]
RULES = (ROOT / "deploy/prometheus/undersigned.rules.yml").read_text()
BOARD = json.loads((ROOT / "deploy/prometheus/undersigned.board.json").read_text())
RUNBOOK = (ROOT / "docs/running.md").read_text()


def _alerts() -> dict[str, str]:
    return dict(re.findall(r"- alert: (\w+)\n\s+expr: (.*)\n", RULES))


def _names(expressions: list[str]) -> set[str]:
    return {name for each in expressions for name in re.findall(r"undersigned_\w+", each)}


@pytest.fixture
def gauges(client: Client, db: None) -> set[str]:
    return set(re.findall(r"(?m)^# TYPE (\w+) gauge$", client.get("/metrics").text))


def test_alerts_ask_for_figures_that_are_there(gauges: set[str]) -> None:
    asked = _names(list(_alerts().values()))
    assert asked - gauges - counters.names() == set()
    # What is watched by nobody is shown for nothing.
    assert gauges - asked == {"undersigned_mail_waiting", "undersigned_record_events_waiting"}


def test_the_board_shows_figures_that_are_there_and_all_that_is_counted(gauges: set[str]) -> None:
    shown = _names([each["expr"] for panel in BOARD["panels"] for each in panel["targets"]])
    assert shown - gauges - counters.names() == set()
    assert {name for name in counters.names() if name.endswith("_total")} - shown == set()


@pytest.mark.django_db
def test_prometheus_reads_the_figures_as_the_rules_say(client: Client) -> None:
    [target] = re.findall(r'targets: \["(.*?)"\]', RULES)
    response = client.get("/metrics", headers={"host": target})
    assert response.status_code == 200


def test_operator_reads_what_to_do_for_each_alert() -> None:
    rows = re.findall(r"(?m)^\| `(Undersigned\w+)` \| (.+) \| (.+) \|$", RUNBOOK)
    assert [name for name, _meaning, _deed in rows] == list(_alerts())
    assert len(re.findall("annotations: { summary: ", RULES)) == len(_alerts())
    assert set(re.findall(r"severity: (\w+)", RULES)) == {"page", "ticket"}
