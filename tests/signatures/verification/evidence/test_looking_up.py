"""Reading public records: from the right places, politely, once, and believing little."""

import json
import time
from datetime import timedelta
from itertools import pairwise
from threading import Lock
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from campaign.letters.models import Letter
from signatures.models import Evidence, EvidenceState, Proof, ProofState, Signature, Source
from signatures.tasks import look_up_evidence
from signatures.verification.evidence import looking_up, showing
from signatures.verification.evidence.give import give
from signatures.verification.evidence.identifiers import parse
from signatures.verification.evidence.sources import RECORDS
from signatures.verification.network import https
from tests.concurrency import at_once
from tests.signatures.factories import SALMA, confirmed
from tests.signatures.verification.fake_internet import Handler, LocalWorld, Site

pytestmark = pytest.mark.django_db

MBID = "00000000-0000-4000-8000-00000000beef"
ORCID = "0000-0002-1825-0097"
NAME = "Brigid O’Malloran"
MUSICBRAINZ = {
    "id": MBID,
    "name": NAME,
    "relations": [
        {"type": "purchase for download", "url": {"resource": "https://shop.example/"}},
        {
            "type": "official homepage",
            "ended": True,
            "url": {"resource": "https://old.example/"},
        },
        {
            "type": "official homepage",
            "ended": False,
            "url": {"resource": "https://www.brigid.example/books"},
        },
    ],
}
WIKIDATA = {
    "entities": {
        "Q7": {
            "type": "item",
            "id": "Q7",
            "labels": {"ga": {"language": "ga", "value": NAME}},
            "claims": {
                "P856": [
                    {
                        "rank": "deprecated",
                        "mainsnak": {"datavalue": {"value": "https://sold.example/"}},
                    },
                    {"rank": "normal", "mainsnak": {"snaktype": "novalue"}},
                    {
                        "rank": "normal",
                        "mainsnak": {"datavalue": {"value": "https://fans.example/"}},
                    },
                    {
                        "rank": "preferred",
                        "mainsnak": {"datavalue": {"value": "https://brigid.example/"}},
                    },
                ]
            },
        }
    }
}
OPEN_LIBRARY = {
    "key": "/authors/OL7A",
    "type": {"key": "/type/author"},
    "name": NAME,
    "links": [
        {"title": "Unofficial fan page", "url": "https://fans.example/"},
        {"title": "Official Site", "url": "http://brigid.example"},
    ],
}
PERSON = {
    "name": {
        "given-names": {"value": "Brigid"},
        "family-name": {"value": "O’Malloran"},
        "credit-name": None,
    },
    "researcher-urls": {
        "researcher-url": [{"url-name": "me", "url": {"value": "https://brigid.example"}}]
    },
}
ASKED = {
    Source.MUSICBRAINZ: (MBID, f"/ws/2/artist/{MBID}?inc=url-rels&fmt=json", MUSICBRAINZ),
    Source.WIKIDATA: (
        "Q7",
        "/w/api.php?action=wbgetentities&ids=Q7&props=labels%7Cclaims"
        "&redirects=yes&format=json&formatversion=2",
        WIKIDATA,
    ),
    Source.OPEN_LIBRARY: ("OL7A", "/authors/OL7A.json", OPEN_LIBRARY),
    Source.ORCID: (ORCID, f"/v3.0/{ORCID}/person", PERSON),
}


@pytest.fixture(autouse=True)
def _switched_on(settings: Settings) -> None:
    settings.LOOK_UP_PUBLIC_RECORDS = True


def answers(world: LocalWorld, source: Source, answer: Any, *, path: str = "") -> Site:
    """The record's site, with this answer at the path that is asked."""
    host = RECORDS[source].host
    site = world.sites.get(host) or world.site(host)
    body = answer if isinstance(answer, str) else json.dumps(answer)
    site.pages[path or ASKED[source][1]] = ("application/json; charset=utf-8", body)
    return site


def given(signature: Signature, source: Source) -> Evidence:
    return give(signature=signature, identifier=parse(ASKED[source][0]))


def now_is(evidence: Evidence) -> Evidence:
    evidence.refresh_from_db()
    return evidence


