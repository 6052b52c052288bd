"""Where somebody begins who wants to publish a letter: the form, and the page behind its link.

Each address is answered alike, whether it has an account or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from campaign import languages, limits
from campaign.context import page_languages
from campaign.keyed_hash import Purpose, keyed_hash
from campaign.operations.models import Feature
from campaign.operations.switches import switched_by
from campaign.organizers import applications, errors, invitations
from campaign.organizers.application_forms import ApplicationForm
from campaign.organizers.models import Application, Membership
from campaign.pages import LanguageLink, PageContext, render_page
from campaign.shared_pages import shared_page


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage(PageContext):
    languages: Sequence[LanguageLink]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartContext(StartPage):
    form: ApplicationForm
    errors: bool
    # Whether a site operator looks first.
    is_approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentContext(StartPage):
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationContext(StartPage):
    application: Application
    token: str
    # The step that it has come to, by which the page chooses its words.
    step: str
    is_approved: bool
    days: int


@require_http_methods(["GET", "HEAD", "POST"])
@shared_page
@switched_by(Feature.APPLICATIONS)
def start(request: HttpRequest) -> HttpResponse:
    _check_open()
    if request.method != "POST":
        return _form_page(request, ApplicationForm())
    form = ApplicationForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    if not limits.hit(limits.Limit.APPLICATIONS_FROM_NETWORK, limits.network_key(request)):
        form.add_error(
            None, _("Very many applications came from your network. Please try again in an hour.")
        )
        return _form_page(request, form, status=429)
    words = form.words()
    who = keyed_hash(Purpose.APPLICANT, words.email.encode())
    # Beyond it nothing is owed, and nobody is told.
    if limits.hit(limits.Limit.APPLICATIONS_TO_ADDRESS, who):
        language = languages.interface_for(get_language() or "en")
        applications.ask(words=words, language=language, now=timezone.now())
    return HttpResponseRedirect(reverse("start_sent"), status=303)


@require_safe
@shared_page
def sent(request: HttpRequest) -> HttpResponse:
    _check_open()
    context = SentContext(languages=page_languages(request), days=applications.TIME_TO_CONFIRM.days)
    return render_page(request, "campaign/organizers/start/sent.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, token: str) -> HttpResponse:
    """What the application has come to. Its button confirms, or leads into the team."""
    now = timezone.now()
    try:
        found = applications.application_behind(token, now=now)
        if found.confirmed_at is None and settings.OPEN_TO_ORGANIZERS == "off":
            raise errors.ApplicationUnknown
        if request.method == "POST":
            if found.confirmed_at is None:
                applications.confirm(application=found, now=now)
                found = applications.application_behind(token, now=now)
            if found.approved_at:
                offered = applications.invitation_of(application=found, now=now)
                return _see_other("invitation", invitations.token_for(invitation=offered))
            return _see_other("application", token)
    except errors.ApplicationUnknown:
        return _unknown(request)
    except errors.AlreadyApplied:
        return _page(request, found, token, step="another", status=409)
    except errors.AlreadyBegun:
        return _see_other("application", token)
    return _page(request, found, token, step=_step(found))


def _check_open() -> None:
    if settings.OPEN_TO_ORGANIZERS == "off":
        raise Http404


def _step(found: Application) -> str:
    if found.declined_at:
        return "declined"
    if found.approved_at:
        has_begun = Membership.objects.filter(team=found.team_id).exists()
        return "begun" if has_begun or found.team_id is None else "approved"
    return "waiting" if found.confirmed_at else "confirm"


def _see_other(name: str, token: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=[token]), status=303)


def _unknown(request: HttpRequest) -> HttpResponse:
    context = StartPage(languages=page_languages(request))
    return render_page(request, "campaign/organizers/start/unknown.html", context, status=404)


def _page(
    request: HttpRequest, found: Application, token: str, *, step: str, status: int = 200
) -> HttpResponse:
    context = ApplicationContext(
        languages=page_languages(request),
        application=found,
        token=token,
        step=step,
        is_approved=applications.is_read_first(application=found),
        days=applications.KEPT_FOR.days,
    )
    return render_page(
        request, "campaign/organizers/start/application.html", context, status=status
    )


def _form_page(request: HttpRequest, form: ApplicationForm, *, status: int = 200) -> HttpResponse:
    context = StartContext(
        languages=page_languages(request),
        form=form,
        errors=bool(form.errors),
        is_approved=settings.OPEN_TO_ORGANIZERS == "approval",
    )
    return render_page(request, "campaign/organizers/start/form.html", context, status=status)
