"""For the press: the count and its parts, claims checked, and what the organizers tell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.letters import markdown, press_kit
from campaign.letters.models import Letter, PressImage, PressKit, Text, Translation
from campaign.letters.pictures import EXTENSIONS
from campaign.letters.press_pictures import Caption, caption
from campaign.letters.texts import main_translation, published_texts, translation_for, versions
from campaign.operations.models import Feature
from campaign.operations.switches import is_on
from campaign.pages import PageContext, render_page
from campaign.shared_pages import reads, shared_page
from campaign.templatetags.locale_format import day, moment, number, short_day
from signatures.forms.public.claim import NO_SUCH_CHECKPOINT, REFUSED, ClaimForm
from signatures.forms.public.following import FollowForm
from signatures.listing.counts import base64_of
from signatures.models import Checkpoint, Kind, Level
from signatures.press import charts, citing, duplicates, figures
from signatures.press import quotes as quoting
from signatures.press import standing as standings
from signatures.press.claims import checker, claim_text, parser
from signatures.press.claims.dates import Unreadable
from signatures.press.claims.grammar import Unit
from signatures.press.duplicates import Duplicates
from signatures.press.figures import LEVELS, Levels
from signatures.press.standing import Standing
from signatures.sampling import results
from signatures.sampling.results import Outcome
from signatures.templatetags.signatory_format import country_name, profession_name
from signatures.views.public.base import (
    SitePage,
    asked_here,
    letter_languages,
    public_letter,
    translation_here,
)
from signatures.views.public.pictures import picture_by_hash

# Of the narrow columns of a table; the legend has the whole words.
_HEADS = {
    Level.INDEPENDENT: pgettext_lazy("head of a narrow column", "Independent"),
    Level.VETTED: pgettext_lazy("head of a narrow column", "Vetted"),
    Level.CONTROLS: pgettext_lazy("head of a narrow column", "Site or account"),
    Level.CONFIRMED: pgettext_lazy("head of a narrow column", "E‑mail"),
}


@require_safe
@shared_page
@reads(*ClaimForm.base_fields)
def press(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    context = press_context(request, letter=letter, text=text, translation=translation_here(text))
    status = 422 if context.errors else 200
    return render_page(request, "signatures/public/press.html", context, status=status)


class ShownPicture(TypedDict):
    picture: PressImage
    caption: Caption
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PressKitShown(PageContext):
    """What the organizers tell the press."""

    told: Sequence[dict[str, Any]]
    embargo: PressKit | None
    uses: Sequence[dict[str, Any]]
    contact: PressKit | None
    quotes: Sequence[quoting.Said]
    pictures: Sequence[ShownPicture]


@dataclass(frozen=True, slots=True, kw_only=True)
class PressContext(SitePage):
    letter: Letter
    text: Text
    translation: Translation
    preview: bool = False
    texts: Iterable[Translation]
    standing: Standing
    tally: Checkpoint | None
    duplicates: Duplicates
    audited: Outcome | None
    citation: citing.Citation | None
    form: ClaimForm
    example: str
    errors: bool
    answer: dict[str, Any] | None
    follow_form: FollowForm
    levels: Sequence[tuple[Level, str | Promise]]
    time: dict[str, Any] | None
    charts: Sequence[dict[str, Any]]
    kit: PressKitShown


def press_context(
    request: HttpRequest, *, letter: Letter, text: Text, translation: Translation
) -> PressContext:
    example = claim_text.example(letter=letter)
    form = ClaimForm(request.GET if "claim" in request.GET else None, example=example)
    answer = _answer(letter, text, form) if form.is_bound and form.is_valid() else None
    found = figures.read(letter_id=letter.pk)
    are_charts_on = is_on(Feature.CHARTS)
    standing = standings.of(letter=letter, text=text, checkpoint=found.checkpoint)
    now = timezone.now()
    return PressContext(
        letter=letter,
        text=text,
        translation=translation,
        texts=text.translations.all(),
        standing=standing,
        # Of everybody, whichever version they signed: for the charts, which say so.
        tally=found.checkpoint,
        duplicates=duplicates.read(letter_id=letter.pk),
        audited=results.outcome(letter=letter),
        citation=_citation_of(answer, letter, translation, now=now)
        if answer and not answer["answer"].question.is_narrowed
        else _citation(letter, text, translation, now=now),
        form=form,
        example=example,
        errors=bool(form.is_bound and form.errors),
        answer=answer,
        follow_form=FollowForm(),
        levels=[(Level(level), _HEADS[Level(level)]) for level in LEVELS],
        time=_over_time(letter, found) if are_charts_on else None,
        charts=_charts(found) if are_charts_on else (),
        languages=letter_languages(
            text, "press", letter.slug, query=asked_here(request, *ClaimForm.base_fields)
        ),
        kit=_told(letter, text),
    )


@require_safe
def image(request: HttpRequest, slug: str, sha256: str, extension: str) -> HttpResponseBase:
    """A picture by the hash of its bytes, so that it never changes."""
    letter, _text = public_letter(slug)
    found = PressImage.objects.filter(letter=letter, sha256=sha256).first()
    return picture_by_hash(request, found, letter=letter, extension=extension)


def _answer(letter: Letter, text: Text, form: ClaimForm) -> dict[str, Any] | None:
    """What the form asks, with the words for when, and a link that leads to the same answer."""
    asked, until, size = (form.cleaned_data[name] for name in ("question", "until", "size"))
    try:
        answer = checker.check(
            letter_id=letter.pk,
            question=asked,
            before=until.before if until else None,
            now=timezone.now(),
            size=size,
        )
    except checker.NoSuchCheckpoint:
        form.add_error("claim", NO_SUCH_CHECKPOINT)
        return None
    except checker.OnlyNow:
        form.add_error("claim", REFUSED[Unreadable.ONLY_NOW])
        return None
    counted, then, published = answer.checkpoint, text, [text]
    if text.number > 1:
        published = versions(letters=[letter])[letter.pk]
        then = next(each for each in published if each.number == answer.version)
    stands = standings.among(
        letter=letter, text=text, checkpoint=answer.latest, published=published
    )
    claim = parser.written(asked, language=get_language() or "en")
    # What was asked as of now is answered as of its checkpoint for ever.
    if asked.is_narrowed:
        query = {"claim": claim}
    elif until and not answer.is_now:
        query = {"claim": claim, "by": until.typed}
    else:
        query = {"claim": claim, "at": str(counted.size if counted else 0)}
    return {
        "answer": answer,
        "standing": standings.among(
            letter=letter, text=then, checkpoint=counted, published=published
        ),
        "question": claim_text.question_in_words(answer, until),
        "count": claim_text.count_in_words(answer.count, asked.unit),
        "latest_count": claim_text.count_in_words(answer.latest_count, asked.unit),
        "by": until,
        "start": until.start if until else None,
        "versions": [
            (version, version in answer.counted, claim_text.count_in_words(count, asked.unit))
            for version, count in answer.by_version
        ],
        "replaced": [
            (each, claim_text.count_in_words(each.count, asked.unit)) for each in answer.replaced
        ],
        # The text that stands by now, if that is another one.
        "stands": None if answer.version in stands.together else stands,
        "stands_count": claim_text.count_in_words(
            checker.counted_in(stands.tally, asked.unit), asked.unit
        ),
        "link": f"{reverse('press', args=[letter.slug])}?{urlencode(query)}#answer",
        "root": base64_of(counted.root) if counted else "",
        "named": _named_in(letter, answer) if asked.is_narrowed else "",
    }


def _named_in(letter: Letter, answer: checker.Answer) -> str:
    """The address of the list with those alone that were counted; none where several versions of
    the text count, since the list is narrowed to one."""
    asked = answer.question
    if len(answer.counted) > 1:
        return ""
    chosen = {"profession": asked.profession, "country": asked.country}
    if asked.unit != Unit.SIGNATURES:
        chosen["kind"] = Kind.PERSON if asked.unit == Unit.PEOPLE else Kind.ORGANISATION
    if len(answer.versions) > 1:
        chosen["version"] = str(answer.version)
    query = urlencode({field: value for field, value in chosen.items() if value})
    return f"{reverse('signatories', args=[letter.slug])}?{query}"


def _citation(
    letter: Letter, text: Text, shown: Translation, *, now: datetime
) -> citing.Citation | None:
    """The letter with its count; the address is that of the claim, which stays as it is."""
    settled = checker.settled(letter_id=letter.pk, now=now)
    if settled is None:
        return None
    counted, minute = settled
    if not counted.total:
        return None
    version = checker.standing(letter_id=letter.pk, moment=minute + timedelta(minutes=1))[0]
    then = text
    if version != text.number:
        then = published_texts(letter=letter).get(number=version)
    standing = standings.of(letter=letter, text=then, checkpoint=counted)
    total = standing.tally.total
    # Where nobody signed the text that stands, the answer is no, and tells who signed which.
    asked = urlencode({"claim": str(max(total, 1)), "by": f"{minute:%Y-%m-%dT%H:%M}"}, safe=":")
    words = ngettext(
        "“%(title)s”, an open letter with %(count)s signature on %(when)s",
        "“%(title)s”, an open letter with %(count)s signatures on %(when)s",
        total,
    )
    told = {
        "title": _title_of(letter, version, shown),
        "count": number(total),
        "when": moment(minute),
    }
    if others := counted.total - total:
        words = _(
            "“%(title)s”, version %(version)s of an open letter: %(count)s signatures under it, "
            "%(others)s under other versions, on %(when)s"
        )
        told |= {"version": number(version), "others": number(others)}
    # The words with others name the version themselves, and no slip.
    is_told = others and len(standing.together) == 1
    return citing.Citation(
        title=words % told if is_told else standing.noted(words % told),
        site="Undersigned",
        url=f"{settings.SITE_URL}{reverse('press', args=[letter.slug])}?{asked}#answer",
        published=letter.public_since,
        read=now.date(),
        key=f"{letter.slug}-{total}-{minute:%Y-%m-%dT%H-%M}",
    )


def _citation_of(
    told: dict[str, Any], letter: Letter, shown: Translation, *, now: datetime
) -> citing.Citation | None:
    """The letter with the count of an answer, at the moment and the address of that answer. None
    if that was before the record began, for then there is no moment."""
    answer, until = told["answer"], told["by"]
    words = _("“%(title)s”, an open letter: %(count)s on %(when)s")
    if until and not answer.is_now:
        when, key = moment(until.start), f"{until.start:%Y-%m-%dT%H-%M}"
        if not until.minute:
            words = _("“%(title)s”, an open letter: %(count)s at the end of %(when)s (UTC)")
            when, key = day(until.start), f"{until.start:%Y-%m-%d}"
    elif answer.checkpoint:
        when, key = moment(answer.checkpoint.as_of), f"at-{answer.checkpoint.size}"
    else:
        return None
    return citing.Citation(
        title=told["standing"].noted(
            words
            % {
                "title": _title_of(letter, answer.version, shown),
                "count": told["count"],
                "when": when,
            }
        ),
        site="Undersigned",
        url=f"{settings.SITE_URL}{told['link']}",
        published=letter.public_since,
        read=now.date(),
        key=f"{letter.slug}-{answer.count}-{answer.question.unit.value}-{key}",
    )


def _title_of(letter: Letter, version: int, shown: Translation) -> str:
    """Of the version that was counted, in the language of what is shown."""
    if version == shown.text.number:
        return shown.title
    text = published_texts(letter=letter).filter(number=version).first()
    found = translation_for(text=text, language=shown.language) if text else None
    return (found or shown).title


def _told(letter: Letter, text: Text) -> PressKitShown:
    """What the organizers wrote: in the page's language, else in that of the letter, else any."""
    main = main_translation(text)
    preferred = (get_language() or "en", main.language if main else "en", "en")
    said = press_kit.shown(kits=PressKit.objects.filter(letter=letter), preferred=preferred)
    told = [
        {
            "part": part,
            "language": kit.language,
            "direction": kit.direction,
            "html": markdown.render(getattr(kit, part), direction=kit.direction),
        }
        for part in ("facts", "organizers", "funding")
        if (kit := said.get(part))
    ]
    quotes = quoting.shown(letter=letter, preferred=preferred)
    pictures = _pictures(letter, preferred[0])
    usable = {
        "reuse_text": _("The letter"),
        "reuse_list": _("The list of names"),
        **({"reuse_quotes": _("Quotes")} if quotes else {}),
        **({"reuse_pictures": _("Pictures")} if pictures else {}),
    }
    return PressKitShown(
        told=told,
        embargo=said.get("embargo"),
        uses=[_use(part, label, said.get(part)) for part, label in usable.items()],
        contact=said.get("contact"),
        quotes=quotes,
        pictures=pictures,
    )