def said(evidence: Evidence) -> tuple[str, str, str]:
    evidence.refresh_from_db()
    return (evidence.state, evidence.found_name, evidence.found_host)


def test_it_is_off_unless_somebody_turns_it_on(
    world: LocalWorld, brigid: Signature, settings: Settings
) -> None:
    settings.LOOK_UP_PUBLIC_RECORDS = False
    evidence = given(brigid, Source.WIKIDATA)
    assert looking_up.look_up_due() == 0
    assert (said(evidence)[0], world.questions) == (EvidenceState.GIVEN, [])
    # What was given before is looked up once it is on.
    settings.LOOK_UP_PUBLIC_RECORDS = True
    answers(world, Source.WIKIDATA, WIKIDATA)
    assert looking_up.look_up_due() == 1


@pytest.mark.parametrize("source", Source.looked_up())
def test_name_and_official_website_are_read(
    world: LocalWorld, brigid: Signature, source: Source
) -> None:
    _identifier, path, answer = ASKED[source]
    site = answers(world, source, answer)
    evidence = given(brigid, source)
    look_up_evidence()
    assert said(evidence) == (EvidenceState.FOUND, NAME, "brigid.example")
    assert evidence.looked_up_at is not None
    assert evidence.look_up_due_at is None
    assert site.asked == [path]
    assert site.agents == {f"Undersigned/1.0 (+{django_settings.SITE_URL}/how-we-verify/)"}
    assert looking_up.look_up_due() == 0


def test_all_sources_are_asked_in_one_run(world: LocalWorld, brigid: Signature) -> None:
    for source, (_identifier, _path, answer) in ASKED.items():
        answers(world, source, answer)
        given(brigid, source)
    assert looking_up.look_up_due() == 4
    assert set(Evidence.objects.values_list("state", flat=True)) == {EvidenceState.FOUND}


def test_one_request_a_second_for_each_source(world: LocalWorld, brigid: Signature) -> None:
    moments: list[float] = []

    def slow_to_tell(handler: Handler) -> None:
        moments.append(time.monotonic())
        handler.say(json.dumps(OPEN_LIBRARY).encode(), content_type="application/json")

    site = world.site(RECORDS[Source.OPEN_LIBRARY].host)
    for number in range(1, 4):
        site.pages[f"/authors/OL{number}A.json"] = slow_to_tell
        give(signature=brigid, identifier=parse(f"OL{number}A"))
    assert looking_up.look_up_due() == 3
    assert [after - before > 0.9 for before, after in pairwise(moments)] == [True, True]
    # Resolved once for all of them.
    assert world.questions.count((RECORDS[Source.OPEN_LIBRARY].host, "A")) == 1


def test_while_others_ask_ours_waits_for_the_next_run(
    world: LocalWorld, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_up, "_MAX_RUN_SECONDS", 0.3)
    site = answers(world, Source.WIKIDATA, WIKIDATA)
    evidence = given(brigid, Source.WIKIDATA)
    cache.set("look-up:wikidata", True, timeout=5)
    assert looking_up.look_up_due() == 0
    assert (said(evidence)[0], evidence.tries, site.asked) == (EvidenceState.GIVEN, 0, [])
    cache.delete("look-up:wikidata")
    assert looking_up.look_up_due() == 1


