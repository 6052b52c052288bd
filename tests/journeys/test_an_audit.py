"""Ilse has her letter audited by a sample, and Piet checks that she did not choose whom to ask."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from signatures.record.verifier import verify
from signatures.tasks import extend_site_log, run_sample_audits
from tests.journeys.personas import ILSE, NOOR, SALMA, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import link_in, mails_to, the_mail_to, the_workers_run
from tests.signatures.factories import GUILD, MEI, PASSWORD, Person, make_organizer


def _signs(who: Person, letter: Letter, language: str = "") -> None:
    visitor = Visitor().goes_to(f"{language}/letters/{letter.slug}/")
    button = "وقّع الرسالة" if language else "Sign the letter"
    visitor.sends(button, **typed_by(who))
    the_workers_run()
    send = "إرسال الجواب" if language else "Send my answer"
    visitor.goes_to(link_in(the_mail_to(who))).sends(send, answer="sign")
    the_workers_run()


def test_a_letter_is_audited_by_a_sample(
    letter: Letter,
    tmp_path: Path,
    time_machine: TimeMachineFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    start = timezone.now()
    time_machine.move_to(start)
    make_organizer(team=letter.team, email=ILSE)
    _signs(NOOR, letter)
    ilse = Visitor().goes_to("/desk/").sends("Log in", login=ILSE, password=PASSWORD)
    ilse.goes_to(f"/desk/letters/{letter.slug}/").follows("Audits by sample")
    ilse.sends("Announce it", sample="10")
    assert "Please tick this first" in ilse.text
    ilse.sends("Announce it", sample="10", agree="on")
    assert "Audit 1 is announced, and public." in ilse.text
    audits = f"/letters/{letter.slug}/audits/"
    assert "10 signatures will be drawn" in Visitor().goes_to(audits).text

    # Nothing happens, and readers are told so; then somebody signs.
    extend_site_log()
    time_machine.move_to(start + timedelta(hours=1))
    run_sample_audits()
    assert "The draw waits" in Visitor().goes_to(audits).text
    _signs(SALMA, letter)
    time_machine.move_to(start + timedelta(hours=1, minutes=1))
    run_sample_audits()
    the_workers_run()
    assert mails_to(NOOR)[-1].startswith("Did you sign this?")
    assert [len(mails_to(each)) for each in (MEI, GUILD)] == [1, 1]

    noor = Visitor().goes_to(link_in(the_mail_to(NOOR)))
    assert NOOR.details.name in noor.text
    assert "Please choose one of the two" in noor.sends("Send my answer").text
    assert "You said: yes" in noor.sends("Send my answer", answer="yes").text
    mei = Visitor().goes_to(link_in(the_mail_to(MEI))).sends("Send my answer", answer="no")
    assert "You said: no" in mei.text
    assert "5 drawn on" in Visitor().goes_to(audits).text
    ilse.goes_to(f"/desk/letters/{letter.slug}/reports/")
    assert MEI.details.name in ilse.text
    ilse.goes_to(f"/desk/letters/{letter.slug}/audits/")
    assert GUILD.details.name in ilse.text
    ilse.sends("Said on the telephone: yes")

    time_machine.move_to(start + timedelta(days=15))
    run_sample_audits()
    told = Visitor().goes_to(audits).text
    assert "2 yes, 1 no, 2 silent, 0 could not be asked." in told
    assert "1 of the answers was given on the telephone" in told

    # Piet, with two files and the verifier.
    export, audit = tmp_path / "export.ndjson", tmp_path / "audit.json"
    export.write_bytes(b"".join(Client().get(f"/letters/{letter.slug}/record/export")))
    audit.write_text(Client().get(f"{audits}1.json").text)
    code, said = verify.main([str(export), "--audit", str(audit)]), capsys.readouterr().out
    assert (code, "Audit 1: 5 drawn" in said) == (0, True), said
    read = json.loads(audit.read_text())
    read["draw"]["numbers"] = read["draw"]["numbers"][1:]
    audit.write_text(json.dumps(read))
    assert verify.main([str(export), "--audit", str(audit)]) == 1
    assert "DOES NOT HOLD  Others were drawn than are told: 4 of 5" in capsys.readouterr().out
