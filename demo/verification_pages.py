"""The demo's page of every way to verify: a button each, and what came of pressing it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign import limits
from campaign.letters.models import Letter
from campaign.pages import render_page
from demo import newcomers, verification_demo
from demo.forms import PlaceForm
from demo.seeding import ORGANIZER, PASSWORD, SECOND_ORGANIZER
from demo.sites import NoRoom, the_sites
from signatures import links
from signatures.errors import LetterNotOpen
from signatures.listing.queries import with_proofs
from signatures.models import Authority, Evidence, Proof, Signature, SignatureState
from signatures.verification import registry
from signatures.verification.problems import ProofRefused
from signatures.views.public.base import SitePage, interface_languages
from signatures.views.signer.base import private, with_signature

_EVERYBODY = b"demo"


@require_safe
@private
def overview(request: HttpRequest) -> HttpResponse:
    placed = request.GET.get("placed", "")
    return _overview(request, placed=placed if placed in the_sites() else "")


@require_http_methods(["GET", "HEAD", "POST"])
@private
def go(request: HttpRequest, slug: str) -> HttpResponse:
    """A person signs and verifies, a fresh one at each press."""
    way = verification_demo.BY_SLUG.get(slug)
    if way is None:
        raise Http404
    if request.method != "POST":
        return _see_other("demo_proofs")
    if not limits.hit(limits.Limit.DEMO_BUTTONS, _EVERYBODY):
        return _refused(request, _too_many(), status=429)
    try:
        letter, shown = newcomers.the_letter()
        visit = verification_demo.Visit(
            letter=letter, shown=shown, network=limits.network_key(request)
        )
        signature = newcomers.write_into_record(way.go(visit))
    except newcomers.NoLetter:
        return _refused(request, _("The demo’s letter is not there. Start it with `make demo`."))
    except LetterNotOpen:
        return _refused(request, _("The demo’s letter is closed, so nobody can sign it now."))
    except newcomers.NobodyLeft:
        return _refused(request, _("Nobody is left who is on the society’s list."))
    except verification_demo.NobodyCanVouch:
        return _refused(request, _("Nobody is left who may vouch."))
    except NoRoom:
        return _refused(request, _("The invented sites are full."))
    except ProofRefused as refused:
        return _refused(request, refused.sentence)
    token = links.token_for(signature=signature)
    if way.slug == "account":
        return HttpResponseRedirect(f"{reverse('link_proofs', args=[token])}#accounts", status=303)
    return _see_other("demo_proof_done", slug, token)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneContext(SitePage):
    way: verification_demo.Way
    signature: Signature
    proofs: Sequence[Proof]
    authority: Authority | None
    letter: Letter
    token: str
    held: bool
    public: bool
    evidence: QuerySet[Evidence]
    unseen: int | None
    organizers: Sequence[str]
    password: str


@require_safe
@with_signature
def done(request: HttpRequest, signature: Signature, slug: str) -> HttpResponse:
    """What was done, how readers see it, and the ways to all who see more."""
    way = verification_demo.BY_SLUG.get(slug)
    if way is None:
        raise Http404
    shown = with_proofs([signature])[0]
    token = links.token_for(signature=signature)
    is_held = signature.state == SignatureState.HELD
    context = DoneContext(
        way=way,
        signature=signature,
        proofs=shown.proofs,
        authority=shown.authority,
        letter=signature.letter,
        token=token,
        held=is_held,
        public=signature.state == SignatureState.CONFIRMED and bool(signature.number),
        evidence=signature.evidence.order_by("pk"),
        unseen=None if is_held else _not_found_yet(signature),
        organizers=(ORGANIZER, SECOND_ORGANIZER),
        password=PASSWORD,
        languages=interface_languages("demo_proof_done", slug, token),
    )
    return render_page(request, "demo/proof_done.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def place(request: HttpRequest) -> HttpResponse:
    """A visitor's own line on an invented site, for the look that their own page asks for."""
    if request.method != "POST":
        return _see_other("demo_proofs")
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _overview(request, form=form, status=422)
    if not limits.hit(limits.Limit.DEMO_BUTTONS, _EVERYBODY):
        return _refused(request, _too_many(), form=form, status=429)
    try:
        the_sites().place(form.placed())
    except NoRoom:
        return _refused(request, _("The invented sites are full."), form=form)
    return HttpResponseRedirect(
        f"{reverse('demo_proofs')}?placed={form.cleaned_data['host']}#place", status=303
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewContext(SitePage):
    ways: Sequence[verification_demo.Way]
    form: PlaceForm
    placed: str
    refused: str
    errors: bool


def _overview(
    request: HttpRequest,
    *,
    form: PlaceForm | None = None,
    placed: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = OverviewContext(
        ways=verification_demo.ALL,
        form=form or PlaceForm(),
        placed=placed,
        refused=refused,
        errors=bool(refused or (form and form.errors)),
        languages=interface_languages("demo_proofs"),
    )
    return render_page(request, "demo/proofs.html", context, status=status)


def _refused(
    request: HttpRequest, sentence: str, *, form: PlaceForm | None = None, status: int = 409
) -> HttpResponse:
    return _overview(request, form=form, refused=sentence, status=status)


def _not_found_yet(signature: Signature) -> int | None:
    """The proof that a worker is still looking for, if there is one."""
    waiting = signature.proofs.filter(method__in=registry.looked_at(), proved_at=None)
    return waiting.values_list("pk", flat=True).first()


def _too_many() -> str:
    return _("Thirty presses within the hour are enough for a demonstration. Please go on later.")


def _see_other(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
