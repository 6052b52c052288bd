"""What signers entrust to the site is in no public page, header, others' mail, log line or error.

Every address of the site is sorted here: a new public one without a sample to visit fails.
"""

import base64
import io
import logging
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from campaign import limits, logs
from campaign.letters import press_kit
from campaign.letters.models import Letter
from campaign.logs import Lines
from campaign.organizers.models import Organizer
from signatures import links, tasks
from signatures.listing import queries
from signatures.models import (
    Answer,
    Because,
    Correction,
    Kind,
    PressFollower,
    Question,
    Report,
    SampleAudit,
    SampleQuestion,
    Signature,
    SignatureState,
    Vetting,
)
from signatures.moderation import attestation, decisions, pinning, removal, reports
from signatures.notifications import press_followers
from signatures.record import site_log, snapshots
from signatures.sampling import announcing, drawing
from signatures.screening import watchlist
from tests.signatures.factories import (
    BRIGID,
    Person,
    load,
    make_organizer,
    open_letter,
    person,
    sequence,
)
from tests.signatures.notifications.updates import sent_publicly
from tests.signatures.views.visitors import AGREED, erase_url, link_url, send

# What the page behind a link sends.
YES = {"answer": "sign", "seen": 1}

pytestmark = pytest.mark.django_db

# Every word of these is found nowhere else.
SHOWN = replace(BRIGID, email="ink.quayside@shown-mail.example")
PENDING = person(
    "wait.hardacre@pending-mail.example",
    "Peregrine Hardacre",
    credit="Pendulous Nights",
    affiliation="Society of the Pendant",
)
WITHDRAWN = person(
    "gone.ashgrove@withdrawn-mail.example",
    "Winifreda Ashgrove",
    credit="Withering Heights",
    affiliation="Society of the Withdrawn",
)
HIDDEN = person(
    "quiet.thistlewick@hidden-mail.example",
    "Hyacinthe Thistlewick",
    credit="Hidebound Songs",
    affiliation="Society of the Hidden",
    consent_publish=False,
)
UNNUMBERED = person(
    "next.merriweather@unnumbered-mail.example",
    "Ulrika Merriweather",
    credit="Unsung Numbers",
    affiliation="Society of the Unnumbered",
)
EDITED = person("edit.oldacre@edited-mail.example", "Eudoxia Oldacre-Before")
HELD = person("held.back@heldback-mail.example", "Leopoldina Fernsby")
REJECTED = person("turned.away@rejected-mail.example", "Barnabas Quillfeather")
REMOVED = person("taken.off@removed-mail.example", "Theodosia Wexcombe", credit="Remote Removals")
ERASED = person(
    "wiped.clean@erased-mail.example",
    "Ermintrude Vanbrugh",
    credit="Vanishing Points",
    affiliation="Society of the Erased",
)
WATCHED = (HELD, REJECTED)
# Named first by the organizers, before they left the list.
ONCE_FIRST = (WITHDRAWN, REMOVED, ERASED)
EVERYONE = (SHOWN, PENDING, WITHDRAWN, HIDDEN, UNNUMBERED, EDITED, *WATCHED, REMOVED)
NOWHERE = (PENDING, WITHDRAWN, HIDDEN, UNNUMBERED, *WATCHED, REMOVED)
CLAIMANT = "Perpetua Grimsdyke"
CLAIMED = "Ask my publisher in Ravensbourne"
CLAIMANTS = ("p.grimsdyke@claimant-mail.example", "rumour@claimant-mail.example")
FOLLOWERS = ("n.underwood@follower-mail.example", "unconfirmed@follower-mail.example")
ASKED_ABOUT = "curious.mind@inquiry-mail.example"
# What the row of who is erased held, which no table holds any more.
GONE: set[str] = set()
NETWORK = "198.51.100.23"

