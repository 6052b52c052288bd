"""A letter is begun, translated and revised in the browser; what is typed is never lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters import closing, drafting, publishing
from campaign.letters.forms import TranslationForm
from campaign.letters.models import Letter, LetterState, PressKit, Text, Translation
from campaign.letters.texts import draft_text
from campaign.organizers.models import AuditEntry, Membership, Organizer, Role, Team

WORDS = {
    "title": "Ask before you train",
    "addressee": "To those who build machines",
    "body": "We *write*.\r\n\r\nNobody asked.",
}
NONSENSE = [
    "a\x00b",
    "a\u202eb",
    "\ue000",
    "\u200b",
    " \n ",
    "\ud800",
    "x" * 20_000,
    "\u0301" * 300,
    "<script>alert(1)</script>",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "2026-02-30T25:61",
    "٢٠٢٦-١٠-٢٢T٠٩:٣٠",
    "-1",
    "{{ 7 }}",
]


def new(client: Client, **given: Any) -> Any:
    return client.post(
        reverse("desk_letter_new"),
        {"language": "en", "slug": "", "opens_at": "", "closes_at": "", "save": "1"}
        | WORDS
        | given,
    )


def with_team(team: Team) -> dict[str, str]:
    return {"team": str(team.pk)}


def test_a_letter_is_begun(desk: Client, team: Team) -> None:
    response = new(
        desk, **with_team(team), opens_at="2026-12-01T08:00", closes_at="2126-12-24T18:30"
    )
    letter = Letter.objects.get()
    assert response["Location"] == reverse("desk_texts", args=[letter.slug])
    assert (letter.slug, letter.team, letter.state) == (
        "ask-before-you-train",
        team,
        LetterState.DRAFT,
    )
    assert letter.opens_at == datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert letter.closes_at == datetime(2126, 12, 24, 18, 30, tzinfo=UTC)
    translation = Translation.objects.get()
    assert translation.body == "We *write*.\n\nNobody asked."
    page = desk.get(response["Location"]).text
    assert "Saved as a draft" in page
    assert "Ask before you train" in page


def test_the_only_team_is_not_asked_for(desk: Client, team: Team) -> None:
    page = desk.get(reverse("desk_letter_new")).text
    assert f'<input type="hidden" name="team" value="{team.pk}" id="id_team">' in page


def test_one_of_several_teams_is_chosen(
    desk: Client, amira: Organizer, team: Team, other_team: Team
) -> None:
    reading = Team.objects.create(name="Readers", slug="readers")
    Membership.objects.create(team=other_team, organizer=amira, role=Role.OWNER)
    Membership.objects.create(team=reading, organizer=amira, role=Role.VIEWER)
    form = desk.get(reverse("desk_letter_new")).context["form"]
    assert list(form.fields["team"].queryset) == [other_team, team]
    for foreign in (str(reading.pk), "", "0", "x"):
        response = new(desk, team=foreign)
        assert response.status_code == 200
        assert list(response.context["form"].errors) == ["team"]
    new(desk, team=str(other_team.pk))
    assert Letter.objects.get().team == other_team


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Give the letter a title."),
        ("title", "\u200b", "Give the letter a title."),
        ("title", "x" * 161, "Shorten the title to 160 characters."),
        ("title", "a\x00b", "Take out the invisible control character U+0000"),
        ("title", "a\u202eb", "Take out the invisible control character U+202E"),
        ("addressee", " ", "Say who the letter speaks to."),
        ("addressee", "x" * 241, "Shorten the addressee to 240 characters."),
        ("body", "", "Write the text of the letter."),
        ("body", "x" * 40_001, "Shorten the text to 40,000 characters."),
        ("body", "a\x07b", "Take out the invisible control character U+0007"),
        ("language", "", "Choose the language of the text."),
        ("language", "tlh", "Choose one of the languages in the list."),
        ("slug", "Not An Address", "Use only the letters a to z"),
        ("slug", "a" * 81, "Shorten the address to 80 characters."),
        ("opens_at", "soon", "Give a date and a time"),
        ("opens_at", "9999-12-31T23:59", "Give a date and a time"),
        ("closes_at", "2026-02-30T10:00", "Give a date and a time"),
        ("closes_at", "2020-01-01T10:00", "This time has passed"),
    ],
)
def test_each_mistake_is_told_and_nothing_typed_is_lost(
    desk: Client, team: Team, field: str, value: str, sentence: str
) -> None:
    response = new(desk, **with_team(team), **{field: value})
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert sentence in str(form.errors[field][0])
    assert "data-error-summary" in response.text
    assert f'href="#id_{field}"' in response.text
    for kept in set(WORDS) - {field}:
        assert form[kept].value() == WORDS[kept]
    assert form[field].value() == value
    assert Letter.objects.count() == 0


def test_all_mistakes_are_told_at_once(desk: Client) -> None:
    response = desk.post(reverse("desk_letter_new"))
    assert sorted(response.context["form"].errors) == [
        *("addressee", "body", "language", "team", "title")
    ]


def test_a_letter_closes_after_it_opens(desk: Client, team: Team) -> None:
    response = new(
        desk, **with_team(team), opens_at="2126-01-02T10:00", closes_at="2126-01-02T10:00"
    )
    assert response.context["form"].errors == {
        "closes_at": ["The letter must close after it opens."]
    }


def test_a_taken_address_is_told(desk: Client, team: Team, begin: Callable[..., Letter]) -> None:
    begin(slug="taken")
    response = new(desk, **with_team(team), slug="taken")
    assert response.context["form"].errors == {
        "slug": ["Another letter has this address. Choose another one."]
    }
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("value", NONSENSE)
def test_no_input_breaks_a_form(desk: Client, draft: Letter, team: Team, value: str) -> None:
    value = value.encode(errors="surrogatepass").decode(errors="replace")
    names = ("team", "language", "slug", "opens_at", "closes_at", "seen", *WORDS)
    paths = [
        reverse("desk_letter_new"),
        reverse("desk_details", args=[draft.slug]),
        reverse("desk_translation", args=[draft.slug, "ar"]),
        reverse("desk_publish", args=[draft.slug]),
    ]
    for path in paths:
        for extra in ({}, {"preview": "1"}):
            response = desk.post(path, dict.fromkeys(names, value) | extra)
            assert response.status_code in (200, 302), path
    assert desk.post(reverse("desk_markdown"), {"source": value}).status_code in (200, 413)
    chooser = reverse("desk_choose_language", args=[draft.slug])
    assert desk.get(chooser, {"language": value}).status_code == 302


def test_bytes_that_are_no_text_break_nothing(desk: Client, draft: Letter) -> None:
    for path in (
        reverse("desk_letter_new"),
        reverse("desk_translation", args=[draft.slug, "en"]),
        reverse("desk_markdown"),
    ):
        for body in (b"title=%ED%A0%80&body=%FF%00&source=%ED%A0%80", b"\xff\xfe=\x00"):
            response = desk.post(path, body, content_type="application/x-www-form-urlencoded")
            assert response.status_code == 200


def test_the_preview_shows_what_stands_in_the_form_and_saves_nothing(desk: Client) -> None:
    response = new(desk, preview="1", title="<Ask>", body="**Now** <script>", slug="Not valid")
    assert response.status_code == 200
    page = response.text
    assert "<strong>Now</strong> &lt;script&gt;" in page
    assert "&lt;Ask&gt;" in page
    assert response.context["form"]["slug"].value() == "Not valid"
    assert "data-error-summary" not in page
    assert Letter.objects.count() == 0


def test_the_preview_suggests_the_address_that_is_free(
    desk: Client, begin: Callable[..., Letter]
) -> None:
    begin(title="Łączymy")
    for title, slug in (("Łączymy", "laczymy-2"), ("Straße", "strasse"), ("…", "letter"), ("", "")):
        response = new(desk, preview="1", title=title, slug="")
        assert response.context["form"]["slug"].value() == slug


def test_the_live_preview_is_cleaned_markdown(desk: Client) -> None:
    path = reverse("desk_markdown")
    response = desk.post(path, {"source": "# A\r\n\r\n[b](javascript:x) <img src=x onerror=y>"})
    text, _aside, _told = response.text.partition("<aside")
    assert text.strip() == "<h2>A</h2>\n<p>b &lt;img src=x onerror=y&gt;</p>"
    assert desk.post(path).text.strip() == ""
    assert desk.post(path, {"source": "x" * 40_001}).status_code == 413
    assert desk.get(path).status_code == 303


def test_the_longest_text_in_any_script_can_be_saved(desk: Client, team: Team) -> None:
    response = new(desk, **with_team(team), body="文" * 40_000)
    assert response.status_code == 302
    assert len(Translation.objects.get().body) == 40_000


def test_another_language_is_added(desk: Client, draft: Letter) -> None:
    chooser = reverse("desk_choose_language", args=[draft.slug])
    editor = reverse("desk_translation", args=[draft.slug, "ar"])
    assert desk.get(chooser, {"language": "ar"})["Location"] == editor
    page = desk.get(editor).text
    assert 'lang="ar"' in page
    assert "Nobody asked." in page
    response = desk.post(
        editor, {"title": "اسألوا", "addressee": "إلى", "body": "نكتب.", "seen": ""}
    )
    assert response["Location"] == reverse("desk_texts", args=[draft.slug])
    found = Translation.objects.get(language="ar")
    assert (found.title, found.is_authoritative) == ("اسألوا", False)
    page = desk.get(response["Location"]).text
    assert "اسألوا" in page
    assert "The text in العربية is saved." in page
    assert '<option value="ar"' not in page


def test_a_language_that_is_none_is_refused(desk: Client, draft: Letter) -> None:
    chooser = reverse("desk_choose_language", args=[draft.slug])
    assert desk.get(chooser, {"language": "tlh"})["Location"] == reverse(
        "desk_texts", args=[draft.slug]
    )
    assert desk.get(reverse("desk_translation", args=[draft.slug, "tlh"])).status_code == 404


def test_a_text_is_changed(desk: Client, draft: Letter) -> None:
    editor = reverse("desk_translation", args=[draft.slug, "en"])
    form = desk.get(editor).context["form"]
    typed = {name: form[name].value() for name in ("title", "addressee", "body", "seen")}
    desk.post(editor, typed | {"title": "Ask first"})
    assert Translation.objects.get().title == "Ask first"


def test_the_editor_previews_without_saving(desk: Client, draft: Letter) -> None:
    editor = reverse("desk_translation", args=[draft.slug, "en"])
    page = desk.post(editor, WORDS | {"body": "*Only* looking", "preview": "1"}).text
    assert "<em>Only</em> looking" in page
    assert Translation.objects.get().body == "We write.\n\nNobody asked."


def test_a_mistake_in_the_editor_is_told(desk: Client, draft: Letter) -> None:
    editor = reverse("desk_translation", args=[draft.slug, "en"])
    response = desk.post(editor, WORDS | {"title": ""})
    assert response.context["form"].errors == {"title": ["Give the letter a title."]}
    assert "<em>write</em>" in response.text


def test_of_two_who_write_at_once_nobody_loses_a_word(desk: Client, draft: Letter) -> None:
    editor = reverse("desk_translation", args=[draft.slug, "en"])
    seen = desk.get(editor).context["form"]["seen"].value()
    desk.post(editor, WORDS | {"title": "Theirs", "seen": seen})
    response = desk.post(editor, WORDS | {"title": "Mine", "seen": seen})
    assert response.status_code == 200
    assert "Somebody else saved this text" in response.text
    assert "Theirs" in response.text
    form = response.context["form"]
    assert form["title"].value() == "Mine"
    assert Translation.objects.get().title == "Theirs"
    desk.post(editor, {name: form[name].value() for name in (*WORDS, "seen")})
    assert Translation.objects.get().title == "Mine"


def test_a_text_removed_meanwhile_is_told(desk: Client, draft: Letter) -> None:
    text = draft_text(letter=draft)
    assert text is not None
    drafting.save_translation(text=text, language="ar", title="أ", addressee="ب", body="ج")
    editor = reverse("desk_translation", args=[draft.slug, "ar"])
    seen = desk.get(editor).context["form"]["seen"].value()
    desk.post(reverse("desk_translation_remove", args=[draft.slug, "ar"]))
    response = desk.post(editor, WORDS | {"seen": seen})
    assert "Somebody else removed this language" in response.text
    assert response.context["form"]["seen"].value() == ""


def test_languages_are_marked_and_removed(desk: Client, draft: Letter) -> None:
    text = draft_text(letter=draft)
    assert text is not None
    drafting.save_translation(text=text, language="ar", title="أ", addressee="ب", body="ج")
    here = reverse("desk_texts", args=[draft.slug])
    remove = reverse("desk_translation_remove", args=[draft.slug, "en"])
    assert "Make another language authoritative first" in desk.post(remove, follow=True).text
    mark = reverse("desk_authoritative", args=[draft.slug, "ar"])
    assert desk.post(mark)["Location"] == here
    assert "The text in English is removed." in desk.post(remove, follow=True).text
    assert desk.post(remove).status_code == 404
    found = Translation.objects.get()
    assert (found.language, found.is_authoritative) == ("ar", True)


def test_a_published_text_has_no_editor(desk: Client, published: Letter) -> None:
    for name in ("desk_translation", "desk_translation_remove", "desk_authoritative"):
        path = reverse(name, args=[published.slug, "en"])
        assert desk.post(path, WORDS).status_code in (404, 409)
    page = desk.get(reverse("desk_translation", args=[published.slug, "en"]), follow=True).text
    assert "The text is published and cannot change." in page
    assert Translation.objects.get().title == "Ask before you train"


def test_published_while_it_was_being_written(
    desk: Client, draft: Letter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was answered before, the write comes after the publication."""
    stale = draft_text(letter=draft)
    publishing.publish(letter=draft, now=now)
    monkeypatch.setattr("campaign.letters.views.texts.draft_text", lambda *, letter: stale)
    editor = reverse("desk_translation", args=[draft.slug, "en"])
    response = desk.post(editor, WORDS | {"title": "Too late"})
    assert response.status_code == 409
    assert "Nothing was saved: the text was published while you were writing" in response.text
    assert 'value="Too late"' in response.text
    assert Translation.objects.get().title == "Ask before you train"
    discard = reverse("desk_revision_discard", args=[draft.slug])
    assert "A letter cannot be without its first text." in desk.post(discard, follow=True).text