def test_a_run_ends_when_its_time_is_over_and_the_next_goes_on(
    world: LocalWorld, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = answers(world, Source.WIKIDATA, WIKIDATA)
    evidence = given(brigid, Source.WIKIDATA)
    monkeypatch.setattr(looking_up, "_MAX_RUN_SECONDS", 0.0)
    assert looking_up.look_up_due() == 0
    assert (site.asked, str(evidence)) == ([], f"evidence {evidence.pk}")
    monkeypatch.setattr(looking_up, "_MAX_RUN_SECONDS", 5.0)
    assert looking_up.look_up_due() == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_ask_for_one_entry_once(
    world: LocalWorld, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Open:
        """As if each thread were a process of its own."""

        def acquire(self, blocking: bool = True) -> bool:
            return True

        def release(self) -> None:
            pass

    assert isinstance(https.one_at_a_time, type(Lock()))
    monkeypatch.setattr(https, "one_at_a_time", Open())
    site = answers(world, Source.WIKIDATA, WIKIDATA)
    given(brigid, Source.WIKIDATA)
    assert sum(at_once([looking_up.look_up_due] * 4)) == 1
    assert len(site.asked) == 1


def test_one_process_waits_for_sites_in_one_thread_only(brigid: Signature) -> None:
    given(brigid, Source.WIKIDATA)
    with https.one_at_a_time:
        assert looking_up.look_up_due() == 0


def test_what_was_read_within_a_month_is_not_asked_again(
    letter: Letter, world: LocalWorld, brigid: Signature
) -> None:
    site = answers(world, Source.ORCID, PERSON)
    first = given(brigid, Source.ORCID)
    looking_up.look_up_due()
    second = given(confirmed(letter, SALMA), Source.ORCID)
    looking_up.look_up_due()
    assert said(second) == said(first)
    assert second.looked_up_at == first.looked_up_at
    assert len(site.asked) == 1
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        Evidence.objects.filter(pk=second.pk).update(look_up_due_at=timezone.now())
        looking_up.look_up_due()
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        (Source.WIKIDATA, {"entities": {"Q7": {"id": "Q7", "missing": True}}}),
        (Source.WIKIDATA, {"error": {"code": "no-such-entity", "info": "…"}}),
        (Source.OPEN_LIBRARY, {"key": "/authors/OL7A", "type": {"key": "/type/delete"}}),
        (
            Source.OPEN_LIBRARY,
            {"type": {"key": "/type/redirect"}, "location": "/authors/OL8A", "name": "X"},
        ),
    ],
)
def test_an_entry_that_is_gone_is_missing(
    world: LocalWorld, brigid: Signature, source: Source, answer: Any
) -> None:
    answers(world, source, answer)
    evidence = given(brigid, source)
    looking_up.look_up_due()
    assert said(evidence) == (EvidenceState.MISSING, "", "")


@pytest.mark.parametrize("status", [404, 410])
def test_so_is_one_that_the_site_does_not_know(
    world: LocalWorld, brigid: Signature, status: int
) -> None:
    world.site(RECORDS[Source.MUSICBRAINZ].host).pages[ASKED[Source.MUSICBRAINZ][1]] = status
    evidence = given(brigid, Source.MUSICBRAINZ)
    looking_up.look_up_due()
    assert said(evidence) == (EvidenceState.MISSING, "", "")
    assert now_is(evidence).look_up_due_at is None


def test_what_fails_is_tried_three_times_and_then_left(
    world: LocalWorld, brigid: Signature
) -> None:
    site = world.site(RECORDS[Source.MUSICBRAINZ].host)
    site.pages[ASKED[Source.MUSICBRAINZ][1]] = 503
    evidence = given(brigid, Source.MUSICBRAINZ)
    later = timezone.now()
    for tries in (1, 2):
        with time_machine.travel(later, tick=False):
            assert looking_up.look_up_due() == 1
            assert looking_up.look_up_due() == 0
        assert (said(evidence)[0], evidence.tries) == (EvidenceState.GIVEN, tries)
        assert evidence.look_up_due_at == later + looking_up.RETRY_AFTER * tries
        later = evidence.look_up_due_at
        cache.clear()
    with time_machine.travel(later, tick=False):
        looking_up.look_up_due()
    assert said(evidence) == (EvidenceState.FAILED, "", "")
    assert (evidence.tries, evidence.look_up_due_at) == (3, None)
    assert len(site.asked) == 3


def test_a_failure_is_nobody_elses_answer(
    letter: Letter, world: LocalWorld, brigid: Signature
) -> None:
    given(brigid, Source.ORCID)
    Evidence.objects.update(
        state=EvidenceState.FAILED, looked_up_at=timezone.now(), look_up_due_at=None
    )
    answers(world, Source.ORCID, PERSON)
    evidence = given(confirmed(letter, SALMA), Source.ORCID)
    looking_up.look_up_due()
    assert said(evidence)[0] == EvidenceState.FOUND


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "null",
        "7",
        '"text"',
        "{}",
        "{",
        "[" * 100_000,
        '{"entities": []}',
        '{"entities": {}}',
        '{"entities": {"Q7": []}}',
        '{"error": {"code": "maxlag"}}',
        '{"id": 7, "type": {"key": 7}, "error": "x"}',
    ],
)
@pytest.mark.parametrize("source", Source.looked_up())
def test_what_is_no_answer_is_a_failure_and_breaks_nothing(
    world: LocalWorld, brigid: Signature, source: Source, answer: str
) -> None:
    answers(world, source, answer)
    evidence = given(brigid, source)
    assert looking_up.look_up_due() == 1
    assert (said(evidence)[0], evidence.tries) == (EvidenceState.GIVEN, 1)