PUBLIC = {
    "home": ["/", "/ar/", "/de/"],
    "numbers": ["/numbers/", "/ar/numbers/"],
    "about": ["/about/", "/ar/about/"],
    "how_we_verify": ["/how-we-verify/", "/ar/how-we-verify/"],
    "what_signed": ["/signed/", "/ar/signed/"],
    "what_signed_sent": ["/signed/sent/", "/ar/signed/sent/"],
    "start": ["/start/", "/ar/start/"],
    "start_sent": ["/start/sent/", "/ar/start/sent/"],
    "letter": ["/letters/{slug}/", "/ar/letters/{slug}/"],
    "signatories": [
        "/letters/{slug}/signatories/",
        "/ar/letters/{slug}/signatories/",
        "/letters/{slug}/signatories/?q=hyacinthe",
        "/letters/{slug}/signatories/?q=peregrine",
        "/letters/{slug}/signatories/?q=winifreda",
        "/letters/{slug}/signatories/?q=ermintrude",
        "/letters/{slug}/signatories/?q=ulrika",
        "/letters/{slug}/signatories/?q=mail.example",
        "/letters/{slug}/signatories/?after=99&profession=author&country=IE",
        "/letters/{slug}/signatories/?kind=person&level=1",
        "/letters/{slug}/signatories/?order=name",
        "/letters/{slug}/signatories/?order=name&after=2~",
    ],
    "signatory": ["/letters/{slug}/signatories/1/", "/ar/letters/{slug}/signatories/1/"],
    "report": ["/letters/{slug}/report/1/", "/ar/letters/{slug}/report/1/"],
    "report_sent": ["/letters/{slug}/report/1/sent/", "/ar/letters/{slug}/report/1/sent/"],
    # Made by a worker, and packed; in signatures/press/paper/test_content.py.
    "letter_pdf": [],
    "versions": ["/letters/{slug}/versions/", "/ar/letters/{slug}/versions/"],
    "version": ["/letters/{slug}/versions/1/", "/ar/letters/{slug}/versions/1/"],
    "changes": [],  # Between two versions; in test_versions_everywhere.py.
    "updates": ["/letters/{slug}/updates/", "/ar/letters/{slug}/updates/"],
    "update": ["/letters/{slug}/updates/1/", "/ar/letters/{slug}/updates/1/"],
    "updates_feed": ["/letters/{slug}/updates.xml", "/ar/letters/{slug}/updates.xml"],
    "press": [
        "/letters/{slug}/press/",
        "/ar/letters/{slug}/press/",
        "/letters/{slug}/press/?claim=3+by+22+October+2026",
        "/letters/{slug}/press/?claim=2&by=2099-01-01",
        "/letters/{slug}/press/?claim=more+than+2+people&at={size}",
    ],
    "press_follow": ["/letters/{slug}/press/follow/", "/ar/letters/{slug}/press/follow/"],
    "press_follow_sent": [
        "/letters/{slug}/press/follow/sent/",
        "/ar/letters/{slug}/press/follow/sent/",
    ],
    "elsewhere": ["/letters/{slug}/elsewhere/", "/ar/letters/{slug}/elsewhere/"],
    "embed": ["/letters/{slug}/embed/", "/ar/letters/{slug}/embed/?theme=dark"],
    "card": ["/letters/{slug}/card.png", "/ar/letters/{slug}/card.png"],
    "qr": ["/letters/{slug}/qr.svg", "/ar/letters/{slug}/qr.svg"],
    "oembed": [
        "/oembed?url=http://127.0.0.1:8000/letters/{slug}/",
        "/oembed?url=http://127.0.0.1:8000/ar/letters/{slug}/&format=xml",
    ],
    "robots": ["/robots.txt"],
    "security_txt": ["/.well-known/security.txt"],
    "sitemap": ["/sitemap.xml"],
    "sitemap_file": ["/sitemap-1.xml"],
    # The bytes of a picture that organizers chose: nothing of signers is near it.
    "press_image": [],
    "head_picture": [],
    # Of a colour, whichever letter has it.
    "accent_style": ["/accents/1f3f93.css"],
    "snapshots": ["/letters/{slug}/snapshots/", "/ar/letters/{slug}/snapshots/"],
    "snapshot": ["/letters/{slug}/snapshots/1/", "/ar/letters/{slug}/snapshots/1/"],
    "snapshot_csv": ["/letters/{slug}/snapshots/1.csv", "/ar/letters/{slug}/snapshots/1.csv"],
    "corrections": ["/letters/{slug}/corrections/", "/ar/letters/{slug}/corrections/"],
    "corrections_feed": ["/letters/{slug}/corrections.xml", "/ar/letters/{slug}/corrections.xml"],
    "milestones_feed": ["/letters/{slug}/milestones.xml", "/ar/letters/{slug}/milestones.xml"],
    "delivery": ["/letters/{slug}/delivery/", "/ar/letters/{slug}/delivery/"],
    "audits": ["/letters/{slug}/audits/", "/ar/letters/{slug}/audits/"],
    "audit_json": ["/letters/{slug}/audits/1.json"],
    "record": ["/letters/{slug}/record/", "/ar/letters/{slug}/record/"],
    "count": ["/letters/{slug}/count"],
    "signatories_xlsx": [
        "/letters/{slug}/signatories.xlsx",
        "/ar/letters/{slug}/signatories.xlsx",
    ],
    "signatories_csv": [
        "/letters/{slug}/signatories.csv",
        "/ar/letters/{slug}/signatories.csv",
        "/letters/{slug}/signatories.csv?q=hyacinthe",
        "/letters/{slug}/signatories.csv?q=mail.example&level=1",
    ],
    "signatories_json": [
        "/letters/{slug}/signatories.json",
        "/letters/{slug}/signatories.json?q=peregrine",
        "/letters/{slug}/signatories.json?kind=person&country=IE",
    ],
    "api_page": ["/api/", "/ar/api/"],
    "api": [
        "/api/v1/openapi.json",
        "/api/v1/letters",
        "/api/v1/letters/{slug}",
        "/api/v1/letters/{slug}/count",
        "/api/v1/letters/{slug}/signatories",
        "/api/v1/letters/{slug}/signatories?q=winifreda",
        "/api/v1/letters/{slug}/signatories?after=99&level=1&kind=person",
        "/api/v1/letters/{slug}/signatories/1",
    ],
    "text_source": ["/letters/{slug}/text/1.en.md", "/letters/{slug}/text/1.ar.md"],
    "record_checkpoint": ["/letters/{slug}/record/checkpoint"],
    "record_tile": [
        "/letters/{slug}/record/tile/0/000.p/{size}",
        "/letters/{slug}/record/tile/entries/000.p/{size}",
    ],
    "record_export": [],  # Holds the salts of those who are shown; below.
    "record_proof": [],  # With the ids of the record; below.
    "record_log_proof": [
        "/letters/{slug}/record/log-proof",
        "/letters/{slug}/record/log-proof?size=1",
    ],
    "record_consistency": ["/letters/{slug}/record/consistency?from=1&to={size}"],
    "verify": ["/verify/", "/ar/verify/?letter={slug}", "/verify/?letter={slug}&earlier={size}"],
    "verify_py": ["/verify.py"],
    "record_format": ["/record.md"],
    "site_record": ["/record/", "/ar/record/"],
    "site_checkpoint": ["/record/checkpoint"],
    "site_tile": ["/record/tile/0/000.p/1", "/record/tile/entries/000.p/1"],
    "site_stamped_checkpoint": [],  # Only with a time-stamp.
    "site_timestamp": [],
    "healthz": ["/healthz"],
    "readyz": ["/readyz"],
    "account_login": ["/accounts/login/", "/ar/accounts/login/"],
    "sign": [],  # POST only; below.
}
# Behind a secret in their address.
OWN = {
    *("inbox", "inbox_resend", "inbox_correct"),
    *("link", "link_thanks", "link_number", "link_resend", "link_edit", "link_withdraw"),
    "link_text",
    *("link_erase", "link_erase_now", "link_data", "link_naming", "link_undo", "leave"),
    "link_unnamed",
    *("link_proofs", "link_proof_start", "link_proof", "link_proof_check"),
    *("link_proof_code", "link_proof_revoke", "link_account"),
    *("link_roster", "link_authority"),
    *("link_evidence", "link_evidence_delete"),
    *("report_link", "press_follow_link", "sample_question", "invitation_to_sign"),
    *("embargoed", "application", "organisation"),
    *("report_look", "report_member", "report_record"),
    *("link_vouch", "link_vouch_for", "link_vouch_end"),
}
# For organizers, operators, and whoever plays with the demo on their own machine.
# `hooks/` is told something, and tells nothing; `metrics` is for this machine alone.
NOT_PUBLIC = ("desk/", "accounts/", "admin/", "demo/", "hooks/", "metrics")