def test_what_was_typed_begins_a_new_version(desk: Client, published: Letter) -> None:
    editor = reverse("desk_translation", args=[published.slug, "en"])
    typed = WORDS | {"title": "Ask us first", "seen": "of the draft that was"}
    page = desk.post(editor, typed).text
    assert "<del>" in page
    assert 'name="begin"' in page
    assert Text.objects.count() == 1
    preview = desk.post(editor, typed | {"preview": "1"})
    assert 'value="Ask us first"' in preview.text

    response = desk.post(editor, typed | {"begin": "1"}, follow=True)

    assert response.redirect_chain == [(reverse("desk_texts", args=[published.slug]), 302)]
    assert "Version 2 begins with what you wrote." in response.text
    found = Translation.objects.order_by("text__number").values_list("text__number", "title")
    assert list(found) == [(1, "Ask before you train"), (2, "Ask us first")]


def test_a_new_language_begins_a_new_version(desk: Client, published: Letter) -> None:
    editor = reverse("desk_translation", args=[published.slug, "fr"])
    desk.post(editor, WORDS | {"title": "Demandez", "begin": "1"})
    draft = draft_text(letter=published)
    assert draft is not None
    assert sorted(each.language for each in draft.translations.all()) == ["en", "fr"]


def test_nothing_typed_is_lost_when_the_letter_was_closed(
    desk: Client, published: Letter, now: datetime
) -> None:
    closing.close_letter(letter=published, now=now)
    editor = reverse("desk_translation", args=[published.slug, "en"])
    for given in ({}, {"begin": "1"}):
        page = desk.post(editor, WORDS | {"title": "Too late"} | given)
        assert page.status_code == 409
        assert "the letter was closed while you were writing" in page.text
        assert 'value="Too late"' in page.text
        assert 'name="begin"' not in page.text
    assert Text.objects.count() == 1


