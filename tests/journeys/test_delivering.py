"""Ilse closes her letter and hands it over, with all names as a PDF; Noor leaves the list."""

import io
import zipfile

import pytest
from django.test import Client
from django.utils import timezone

from campaign.letters.models import Letter
from signatures.links import token_for
from signatures.models import HandoverPackage, Signature
from signatures.tasks import make_letter_pdfs, make_packages
from tests.journeys.personas import ILSE, NOOR, typed_by
from tests.journeys.visitor import Visitor
from tests.journeys.workers import link_in, the_mail_to, the_workers_run
from tests.signatures import factories

pytestmark = pytest.mark.django_db


def _pdf_of(letter: Letter) -> tuple[int, bool]:
    answer = Client().get(f"/letters/{letter.slug}/letter.pdf")
    return answer.status_code, answer.content.startswith(b"%PDF")


def test_ilse_delivers_the_letter_and_noor_leaves_it(letter: Letter) -> None:
    factories.make_organizer(team=letter.team, email=ILSE)
    visitor = Visitor().goes_to(f"/letters/{letter.slug}/")
    visitor.sends("Sign the letter", **typed_by(NOOR))
    the_workers_run()
    visitor.goes_to(link_in(the_mail_to(NOOR))).sends("Send my answer", answer="sign")
    the_workers_run()
    make_letter_pdfs()
    assert _pdf_of(letter) == (200, True)

    desk = f"/desk/letters/{letter.slug}/deliver/"
    ilse = Visitor().goes_to(desk).sends("Log in", login=ILSE, password=factories.PASSWORD)
    ilse.goes_to(desk).sends("Make the package")
    make_packages()
    package = HandoverPackage.objects.get(letter=letter)
    ilse.goes_to(desk).sends(
        "Note it",
        package=str(package.pk),
        delivered_on=timezone.now().date().isoformat(),
        recipient="The Ministry of Invented Culture",
    )
    public = Visitor().goes_to(f"/letters/{letter.slug}/delivery/")
    assert "to The Ministry of Invented Culture" in public.text
    assert "letter-en.pdf" in public.text
    packed = ilse.client.post(f"{desk}package/{package.pk}/")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert NOOR.details.name in archive.read("signatories.csv").decode("utf-8-sig")

    signature = Signature.objects.get(email=NOOR.email)
    link = f"/s/{token_for(signature=signature)}/"
    Visitor().goes_to(f"{link}withdraw/").sends("Withdraw my signature", agree="on")
    assert _pdf_of(letter) == (404, False)
    assert ilse.client.post(f"{desk}package/{package.pk}/").status_code == 303
    the_workers_run()
    make_letter_pdfs()
    assert _pdf_of(letter) == (200, True)