def _use(part: str, label: str, kit: PressKit | None) -> dict[str, Any]:
    """What may be used: by the organizers' words, else by those that hold anyway."""
    return {
        "label": label,
        "words": getattr(kit, part) if kit else press_kit.REUSE[part],
        "language": kit.language if kit else "",
        "direction": kit.direction if kit else "",
    }


def _pictures(letter: Letter, language: str) -> list[ShownPicture]:
    return [
        {
            "picture": each,
            "caption": caption(picture=each, language=language),
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
        "chart": charts.over_time(course.buckets, mirrored=charts.is_mirrored()),
        "rows": rows,
        "by_days": course.by_days,
        "first": name(course.buckets[0].start),
        "last": name(found.checkpoint.as_of),
    }


def _charts(found: figures.Figures) -> list[dict[str, Any]]:
    """Professions and countries: title, what it leaves out, geometry, table."""
    if found.checkpoint is None or not found.checkpoint.total:
        return []
    professions = _named(found.professions, profession_name)
    countries = _named(found.countries, country_name)
    several = [
        (
            "professions",
            _("Professions"),
            _("As signers stated them; organisations not included.")
            if found.checkpoint.organisations
            else _("As signers stated them."),
            professions,
        ),
        ("countries", _("Countries"), _("Where people said they live or work."), countries),
    ]
    return [
        {
            "id": name,
            "title": title,
            "note": note,
            "chart": charts.bars(rows, mirrored=charts.is_mirrored()),
            "rows": [_row(label, levels) for label, levels in rows],
            "most": rows[0][0],
            "sum": number(sum(sum(levels) for _label, levels in rows)),
        }
        for name, title, note, rows in several
        # Where only organisations signed, there is nobody to have a profession.
        if rows
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