def named(source: Source, name: Any, website: Any) -> Any:
    """A record that says this of itself, in its own form."""
    return {
        Source.MUSICBRAINZ: {
            "id": MBID,
            "name": name,
            "relations": [7, {"type": "official homepage", "url": {"resource": website}}],
        },
        Source.WIKIDATA: {
            "entities": {
                "Q7": {
                    "labels": {"en": {"value": name}},
                    "claims": {
                        "P856": [
                            None,
                            {"rank": "normal", "mainsnak": {"datavalue": {"value": website}}},
                        ]
                    },
                }
            }
        },
        Source.OPEN_LIBRARY: {
            "type": {"key": "/type/author"},
            "name": name,
            "links": ["x", {"title": "official", "url": website}],
        },
        Source.ORCID: {
            "name": {"credit-name": {"value": name}},
            "researcher-urls": {"researcher-url": [{}, {"url": {"value": website}}]},
        },
    }[source]


@pytest.mark.parametrize("source", Source.looked_up())
@pytest.mark.parametrize(
    ("name", "website"),
    [
        ("\u202egnp.exe", "javascript:alert(1)"),
        ("a\x00b", "https://127.0.0.1/"),
        ("\ud800", "https://[::1]/"),
        ("x" * 5000, "https://localhost/"),
        ("<script>", "mailto:a@b.example"),
        (None, None),
        (7, {"a": 1}),
        (["x"], ["https://x.example"]),
    ],
)
def test_nothing_unfit_to_show_is_kept(
    world: LocalWorld, brigid: Signature, source: Source, name: Any, website: Any
) -> None:
    answers(world, source, named(source, name, website))
    evidence = given(brigid, source)
    looking_up.look_up_due()
    assert said(evidence) == (EvidenceState.FOUND, "", "")


@pytest.mark.parametrize("source", Source.looked_up())
def test_a_site_in_its_own_script_is_kept_as_the_dns_has_it(
    world: LocalWorld, brigid: Signature, source: Source
) -> None:
    answers(world, source, named(source, "سلمى", "https://www.bücher.example/"))
    evidence = given(brigid, source)
    looking_up.look_up_due()
    assert said(evidence) == (EvidenceState.FOUND, "سلمى", "xn--bcher-kva.example")


def test_labels_without_order_and_names_kept_to_themselves(
    world: LocalWorld, brigid: Signature
) -> None:
    answers(world, Source.WIKIDATA, {"entities": {"Q7": {"labels": [], "claims": []}}})
    answers(world, Source.ORCID, {"name": None, "researcher-urls": None})
    both = [given(brigid, Source.WIKIDATA), given(brigid, Source.ORCID)]
    looking_up.look_up_due()
    assert [said(each) for each in both] == [(EvidenceState.FOUND, "", "")] * 2


def test_records_may_be_longer_than_front_pages_but_not_endless(
    world: LocalWorld, brigid: Signature
) -> None:
    long = OPEN_LIBRARY | {"bio": "x" * (https.MOST_BYTES + 1)}
    answers(world, Source.OPEN_LIBRARY, long)
    evidence = given(brigid, Source.OPEN_LIBRARY)
    looking_up.look_up_due()
    assert said(evidence)[0] == EvidenceState.FOUND
    endless = OPEN_LIBRARY | {"bio": "x" * looking_up.MOST_BYTES}
    answers(world, Source.OPEN_LIBRARY, endless, path="/authors/OL8A.json")
    other = give(signature=brigid, identifier=parse("OL8A"))
    looking_up.look_up_due()
    assert (said(other)[0], other.tries) == (EvidenceState.GIVEN, 1)


