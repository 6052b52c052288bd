"""A team's webhooks, for its owners: made, changed, tried, and what was told lately."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import limits
from campaign.organizers.models import Team
from campaign.organizers.views.desk import DeskRequest, desk_page, desk_view
from campaign.organizers.views.teams import team_to_run
from campaign.pages import PageContext
from signatures.errors import TooManyWebhooks
from signatures.forms.desk.webhooks import WebhookChangeForm, WebhookForm
from signatures.models import Webhook, WebhookDelivery
from signatures.notifications.webhooks import owing, settings
from signatures.verification.problems import sentence_for

MAX_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksContext(PageContext):
    team: Team
    webhooks: Sequence[tuple[Webhook, str]]
    form: WebhookForm
    is_full: bool


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    delivery: WebhookDelivery
    # Empty where there was an answer, or no attempt yet.
    problem: str
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookContext(PageContext):
    team: Team
    webhook: Webhook
    host: str
    form: WebhookChangeForm
    deliveries: Sequence[DeliveryRow]
    # Empty but right after it was made.
    secret: str


@desk_view("GET", "HEAD", "POST")
def webhooks(request: DeskRequest, slug: str) -> HttpResponse:
    team = team_to_run(request, slug)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            webhook, secret = settings.create(
                team=team,
                organizer=request.user,
                url=form.cleaned_data["url"],
                kinds=form.cleaned_data["kinds"],
                now=timezone.now(),
            )
        except TooManyWebhooks:
            form.add_error(None, _("A team has at most five. Delete one first."))
            status = 409
        else:
            return _page(request, webhook, secret=secret)
    found = Webhook.objects.filter(team=team).order_by("pk")
    context = WebhooksContext(
        team=team,
        webhooks=[(each, settings.host_of(each.url)) for each in found],
        form=form,
        is_full=len(found) >= settings.MAX_WEBHOOKS_OF_TEAM,
    )
    if form.errors and status == 200:
        status = 422
    return desk_page(
        request, "signatures/desk/webhooks/webhooks.html", context, section="teams", status=status
    )


@desk_view("GET", "HEAD", "POST")
def webhook(request: DeskRequest, slug: str, webhook_id: int) -> HttpResponse:
    found = _webhook(request, slug, webhook_id)
    if request.method != "POST":
        return _page(request, found)
    form = WebhookChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    settings.change(webhook=found, organizer=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return _back(found)


@desk_view("POST")
def secret(request: DeskRequest, slug: str, webhook_id: int) -> HttpResponse:
    found = _webhook(request, slug, webhook_id)
    return _page(
        request, found, secret=settings.replace_secret(webhook=found, organizer=request.user)
    )


@desk_view("POST")
def test(request: DeskRequest, slug: str, webhook_id: int) -> HttpResponse:
    found = _webhook(request, slug, webhook_id)
    if not found.is_active:
        messages.error(request, _("It is switched off. Make it active first."))
    elif _may_press(request, found):
        owing.test(webhook=found, now=timezone.now())
        messages.success(request, _("A test is sent. Reload this page to see the answer."))
    return _back(found)


@desk_view("POST")
def replay(request: DeskRequest, slug: str, webhook_id: int, delivery_id: int) -> HttpResponse:
    found = _webhook(request, slug, webhook_id)
    delivery = get_object_or_404(WebhookDelivery, webhook=found, pk=delivery_id)
    if not found.is_active:
        messages.error(request, _("It is switched off. Make it active first."))
    elif _may_press(request, found):
        owing.replay(delivery=delivery, now=timezone.now())
        messages.success(request, _("It is told again, with the same id."))
    return _back(found)


@desk_view("POST")
def delete(request: DeskRequest, slug: str, webhook_id: int) -> HttpResponse:
    found = _webhook(request, slug, webhook_id)
    settings.delete(webhook=found, organizer=request.user)
    messages.success(request, _("Deleted. Nothing is told there any more."))
    return HttpResponseRedirect(reverse("desk_webhooks", args=[slug]), status=303)


def _webhook(request: DeskRequest, slug: str, webhook_id: int) -> Webhook:
    team = team_to_run(request, slug)
    return get_object_or_404(Webhook.objects.select_related("team"), team=team, pk=webhook_id)


def _may_press(request: DeskRequest, webhook: Webhook) -> bool:
    who = webhook.team_id.to_bytes(8, "big")
    if limits.hit(limits.Limit.WEBHOOK_PRESSES_OF_TEAM, who):
        return True
    messages.error(request, _("That was often within one hour. Go on a little later."))
    return False


def _back(webhook: Webhook) -> HttpResponse:
    page = reverse("desk_webhook", args=[webhook.team.slug, webhook.pk])
    return HttpResponseRedirect(page, status=303)


def _page(
    request: DeskRequest,
    webhook: Webhook,
    *,
    form: WebhookChangeForm | None = None,
    secret: str = "",
) -> HttpResponse:
    latest = WebhookDelivery.objects.filter(webhook=webhook).order_by("-pk")[:MAX_SHOWN]
    initial = {"url": webhook.url, "kinds": webhook.kinds, "is_active": webhook.is_active}
    context = WebhookContext(
        team=webhook.team,
        webhook=webhook,
        host=settings.host_of(webhook.url),
        form=form or WebhookChangeForm(initial=initial),
        deliveries=[
            DeliveryRow(
                each,
                sentence_for(each.problem) or each.problem,
                not (each.delivered_at or each.failed_at),
            )
            for each in latest.select_related("happening")
        ],
        secret=secret,
    )
    return desk_page(
        request,
        "signatures/desk/webhooks/webhook.html",
        context,
        section="teams",
        status=422 if form else 200,
    )
