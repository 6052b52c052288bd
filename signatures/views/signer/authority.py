"""An organisation tells who signs for it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from signatures import links
from signatures.errors import NameWatched, NotSigned
from signatures.forms.signer.authority import authority_form
from signatures.models import Signature
from signatures.verification import authority
from signatures.views.signer import proofs
from signatures.views.signer.base import with_signature


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def state(request: HttpRequest, signature: Signature) -> HttpResponse:
    form = authority_form(signature, request.POST)
    if form is None:
        raise Http404
    if request.method != "POST":
        return _back(signature)
    if "remove" in request.POST:
        authority.end(signature=signature)
        return _back(signature)
    if not form.is_valid():
        return proofs.overview_page(request, signature, wrong=form, status=422)
    try:
        authority.state(signature=signature, **form.cleaned_data)
    except NotSigned:
        token = links.token_for(signature=signature)
        return HttpResponseRedirect(reverse("link", args=[token]), status=303)
    except NameWatched:
        form.add_error(
            "name",
            _("The organizers look at this name themselves. Please write to them, then try again."),
        )
        return proofs.overview_page(request, signature, wrong=form, status=422)
    return _back(signature)


def _back(signature: Signature) -> HttpResponse:
    token = links.token_for(signature=signature)
    return HttpResponseRedirect(f"{reverse('link_proofs', args=[token])}#authority", status=303)