def test_a_version_that_somebody_else_began_and_changed_is_not_overwritten(
    desk: Client, published: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = drafting.start_revision(letter=published)
    drafting.save_translation(
        text=draft, language="en", title="Theirs", addressee="To them", body="Theirs."
    )
    answers = iter([None, draft_text(letter=published)])
    monkeypatch.setattr("campaign.letters.views.texts.draft_text", lambda *, letter: next(answers))
    editor = reverse("desk_translation", args=[published.slug, "en"])
    page = desk.post(editor, WORDS | {"title": "Mine", "begin": "1"}).text
    assert "Somebody else began a new version meanwhile." in page
    assert 'value="Mine"' in page
    assert "Theirs" in page
    assert draft.translations.get().title == "Theirs"


def test_a_language_of_a_text_published_meanwhile_stays(
    desk: Client, draft: Letter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = Translation.objects.select_related("text").get()
    publishing.publish(letter=draft, now=now)
    monkeypatch.setattr("campaign.letters.views.texts._of_draft", lambda letter, language: stale)
    for name in ("desk_translation_remove", "desk_authoritative"):
        page = desk.post(reverse(name, args=[draft.slug, "en"]), follow=True).text
        assert "The text is published and cannot change." in page
    assert Translation.objects.get().is_authoritative


def test_a_version_is_begun_and_discarded(desk: Client, published: Letter) -> None:
    begin = reverse("desk_revision", args=[published.slug])
    discard = reverse("desk_revision_discard", args=[published.slug])
    assert "Version 2 begins with the words" in desk.post(begin, follow=True).text
    desk.post(begin)
    assert Text.objects.count() == 2
    page = desk.get(reverse("desk_texts", args=[published.slug]))
    assert "Version 2, being written" in page.text
    seen = {"seen": page.context["seen"]}
    assert f'name="seen" value="{seen["seen"]}"' in page.text
    assert "The new version is discarded" in desk.post(discard, seen, follow=True).text
    assert "The new version is discarded" in desk.post(discard, seen, follow=True).text
    assert Text.objects.get().number == 1


def test_words_that_were_not_seen_are_not_discarded(desk: Client, published: Letter) -> None:
    text = drafting.start_revision(letter=published)
    seen = desk.get(reverse("desk_texts", args=[published.slug])).context["seen"]
    drafting.save_translation(text=text, language="en", title="A", addressee="To B", body="C")
    discard = reverse("desk_revision_discard", args=[published.slug])
    for sent in ({"seen": seen}, {}):
        assert "nothing was changed" in desk.post(discard, sent, follow=True).text
    assert Text.objects.count() == 2


def test_a_version_published_meanwhile_is_not_discarded(
    desk: Client, published: Letter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = drafting.start_revision(letter=published)
    publishing.publish(letter=published, now=now)
    monkeypatch.setattr("campaign.letters.views.texts.draft_text", lambda *, letter: stale)
    discard = reverse("desk_revision_discard", args=[published.slug])
    assert "The text is published and cannot change." in desk.post(discard, follow=True).text
    assert Text.objects.count() == 2


def test_a_closed_letter_gets_no_new_version(
    desk: Client, published: Letter, now: datetime
) -> None:
    closing.close_letter(letter=published, now=now)
    begin = reverse("desk_revision", args=[published.slug])
    assert "The letter is closed" in desk.post(begin, follow=True).text
    assert Text.objects.count() == 1


def details(client: Client, letter: Letter, **given: str) -> Any:
    values = {"slug": letter.slug, "opens_at": "", "closes_at": ""} | given
    return client.post(reverse("desk_details", args=[letter.slug]), values, follow=True)


def test_address_and_times_of_a_draft_change(desk: Client, draft: Letter) -> None:
    page = desk.get(reverse("desk_details", args=[draft.slug])).text
    assert 'value="ask-before-you-train"' in page
    response = details(desk, draft, slug="ask-first", closes_at="2126-01-01T00:00")
    assert response.redirect_chain == [(reverse("desk_letter", args=["ask-first"]), 302)]
    letter = Letter.objects.get()
    assert (letter.slug, letter.closes_at) == ("ask-first", datetime(2126, 1, 1, tzinfo=UTC))
    page = desk.get(reverse("desk_details", args=["ask-first"])).text
    assert 'value="2126-01-01T00:00"' in page


DEAD = (
    "See [the fund](letters.example/fund), [us](press.letters.example) and [x](https://a.example)."
)


def test_links_without_https_are_asked_about_and_completed(desk: Client, draft: Letter) -> None:
    url = reverse("desk_translation", args=[draft.slug, "en"])
    stored = Translation.objects.get()
    given = TranslationForm.initial_from(stored) | {"body": DEAD}
    page = desk.post(url, given)
    assert page.context["form"].errors["body"] == [
        "The link “the fund” leads nowhere: “letters.example/fund” is not a whole address. "
        "Write it with https:// at the start.",
        "The link “us” leads nowhere: “press.letters.example” is not a whole address. "
        "Write it with https:// at the start.",
    ]
    assert 'name="complete_links"' in page.text
    assert Translation.objects.get().body == stored.body
    desk.post(url, given | {"complete_links": "1"})
    assert Translation.objects.get().body == (
        "See [the fund](https://letters.example/fund), [us](https://press.letters.example) "
        "and [x](https://a.example)."
    )


@pytest.mark.parametrize("address", ["/fund", "#fund", "javascript:x", "fund", "ftp://a.example"])
def test_links_that_nothing_completes_are_refused(
    desk: Client, draft: Letter, address: str
) -> None:
    url = reverse("desk_translation", args=[draft.slug, "en"])
    given = TranslationForm.initial_from(Translation.objects.get()) | {"body": f"[a]({address})"}
    page = desk.post(url, given | {"complete_links": "1"})
    assert list(page.context["form"].errors) == ["body"]
    assert 'name="complete_links"' not in page.text


def test_the_preview_says_how_it_read_the_text(desk: Client) -> None:
    page = desk.post(
        reverse("desk_markdown"), {"source": "• a\n• b\n\n[x](a.example)", "language": "en"}
    ).text
    assert "Lines that begin with a bullet are a list." in page
    assert "“x” is no link: “a.example” is not a whole address." in page


@pytest.mark.parametrize("slug", ["a_b", "Save_The_Stage", "-x-", "two--hyphens"])
@pytest.mark.parametrize("public", [False, True])
def test_settings_are_saved_whatever_address_the_letter_has(
    desk: Client, draft: Letter, now: datetime, slug: str, public: bool
) -> None:
    if public:
        publishing.publish(letter=draft, now=now)
    Letter.objects.update(slug=slug)
    draft.refresh_from_db()
    response = details(desk, draft, closes_at="2126-01-01T00:00", vets_everyone="on")
    assert response.redirect_chain == [(reverse("desk_letter", args=[slug]), 302)]
    letter = Letter.objects.get()
    assert (letter.slug, letter.vets_everyone) == (slug, True)
    assert letter.closes_at == datetime(2126, 1, 1, tzinfo=UTC)


def test_a_new_address_follows_the_rule_even_where_the_old_one_did_not(
    desk: Client, draft: Letter
) -> None:
    Letter.objects.update(slug="a_b")
    draft.refresh_from_db()
    assert list(details(desk, draft, slug="c_d").context["form"].errors) == ["slug"]
    assert Letter.objects.get().slug == "a_b"


def test_mistakes_in_the_details_are_told(
    desk: Client, draft: Letter, begin: Callable[..., Letter]
) -> None:
    begin(slug="taken")
    assert details(desk, draft, slug="taken").context["form"].errors == {
        "slug": ["Another letter has this address. Choose another one."]
    }
    assert list(details(desk, draft, slug="").context["form"].errors) == ["slug"]
    assert list(details(desk, draft, closes_at="never").context["form"].errors) == ["closes_at"]


def test_a_published_letter_keeps_its_address_whatever_is_sent(
    desk: Client, published: Letter
) -> None:
    details(desk, published, slug="another", closes_at="2126-01-01T00:00")
    letter = Letter.objects.get()
    assert (letter.slug, letter.closes_at) == (
        "ask-before-you-train",
        datetime(2126, 1, 1, tzinfo=UTC),
    )


def test_details_sent_while_the_letter_moves_on(
    desk: Client, draft: Letter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = Letter.objects.get(pk=draft.pk)
    monkeypatch.setattr(
        "campaign.letters.views.letter.letter_to_change", lambda request, slug: stale
    )
    publishing.publish(letter=draft, now=now)
    response = details(desk, draft, slug="another")
    assert "published meanwhile" in str(response.context["form"].errors["slug"])
    closing.close_letter(letter=draft, now=now)
    assert "was closed meanwhile" in details(desk, draft, slug="another").text
    assert Letter.objects.get().slug == "ask-before-you-train"


def test_a_closed_letter_keeps_its_details(desk: Client, published: Letter, now: datetime) -> None:
    closing.close_letter(letter=published, now=now)
    assert (
        "its times stay as they were" in details(desk, published, closes_at="2126-01-01T00:00").text
    )
    assert Letter.objects.get().closes_at is None


def test_times_far_and_near_are_shown(desk: Client, begin: Callable[..., Letter]) -> None:
    letter = begin(closes_at=timezone.now() + timedelta(days=400))
    assert desk.get(reverse("desk_letter", args=[letter.slug])).status_code == 200


# --- deleting -----------------------------------------------------------------------------------


def test_a_draft_is_deleted_after_a_page_that_says_so(desk: Client, draft: Letter) -> None:
    delete = reverse("desk_delete", args=[draft.slug])
    PressKit.objects.create(letter=draft, language="en", facts="x")
    drafting.save_translation(
        text=draft.texts.get(), language="ar", title="أ", addressee="ب", body="ج"
    )
    assert "Delete this draft?" in desk.get(delete).text
    assert Letter.objects.count() == 1
    page = desk.post(delete, follow=True)
    assert page.redirect_chain == [(reverse("desk"), 302)]
    assert "The draft “Ask before you train” is deleted." in page.text
    counts = [model.objects.count() for model in (Letter, Text, Translation, PressKit)]
    assert counts == [0, 0, 0, 0]
    assert AuditEntry.objects.get().action == "delete_letter"
    assert desk.post(delete).status_code == 404


def test_what_was_published_is_not_deleted(
    desk: Client, draft: Letter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete = reverse("desk_delete", args=[draft.slug])
    stale = Letter.objects.select_related("team").get()
    publishing.publish(letter=draft, now=now)
    for method in (desk.get, desk.post):
        assert "A letter that was published stays" in method(delete, follow=True).text
    monkeypatch.setattr(
        "campaign.letters.views.letter.letter_to_change", lambda request, slug: stale
    )
    assert "A letter that was published stays" in desk.post(delete, follow=True).text
    assert Letter.objects.count() == 1
    assert AuditEntry.objects.count() == 0


def test_viewers_delete_nothing(
    bjorn: Organizer, browser: Callable[[Organizer], Client], draft: Letter
) -> None:
    assert browser(bjorn).post(reverse("desk_delete", args=[draft.slug])).status_code == 404
    assert Letter.objects.count() == 1


def edited(client: Client, letter: Letter, **given: str) -> Any:
    return client.post(reverse("desk_translation", args=[letter.slug, "en"]), given, follow=True)


def typed_on(page: Any) -> dict[str, str]:
    """All that the form of the page would send as it stands."""
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_of_two_editors_the_second_puts_both_together(
    desk: Client, bjorn: Organizer, browser: Callable[[Organizer], Client], draft: Letter
) -> None:
    Membership.objects.filter(organizer=bjorn).update(role=Role.EDITOR)
    path, other = reverse("desk_translation", args=[draft.slug, "en"]), browser(bjorn)
    mine, theirs = typed_on(desk.get(path)), typed_on(other.get(path))
    edited(other, draft, **theirs | {"body": "We write.\n\nNobody asked us."}, save="1")
    page = edited(desk, draft, **mine | {"body": "We all write.\n\nNobody asked."}, save="1")
    assert "Somebody else saved this text while you were writing." in page.text
    assert "Put both together" in page.text
    page = edited(desk, draft, **typed_on(page), merge="1")
    assert "Both are put together, and not saved yet." in page.text
    assert "Put both together" not in page.text
    assert typed_on(page)["body"] == "We all write.\n\nNobody asked us."
    assert Translation.objects.get().body == "We write.\n\nNobody asked us."
    edited(desk, draft, **typed_on(page), save="1")
    assert Translation.objects.get().body == "We all write.\n\nNobody asked us."


def test_of_one_paragraph_both_stand_in_the_form(
    desk: Client, bjorn: Organizer, browser: Callable[[Organizer], Client], draft: Letter
) -> None:
    Membership.objects.filter(organizer=bjorn).update(role=Role.EDITOR)
    path, other = reverse("desk_translation", args=[draft.slug, "en"]), browser(bjorn)
    mine, theirs = typed_on(desk.get(path)), typed_on(other.get(path))
    edited(other, draft, **theirs | {"body": "We write.\n\nNobody asked us."}, save="1")
    page = edited(desk, draft, **mine | {"body": "We write.\n\nNo company asked."}, save="1")
    page = edited(desk, draft, **typed_on(page), merge="1")
    assert "theirs stands before yours" in page.text
    assert typed_on(page)["body"] == "We write.\n\nNobody asked us.\n\nNo company asked."


def test_a_third_save_while_two_are_put_together_is_seen_as_well(
    desk: Client, bjorn: Organizer, browser: Callable[[Organizer], Client], draft: Letter
) -> None:
    Membership.objects.filter(organizer=bjorn).update(role=Role.EDITOR)
    path, other = reverse("desk_translation", args=[draft.slug, "en"]), browser(bjorn)
    mine = typed_on(desk.get(path))
    edited(other, draft, **typed_on(other.get(path)) | {"title": "Ask us"}, save="1")
    page = edited(desk, draft, **mine | {"body": "Ours."}, save="1")
    asked = typed_on(page)
    edited(other, draft, **typed_on(other.get(path)) | {"addressee": "To nobody"}, save="1")
    page = edited(desk, draft, **asked, merge="1")
    merged = typed_on(page)
    assert (merged["title"], merged["addressee"], merged["body"]) == (
        "Ask us",
        "To nobody",
        "Ours.",
    )
    edited(other, draft, **typed_on(other.get(path)) | {"title": "Ask me"}, save="1")
    page = edited(desk, draft, **merged, save="1")
    assert "Somebody else saved this text while you were writing." in page.text
    assert Translation.objects.get().title == "Ask me"


@pytest.mark.parametrize("base", ["", "0" * 64, "x", "é"])
def test_without_what_both_started_from_nothing_is_put_together(
    desk: Client, draft: Letter, base: str
) -> None:
    page = edited(desk, draft, **WORDS | {"body": "Mine."}, seen="y", base=base, merge="1")
    assert "Put both together" not in page.text
    assert typed_on(page)["body"] == "Mine."
    assert Translation.objects.get().body == "We write.\n\nNobody asked."
