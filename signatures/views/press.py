"""For the press: the count and its parts, claims checked, and what the organizers tell."""

import base64
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign import languages
from campaign.letters import markdown, press_kit
from campaign.letters.models import Letter, PressImage, PressKit, Text
from campaign.letters.press_pictures import EXTENSIONS
from campaign.letters.texts import main_translation
from campaign.shared_pages import shared_page
from campaign.templatetags.locale_format import day, moment, number, short_day
from signatures.forms.claim import ClaimForm
from signatures.models import Level
from signatures.press import charts, claims, figures
from signatures.press.figures import LEVELS, Levels
from signatures.templatetags.signatory_format import country_name, profession_name
from signatures.views.letters import letter_languages, public_letter, translation_here

_FOREVER = "public, max-age=31536000, immutable"


@require_safe
@shared_page
def press(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    form = ClaimForm(request.GET if "claim" in request.GET else None)
    found = figures.read(letter_id=letter.pk)
    context = {
        "letter": letter,
        "text": text,
        "translation": translation_here(text),
        "main": main_translation(text),
        "tally": found.checkpoint,
        "form": form,
        "errors": bool(form.is_bound and form.errors),
        "answer": _answer(letter, form) if form.is_bound and form.is_valid() else None,
        "levels": [Level(level) for level in LEVELS],
        "time": _over_time(letter, found),
        "charts": _charts(found),
        "pictures": _pictures(letter),
        "languages": letter_languages(text, "press", slug),
        **_told(letter, text),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "signatures/press.html", context, status=status)


@require_safe
def image(_request: HttpRequest, slug: str, sha256: str, extension: str) -> HttpResponse:
    """A picture by the hash of its bytes, so that it never changes."""
    letter, _text = public_letter(slug)
    found = PressImage.objects.filter(letter=letter, sha256=sha256).first()
    if found is None or EXTENSIONS[found.content_type] != extension:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response["Cache-Control"] = _FOREVER
    response["ETag"] = f'"{sha256[:32]}"'
    response["Content-Disposition"] = f'inline; filename="{slug}-{sha256[:8]}.{extension}"'
    return response


def _answer(letter: Letter, form: ClaimForm) -> dict[str, Any]:
    """What the form asks, with the words for when, and a link that asks the same again."""
    asked, until, now = form.cleaned_data["number"], form.cleaned_data["until"], timezone.now()
    answer = claims.check(
        letter_id=letter.pk, number=asked, before=until.before if until else None, now=now
    )
    query = {"claim": str(asked)} | ({"by": until.typed} if until else {})
    return {
        "answer": answer,
        "number": asked,
        "by": until,
        "start": until.start if until else None,
        "link": f"{reverse('press', args=[letter.slug])}?{urlencode(query)}#answer",
        "root": base64.b64encode(bytes(answer.checkpoint.root)).decode()
        if answer.checkpoint
        else "",
    }


def _told(letter: Letter, text: Text) -> dict[str, Any]:
    """What the organizers wrote: in the page's language, else in that of the letter, else any."""
    main = main_translation(text)
    preferred = (get_language() or "en", main.language if main else "en", "en")
    said = press_kit.shown(kits=PressKit.objects.filter(letter=letter), preferred=preferred)
    told = [
        {
            "part": part,
            "language": kit.language,
            "direction": kit.direction,
            "html": markdown.render(getattr(kit, part)),
        }
        for part in ("facts", "organizers", "funding")
        if (kit := said.get(part))
    ]
    return {
        "told": told,
        "embargo": said.get("embargo"),
        "contact": said.get("contact"),
        "quotes": press_kit.quotes_shown(letter=letter, preferred=preferred),
    }


def _pictures(letter: Letter) -> list[dict[str, Any]]:
    return [
        {
            "picture": each,
            "url": reverse(
                "press_image", args=[letter.slug, each.sha256, EXTENSIONS[each.content_type]]
            ),
        }
        for each in PressImage.objects.filter(letter=letter).defer("content")
    ]


def _over_time(letter: Letter, found: figures.Figures) -> dict[str, Any] | None:
    if found.checkpoint is None:
        return None
    course = figures.over_time(letter_id=letter.pk)
    name = day if course.by_days else moment
    last = len(course.buckets) - 1
    rows = [
        _row(
            # The last stretch is not over: it is told by when its count was made.
            moment(found.checkpoint.as_of)
            if index == last
            else (short_day(bucket.last_moment) if course.by_days else moment(bucket.end)),
            bucket.levels,
        )
        for index, bucket in enumerate(course.buckets)
    ]
    return {
        "chart": charts.over_time(course.buckets, mirrored=_is_mirrored()),
        "rows": rows,
        "by_days": course.by_days,
        "first": name(course.buckets[0].start),
        "last": name(found.checkpoint.as_of),
    }


def _charts(found: figures.Figures) -> list[dict[str, Any]]:
    """Professions, countries and levels: title, what it leaves out, geometry, table."""
    if found.checkpoint is None or not found.checkpoint.total:
        return []
    counted = found.checkpoint
    # Each level is a bar of its own colour.
    by_level = [
        (str(Level(level).label), tuple(count if each == level else 0 for each in LEVELS))
        for level, count in zip(LEVELS, figures.levels_of(counted), strict=True)
    ]
    professions = _named(found.professions, profession_name)
    countries = _named(found.countries, country_name)
    several = [
        ("levels", _("How sure we are of each"), "", by_level),
        (
            "professions",
            _("Professions"),
            _("As people told them. Organisations are not in it.")
            if counted.organisations
            else _("As people told them."),
            professions,
        ),
        ("countries", _("Countries"), _("Where people told they live or work."), countries),
    ]
    return [
        {
            "id": name,
            "title": title,
            "note": note,
            "chart": charts.bars(rows, mirrored=_is_mirrored()),
            "rows": [_row(label, levels) for label, levels in rows],
            "most": rows[0][0],
            "sum": number(sum(sum(levels) for _label, levels in rows)),
        }
        for name, title, note, rows in several
    ]


def _named(part: figures.Part, name_of: Any) -> list[tuple[str, Levels]]:
    rows = [(str(name_of(row.code)), row.levels) for row in part.rows]
    if part.others:
        rows.append((_("All others"), part.others.levels))
    if part.unshown:
        rows.append((_("Not shown, at their own wish"), part.unshown.levels))
    return rows


def _row(label: str, levels: Sequence[int]) -> dict[str, Any]:
    return {
        "label": label,
        "levels": [number(count) for count in levels],
        "total": number(sum(levels)),
    }


def _is_mirrored() -> bool:
    return languages.direction(languages.interface_for(get_language() or "en")) == "rtl"