def test_it_goes_where_the_public_internet_is_or_nowhere(
    world: LocalWorld, brigid: Signature
) -> None:
    host = RECORDS[Source.WIKIDATA].host
    answers(world, Source.WIKIDATA, WIKIDATA)
    world.says(host, "A", "169.254.169.254")
    evidence = given(brigid, Source.WIKIDATA)
    looking_up.look_up_due()
    assert (said(evidence)[0], evidence.tries, world.connections) == (EvidenceState.GIVEN, 1, 0)


def test_a_page_for_people_is_no_answer(world: LocalWorld, brigid: Signature) -> None:
    site = world.site(RECORDS[Source.ORCID].host)
    site.pages[ASKED[Source.ORCID][1]] = ("text/html", json.dumps(PERSON))
    evidence = given(brigid, Source.ORCID)
    looking_up.look_up_due()
    assert (said(evidence)[0], evidence.tries) == (EvidenceState.GIVEN, 1)


def test_what_was_taken_away_meanwhile_stays_away(
    world: LocalWorld, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(world, Source.ORCID, PERSON)
    given(brigid, Source.ORCID)
    really_approach = https.approach

    def approach(host: str) -> https.Site:
        Evidence.objects.all().delete()
        return really_approach(host)

    monkeypatch.setattr(https, "approach", approach)
    assert looking_up.look_up_due() == 0
    assert not Evidence.objects.exists()


def test_a_claim_of_another_worker_holds_until_it_runs_out(
    world: LocalWorld, brigid: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(world, Source.ORCID, PERSON)
    evidence = given(brigid, Source.ORCID)
    really_next = looking_up._next

    def claimed_by_another(source: Source) -> Evidence | None:
        found = really_next(source)
        Evidence.objects.update(look_up_due_at=timezone.now() + looking_up.CLAIMED_FOR)
        return found

    monkeypatch.setattr(looking_up, "_next", claimed_by_another)
    assert looking_up.look_up_due() == 0
    monkeypatch.setattr(looking_up, "_next", really_next)
    assert looking_up.look_up_due() == 0
    with time_machine.travel(timezone.now() + looking_up.CLAIMED_FOR + timedelta(seconds=1)):
        assert looking_up.look_up_due() == 1
    assert said(evidence)[0] == EvidenceState.FOUND


# --- beside the proofs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "subject", "state", "is_theirs"),
    [
        ("website", "www.brigid.example", ProofState.STANDING, True),
        ("domain", "brigid.example", ProofState.LAPSING, True),
        ("website", "brigid.example", ProofState.STARTED, False),
        ("domain", "brigid.example", ProofState.REVOKED, False),
        ("work_email", "brigid.example", ProofState.STANDING, False),
        ("website", "not-brigid.example", ProofState.STANDING, False),
        ("website", "blog.brigid.example", ProofState.STANDING, False),
    ],
)
def test_the_official_website_is_compared_with_what_the_signer_controls(
    world: LocalWorld,
    brigid: Signature,
    method: str,
    subject: str,
    state: ProofState,
    is_theirs: bool,
) -> None:
    answers(world, Source.MUSICBRAINZ, MUSICBRAINZ)
    given(brigid, Source.MUSICBRAINZ)
    looking_up.look_up_due()
    now = timezone.now()
    Proof.objects.create(
        signature=brigid,
        method=method,
        subject=subject,
        state=state,
        started_at=now,
        proved_at=now,
    )
    [shown] = showing.shown(signature=brigid)
    assert (shown.website, shown.is_theirs, shown.was_found) == ("brigid.example", is_theirs, True)


def test_somebody_elses_site_is_not_theirs(
    letter: Letter, world: LocalWorld, brigid: Signature
) -> None:
    answers(world, Source.MUSICBRAINZ, MUSICBRAINZ)
    given(brigid, Source.MUSICBRAINZ)
    looking_up.look_up_due()
    now = timezone.now()
    Proof.objects.create(
        signature=confirmed(letter, SALMA),
        method="domain",
        subject="brigid.example",
        state=ProofState.STANDING,
        started_at=now,
        proved_at=now,
    )
    [shown] = showing.shown(signature=brigid)
    assert not shown.is_theirs
