"""Alerts for Prometheus: each asks for figures that the site has, and the operator reads what to
do."""

import re
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[1]
RULES = (ROOT / "deploy/prometheus/undersigned.rules.yml").read_text()
RUNBOOK = (ROOT / "docs/running.md").read_text()


def _alerts() -> dict[str, str]:
    return dict(re.findall(r"- alert: (\w+)\n\s+expr: (.*)\n", RULES))


@pytest.mark.django_db
def test_alerts_ask_for_figures_that_are_there(client: Client) -> None:
    told = set(re.findall(r"(?m)^# TYPE (\w+) gauge$", client.get("/metrics").text))
    asked = {name for each in _alerts().values() for name in re.findall(r"undersigned_\w+", each)}
    assert asked - told == set()
    # What is watched by nobody is shown for nothing.
    assert told - asked == {"undersigned_mail_waiting"}


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