def patterns(
    found: Iterable[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[tuple[str, str]]:
    for each in get_resolver().url_patterns if found is None else found:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, path)
        else:
            yield path, each.name or ""


def secrets_of(signature: Signature) -> set[str]:
    """Whatever the row holds that only its signer may know, in every spelling."""
    raw = [signature.email_key, signature.salt, signature.nonce, signature.network_key]
    found = {
        signature.email,
        signature.email.split("@")[0],
        signature.email.split("@")[1],
        links.token_for(signature=signature),
    }
    for each in filter(None, raw):
        data = bytes(each)
        found |= {data.hex(), base64.b64encode(data).decode()}
        found.add(base64.urlsafe_b64encode(data).decode())
    answers = Answer.objects.filter(signature=signature)
    if signature.state == SignatureState.CONFIRMED and signature.consent_publish:
        answers = answers.filter(question__is_public=False)
    return found | set(answers.values_list("value", flat=True))


def words_of(who: Person) -> set[str]:
    """Surname, credit and affiliation: the first name is what a reader searches by."""
    details = who.details
    return {details.name.split()[-1], details.credit, details.affiliation} - {""}


def told(response: Any) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    # Also what is streamed.
    whole = b"".join(response)
    if zipfile.is_zipfile(io.BytesIO(whole)):
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            whole = b"\n".join(archive.read(name) for name in archive.namelist())
    content = whole.decode(errors="replace")
    return f"{headers}\n{response.cookies}\n{content}"


def assert_none(secrets: Iterable[str], text: str, where: object) -> None:
    lower = text.lower()
    assert [secret for secret in secrets if secret.lower() in lower] == [], where


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that a process would have written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def visitor() -> Client:
    return Client(REMOTE_ADDR=NETWORK, headers={"User-Agent": "Strange/9.9"})


@pytest.fixture
def letter(visitor: Client, log: io.StringIO) -> Letter:
    """Everyone signed through the pages, from one network; `log` has heard it all."""
    letter = open_letter()
    vetter = make_organizer(team=letter.team, email="vetter@team.example")
    watchlist.add(letter=letter, names=[who.details.name for who in WATCHED], organizer=vetter)
    for who in (*EVERYONE, ERASED):
        assert send(visitor, letter, who).status_code == 303
        if who not in (PENDING, UNNUMBERED):
            assert visitor.post(link_url(signature_of(who)), YES).status_code == 303
    _answered(letter)
    vetting = Vetting.objects.get(signature=signature_of(REJECTED))
    decisions.reject(
        vetting=vetting, organizer=vetter, expected_revision=1, reason="not the novelist"
    )
    sequence(letter)
    for who in ONCE_FIRST:
        attestation.vet(
            signature=signature_of(who),
            organizer=vetter,
            expected_revision=signature_of(who).revision,
            evidence="met them",
        )
        pinning.pin(
            signature=signature_of(who),
            organizer=vetter,
            expected_revision=signature_of(who).revision,
        )
    snapshots.take(letter=letter)
    _audited(letter, vetter)
    sent_publicly(letter)
    for who in (SHOWN, WITHDRAWN, HIDDEN, *WATCHED, REMOVED, ERASED):
        press_kit.add_quote(
            letter=letter,
            language="en",
            words="We wrote.",
            speaker=who.details.name,
            about=who.details.credit,
            public_id=signature_of(who).public_id,
        )
    _reported(visitor, letter)
    _followed(visitor, letter)
    edited = signature_of(EDITED)
    data = {"name": "Eudoxia Afterwards", "profession": "poet", "country": "FR", "seen": 1}
    data |= {"consent_publish": "on"}
    assert visitor.post(link_url(edited, "edit/"), data).status_code == 303
    assert visitor.post(link_url(signature_of(WITHDRAWN), "withdraw/"), AGREED).status_code == 303
    removal.remove(
        signature=signature_of(REMOVED),
        organizer=vetter,
        expected_revision=1,
        because=Because.RULES,
    )
    erased = signature_of(ERASED)
    GONE.clear()
    GONE.update(secrets_of(erased) | words_of(ERASED))
    assert erased.number is not None
    assert visitor.post(erase_url(erased), AGREED).status_code == 200
    sequence(letter)
    drawing.draw_due(now=timezone.now())
    assert visitor.post(link_url(signature_of(UNNUMBERED)), YES).status_code == 303
    states = [signature_of(who).state for who in (*NOWHERE[:3], HELD, REJECTED, REMOVED)]
    assert states == ["pending", "withdrawn", "confirmed", "held", "rejected", "removed"]
    return letter


def _answered(letter: Letter) -> None:
    """Everyone answered a public question and a private one, each in words of their own."""
    Letter.objects.filter(pk=letter.pk).update(has_questions=True)
    asked = {"letter": letter, "kind": "text", "is_required": False, "begun_at": timezone.now()}
    for is_public in (True, False):
        question = Question.objects.create(**asked, is_public=is_public, words={"en": "Why?"})
        for signature in Signature.objects.filter(letter=letter):
            value = f"umbrage {is_public} {signature.public_id[::-1]}"
            Answer.objects.create(signature=signature, question=question, value=value)


def _audited(letter: Letter, vetter: Organizer) -> None:
    """Announced long enough ago for the next line to draw."""
    now = timezone.now()
    announcing.announce(letter=letter, organizer=vetter, sample_size=10, now=now)
    site_log.extend()
    SampleAudit.objects.update(logged_at=now - drawing.DRAW_AFTER - timedelta(minutes=1))


def _reported(visitor: Client, letter: Letter) -> None:
    """One report of who is shown waits, one was never confirmed."""
    [number] = Signature.objects.filter(email=SHOWN.email).values_list("number", flat=True)
    for email in CLAIMANTS:
        typed = {"kind": "never_signed", "words": CLAIMED, "name": CLAIMANT, "email": email}
        path = f"/letters/{letter.slug}/report/{number}/"
        assert visitor.post(path, typed).status_code == 303
    first = Report.objects.earliest("pk")
    assert visitor.post(f"/r/{reports.token_for(report=first)}/", AGREED).status_code == 303


def _followed(visitor: Client, letter: Letter) -> None:
    """One follows the letter for the press, one has not confirmed; somebody asked what they
    signed."""
    for email in FOLLOWERS:
        path = f"/letters/{letter.slug}/press/follow/"
        assert visitor.post(path, {"email": email}).status_code == 303
    first = PressFollower.objects.earliest("pk")
    assert visitor.post(f"/f/{press_followers.token_for(first)}/", AGREED).status_code == 303
    assert visitor.post("/signed/", {"email": ASKED_ABOUT}).status_code == 303


def signature_of(who: Person) -> Signature:
    return load(Signature.objects.values_list("pk", flat=True).get(email=who.email))


def all_secrets() -> set[str]:
    found = {NETWORK, CLAIMANT, CLAIMED, *CLAIMANTS, *FOLLOWERS, ASKED_ABOUT} | GONE
    for signature in Signature.objects.all():
        found |= secrets_of(signature)
    for question in SampleQuestion.objects.filter(signature__isnull=False):
        found.add(links.sample_token_for(question=question))
    for report in Report.objects.all():
        found |= {reports.token_for(report=report), bytes(report.email_key or b"").hex()}
    for follower in PressFollower.objects.all():
        found |= {press_followers.token_for(follower), bytes(follower.address_key).hex()}
    return found


def hidden_words() -> set[str]:
    return {"Oldacre-Before"}.union(*(words_of(who) for who in (*NOWHERE, ERASED)))


def samples(letter: Letter) -> list[str]:
    size = Client().get(f"/letters/{letter.slug}/count").json()["size"]
    return [
        sample.format(slug=letter.slug, size=size)
        for several in PUBLIC.values()
        for sample in several
    ]


def test_every_address_of_the_site_is_sorted() -> None:
    for path, name in patterns():
        if path.startswith(NOT_PUBLIC):
            continue
        assert name in PUBLIC or name in OWN, f"is {path} ({name}) public? Then visit it here."


def test_no_public_page_tells_what_was_entrusted(visitor: Client, letter: Letter) -> None:
    secrets, hidden = all_secrets(), hidden_words()
    organizer = Client()
    organizer.force_login(make_organizer(team=letter.team))
    for url in samples(letter):
        for client in (visitor, organizer):
            response = client.get(url)
            assert response.status_code in (200, 302), url
            assert_none(secrets | hidden, told(response), url)


def test_the_figures_for_this_machine_tell_nothing_that_was_entrusted(letter: Letter) -> None:
    response = Client().get("/metrics")
    assert response.status_code == 200
    assert_none(all_secrets() | hidden_words() | {letter.slug}, told(response), "metrics")


def test_who_chose_to_be_shown_is_shown(visitor: Client, letter: Letter) -> None:
    content = visitor.get(f"/letters/{letter.slug}/signatories/").content.decode()
    assert "Brigid O’Malloran" in content
    assert "Eudoxia Afterwards" in content
    assert re.findall(r'class="number">(\d+)', content) == ["4", "1"]


def test_no_row_of_the_list_holds_more_than_it_shows(letter: Letter) -> None:
    for row in queries.listed(letter=letter):
        assert {"email", "email_key", "network_key", "salt", "nonce"} <= row.get_deferred_fields()
        assert str(row) == f"signature {row.public_id}"


def test_the_record_holds_no_name_and_no_address(visitor: Client, letter: Letter) -> None:
    size = visitor.get(f"/letters/{letter.slug}/count").json()["size"]
    entries = visitor.get(f"/letters/{letter.slug}/record/tile/entries/000.p/{size}").content
    names = set().union(*(set(who.details.name.split()) for who in EVERYONE))
    assert_none(names | all_secrets(), entries.decode("latin-1"), "entries")
    for signature in Signature.objects.all():
        assert bytes(signature.salt) not in entries


def test_what_verifiers_are_given_opens_only_who_is_shown(visitor: Client, letter: Letter) -> None:
    response = visitor.get(f"/letters/{letter.slug}/record/export")
    exported = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    shown = {base64.b64encode(bytes(signature_of(who).salt)).decode() for who in (SHOWN, EDITED)}
    assert all(salt in exported for salt in shown)
    assert "Eudoxia Afterwards" in exported
    assert_none((all_secrets() | hidden_words()) - shown, exported, "export")
    for signature in Signature.objects.filter(letter=letter):
        proof = visitor.get(f"/letters/{letter.slug}/record/proof/{signature.public_id}")
        assert_none(all_secrets() | hidden_words(), told(proof), "proof")
        extra = re.search("^extra (.*)$", proof.content.decode(), re.MULTILINE)
        opened = base64.b64decode(extra[1]).decode() if extra else ""
        salt = base64.b64encode(bytes(signature.salt)).decode()
        assert (salt in opened) is (salt in shown)
        assert_none((all_secrets() | hidden_words()) - ({salt} & shown), opened, "extra")


def test_answers_to_mistakes_tell_nothing_of_others(visitor: Client, letter: Letter) -> None:
    hidden = hidden_words()
    others = all_secrets() - {NETWORK}
    unknown = person("nobody@nowhere.example", "Nemo Nobody")
    answers = [
        send(visitor, letter, unknown.but(name="")),
        send(visitor, letter, unknown, text="0" * 64),
        visitor.get("/s/unknown/"),
        visitor.get("/nothing/here/"),
        visitor.get(f"/letters/{letter.slug}/inbox/nonsense/"),
        visitor.post(f"/letters/{letter.slug}/sign/", {}),
        Client(enforce_csrf_checks=True, headers={"Origin": "https://x.example"}).post(
            f"/letters/{letter.slug}/sign/", {}
        ),
    ]
    ticket = send(visitor, letter, unknown)["Location"]
    answers += [visitor.get(ticket), visitor.post(ticket, {"code": "000000"})]
    for answer in answers:
        assert_none(others | hidden, told(answer), answer)


def test_an_own_page_tells_of_its_own_signer_only(visitor: Client, letter: Letter) -> None:
    for who in EVERYONE:
        signature = signature_of(who)
        others = {NETWORK} | GONE
        for other in Signature.objects.exclude(pk=signature.pk):
            others |= secrets_of(other)
        for each in NOWHERE:
            others |= words_of(each) if each != who else set()
        # What all who signed from one network share is no secret of the others alone.
        others -= secrets_of(signature)
        for rest in ("", "thanks/", "number/", "withdraw/", "erase/", "my-data.json"):
            assert_none(others, told(visitor.get(link_url(signature, rest))), (who.email, rest))


def test_pages_that_a_link_leads_to_hand_its_token_to_no_one(
    visitor: Client, letter: Letter
) -> None:
    for who in (SHOWN, PENDING):
        token = links.token_for(signature=signature_of(who))
        response = visitor.get(link_url(signature_of(who)))
        content = response.content.decode()
        assert response["Referrer-Policy"] in ("same-origin", "no-referrer")
        for outside in re.findall(r'(?:href|src|action)="((?:https?:|mailto:|//)[^"]*)"', content):
            assert token not in outside


def test_mails_tell_their_reader_nothing_of_others(
    letter: Letter, visitor: Client, log: io.StringIO
) -> None:
    send(visitor, letter, HIDDEN.but(name="Somebody Else"))
    tasks.send_owed_mail()
    to_claimants = [message for message in mail.outbox if message.to[0] in CLAIMANTS]
    to_signers = [message for message in mail.outbox if message.to[0] not in CLAIMANTS]
    assert sorted(message.to for message in to_claimants) == [[each] for each in CLAIMANTS]
    # Some of them were drawn in an audit, too.
    mailed = (EDITED, HIDDEN, PENDING, WITHDRAWN, SHOWN, EDITED, HIDDEN)
    assert sorted(to for message in to_signers for to in message.to) == sorted(
        who.email for who in mailed
    )
    for message in to_claimants:
        mine = reports.token_for(report=Report.objects.get(email=message.to[0]))
        text = f"{message.subject} {message.body}"
        assert mine in text
        assert_none((all_secrets() | words_of(SHOWN)) - {mine}, text, message.subject)
    for message in to_signers:
        [to] = message.to
        signature = Signature.objects.get(email=to)
        raw = message.message()
        parts = [part for part in raw.walk() if part.get_content_maintype() == "text"]
        text = "\n".join(part.get_payload(decode=True).decode() for part in parts)  # type: ignore[union-attr]
        text += "\n".join(f"{name}: {value}" for name, value in raw.items())
        others = {NETWORK, "Somebody Else"}
        for other in Signature.objects.exclude(pk=signature.pk):
            others |= secrets_of(other) | {other.name, links.code_for(signature=other)}
        assert_none(others - secrets_of(signature), text, message.subject)
        assert "Bcc" not in raw
        assert raw["To"] == to


def test_a_mail_to_confirm_holds_nothing_that_a_stranger_typed(
    visitor: Client, log: io.StringIO
) -> None:
    letter = open_letter()
    send(visitor, letter, PENDING.but(name="Buy Now At My Shop", credit="Cheap Watches"))
    tasks.send_owed_mail()
    [message] = mail.outbox
    text = message.message().as_string() + str(message.body) + message.subject
    assert_none({"Buy Now", "Cheap Watches", "Society of the Pendant"}, text, "mail")


def test_no_log_line_tells_who_signs(
    visitor: Client, letter: Letter, log: io.StringIO, settings: Settings
) -> None:
    """Everything that is logged: refusals, wrong links, tries, errors, and all tasks."""
    token = links.token_for(signature=signature_of(PENDING))
    reported = reports.token_for(report=Report.objects.earliest("pk"))
    visitor.get(f"/r/{reported}x/")
    visitor.get(f"/ar/r/{reported}/nothing/")
    visitor.put(f"/r/{reported}/")
    ticket = send(visitor, letter, PENDING)["Location"]
    visitor.post(ticket, {"code": "000000"})
    visitor.post(ticket, {"code": "x"})
    visitor.post(f"{ticket}correct/", {"email": "wrong.hardacre@pending-mail.example@"})
    visitor.get(f"/ar{ticket}x/nothing/")
    visitor.get(f"/s/{token}/nothing/here/")
    visitor.get(f"/s/{token}x/")
    visitor.put(f"/s/{token}/withdraw/")
    visitor.get(f"/ar/s/{token}/resend/")
    visitor.get(f"/no-such/{HIDDEN.email}/?email={HIDDEN.email}")
    visitor.get(f"/letters/{HIDDEN.email}/")
    visitor.post(f"/letters/{letter.slug}/sign/", b"a=" + b"b" * 300_000, "text/plain")
    visitor.get("/", headers={"Host": "quiet.thistlewick@hidden-mail.example"})
    Client(enforce_csrf_checks=True, headers={"Origin": "https://x.example"}).post(f"/s/{token}/")
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    limits._limiter.cache_clear()
    send(visitor, letter, PENDING)
    limits._limiter.cache_clear()
    tasks.send_owed_mail()
    tasks.sequence_waiting()
    tasks.forget_old_data()
    written = log.getvalue()
    assert written.count("\n") > 12
    names = set().union(*(set(who.details.name.split()) for who in EVERYONE))
    tickets = {ticket.split("/")[-2]}
    codes = {links.code_for(signature=each) for each in Signature.objects.all()}
    stamps = re.sub(r'"timestamp": "[^"]*"', "", written)
    assert_none(names | all_secrets() | tickets | codes | {"Strange/9.9"}, stamps, "log")


def test_no_error_tells_who_signs(
    letter: Letter, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = signature_of(HIDDEN)
    client = Client(raise_request_exception=False, REMOTE_ADDR=NETWORK)

    def broken(*_args: Any, **_kwargs: Any) -> None:
        # A rule of the database is broken, which PostgreSQL tells with the whole row.
        with transaction.atomic():
            Signature.objects.filter(pk=signature.pk).update(kind="nonsense")

    monkeypatch.setattr("signatures.withdrawal.withdraw", broken)
    response = client.post(link_url(signature, "withdraw/"), AGREED)
    assert response.status_code == 500
    secrets = all_secrets() | words_of(HIDDEN) | {"Hyacinthe"}
    assert_none(secrets, told(response), "500")
    written = log.getvalue()
    assert "IntegrityError" in written
    assert_none(secrets, written, "log")


def test_an_address_twice_on_one_letter_is_refused_without_a_word(
    letter: Letter, log: io.StringIO
) -> None:
    first = signature_of(HIDDEN)
    other = signature_of(SHOWN)
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        Signature.objects.filter(pk=other.pk).update(email_key=first.email_key)
    logging.getLogger("tests.leaks").error("failed", exc_info=raised.value)
    assert_none(secrets_of(first), log.getvalue(), "log")


def test_withdrawing_takes_the_name_from_every_public_page_at_once(
    visitor: Client,
    letter: Letter,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(link_url(signature_of(SHOWN), "withdraw/"), AGREED)
    for url in samples(letter):
        assert_none({"O’Malloran", "The Salt Ledger"}, told(visitor.get(url)), url)


def test_the_number_of_who_was_erased_leads_to_nobody(visitor: Client, letter: Letter) -> None:
    [number] = Correction.objects.filter(kind="erase").values_list("number", flat=True)
    for url in (
        f"/letters/{letter.slug}/signatories/{number}/",
        f"/ar/letters/{letter.slug}/signatories/{number}/",
        f"/api/v1/letters/{letter.slug}/signatories/{number}",
    ):
        response = visitor.get(url)
        assert response.status_code == 404, url
        assert_none(GONE | {"Ermintrude"}, told(response), url)


def test_no_secret_of_an_address_is_written_into_a_log() -> None:
    """Ours, or nginx's: whichever address is added."""
    nginx = Path("deploy/nginx.conf").read_text()
    rules = [
        (re.compile(pattern.replace("(?<", "(?P<")), re.sub(r"\$\{(\w+)\}", r"\\g<\1>", written))
        for pattern, written in re.findall(r'(?m)^ {4}"~(.*?)"\s+"(.*)";$', nginx)
        if "[token]" in written
    ]
    secret = "0SECRET-_0"
    found = set()
    for pattern, name in patterns():
        path, count = re.subn(r"<\w+:(?:token|ticket|code)>|\(\?P<key>.*?\)", secret, pattern)
        if count and not path.startswith("demo/"):
            path = "/" + re.sub(r"<.*?>|\(\?P<.*?>.*?\)", "7", path).replace("^", "").rstrip("$")
            by_nginx = next(told.expand(to) for rule, to in rules if (told := rule.search(path)))
            assert (path, secret in logs.scrub(path), secret in by_nginx) == (path, False, False)
            found.add(name)
    # The walk looks into every room.
    assert found >= {"link", "inbox", "organisation", "application", "link_vouch_for", "leave"}
    assert found >= {"account_confirm_email", "account_reset_password_from_key"}


def test_an_organisation_is_the_only_kind_that_must_be_public(letter: Letter) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(email=HIDDEN.email).update(kind=Kind.ORGANISATION, profession="")
    assert Signature.objects.filter(state=SignatureState.PENDING).count() == 1
