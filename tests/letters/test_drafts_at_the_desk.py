"""Drafts in the browser: read, compared, brought back, commented upon and approved."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaign.letters import closing, drafting, publishing
from campaign.letters.models import Draft, DraftApproval, DraftComment, Letter, Translation
from campaign.letters.texts import draft_text
from campaign.organizers.models import AuditEntry, Membership, Organizer, Role, Team

Browser = Callable[[Organizer], Client]
BODY = "We write.\n\nNobody asked."


def save(letter: Letter, body: str, *, language: str = "en", by: Organizer | None = None) -> None:
    text = draft_text(letter=letter)
    assert text is not None
    drafting.save_translation(
        text=text, language=language, title="Ask", addressee="To all", body=body, organizer=by
    )


def drafts(client: Client, letter: Letter) -> Any:
    return client.get(reverse("desk_drafts", args=[letter.slug]))


def read(client: Client, letter: Letter, number: int, language: str = "") -> Any:
    query = {"language": language} if language else {}
    return client.get(reverse("desk_draft", args=[letter.slug, number]), query)


def say(client: Client, letter: Letter, number: int = 1, **given: str) -> Any:
    path = reverse("desk_draft", args=[letter.slug, number])
    return client.post(path + "?language=en", given, follow=True)


def approve(client: Client, letter: Letter, **given: str) -> Any:
    seen = drafts(client, letter).context["standing_seal"]
    path = reverse("desk_draft_approve", args=[letter.slug])
    return client.post(path, {"seen": seen} | given, follow=True)


def bring_back(client: Client, letter: Letter, number: int, **given: str) -> Any:
    seen = drafts(client, letter).context["standing_seal"]
    path = reverse("desk_draft_bring_back", args=[letter.slug, number])
    return client.post(path, {"seen": seen} | given, follow=True)


def test_a_save_in_the_editor_is_a_draft_with_a_name(desk: Client, draft: Letter) -> None:
    words = {"title": "Ask", "addressee": "To all", "body": "Other words.", "save": "1"}
    seen = Translation.objects.get().hash_of_source()
    desk.post(reverse("desk_translation", args=[draft.slug, "en"]), words | {"seen": seen})
    page = drafts(desk, draft)
    assert [
        (row.draft.number, str(row.draft.saved_by), row.what) for row in page.context["rows"]
    ] == [
        (2, "Amira Lindqvist", ["English: changed"]),
        (1, "None", []),
    ]


def test_any_two_drafts_are_compared_the_older_one_first(desk: Client, draft: Letter) -> None:
    save(draft, "We wrote.\n\nNobody asked.")
    save(draft, "We wrote.\n\nEverybody asked.")
    path = reverse("desk_drafts_compare", args=[draft.slug])
    page = desk.get(path, {"before": "3", "after": "1"})
    assert (page.context["before"].number, page.context["after"].number) == (1, 3)
    for change in ("<del>write</del><ins>wrote</ins>", "<del>Nobody</del><ins>Everybody</ins>"):
        assert change in page.text


@pytest.mark.parametrize(
    "asked", [{}, {"before": "1"}, {"before": "1", "after": "9"}, {"before": "x", "after": "1"}]
)
def test_drafts_that_are_not_there_are_not_compared(
    desk: Client, draft: Letter, asked: dict[str, str]
) -> None:
    assert desk.get(reverse("desk_drafts_compare", args=[draft.slug]), asked).status_code == 404


def test_a_draft_is_brought_back(desk: Client, draft: Letter) -> None:
    save(draft, "Other words.")
    page = bring_back(desk, draft, 1)
    assert "Draft 3 says again what draft 1 said." in page.text
    assert Translation.objects.get().body == BODY
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail) == ("bring_back_draft", "draft 1")


def test_nothing_is_brought_back_over_words_that_were_not_seen(desk: Client, draft: Letter) -> None:
    save(draft, "Other words.")
    page = bring_back(desk, draft, 1, seen="0" * 64)
    assert "nothing was changed" in page.text
    assert Translation.objects.get().body == "Other words."
    assert AuditEntry.objects.count() == 0


def test_nothing_is_brought_back_into_what_is_published_or_closed(
    desk: Client, draft: Letter, now: datetime
) -> None:
    save(draft, "Other words.")
    publishing.publish(letter=draft, now=now)
    assert "published and cannot change" in bring_back(desk, draft, 1).text
    drafting.start_revision(letter=draft)
    closing.close_letter(letter=draft, now=now)
    assert "published and cannot change" in bring_back(desk, draft, 1).text
    assert Draft.objects.count() == 3


def test_drafts_of_another_letter_are_not_brought_back(
    desk: Client, begin: Callable[..., Letter]
) -> None:
    mine, other = begin(), begin()
    save(other, "Other words.")
    assert bring_back(desk, mine, 2).status_code == 404


def test_viewers_read_and_comment_and_write_nothing(
    bjorn: Organizer, browser: Browser, draft: Letter
) -> None:
    save(draft, "Other words.")
    client = browser(bjorn)
    assert "Bring this back" not in drafts(client, draft).text
    assert bring_back(client, draft, 1).status_code == 404
    assert read(client, draft, 2).status_code == 200
    say(client, draft, 2, place="2", words="Which words?")
    assert DraftComment.objects.get().said_by == bjorn


def test_other_teams_find_nothing(chidi: Organizer, browser: Browser, draft: Letter) -> None:
    client, slug = browser(chidi), draft.slug
    said = say(client, draft, place="2", words="Hello")
    assert said.status_code == 404
    assert drafts(client, draft).status_code == read(client, draft, 1).status_code == 404
    for rest in ("approve/", "1/bring-back/", "1/comments/1/"):
        assert client.post(f"/desk/letters/{slug}/drafts/{rest}").status_code == 404, rest
    assert client.get(reverse("desk_drafts_compare", args=[slug])).status_code == 404
    assert DraftComment.objects.count() == DraftApproval.objects.count() == 0


def test_comments_of_another_letter_are_not_reached_through_ones_own(
    chidi: Organizer,
    other_team: Team,
    bjorn: Organizer,
    browser: Browser,
    begin: Callable[..., Letter],
) -> None:
    ours, theirs = begin(), begin(team=other_team)
    say(browser(bjorn), ours, place="2", words="Ours")
    comment = DraftComment.objects.get()
    client = browser(chidi)
    path = reverse("desk_draft_comment", args=[theirs.slug, 1, comment.pk])
    assert client.post(path).status_code == 404
    assert say(client, theirs, answers=str(comment.pk), words="Mine").status_code == 404
    comment.refresh_from_db()
    assert (comment.resolved_at, comment.answers.count()) == (None, 0)


def test_a_comment_is_answered_resolved_and_opened_again(
    desk: Client, bjorn: Organizer, browser: Browser, draft: Letter
) -> None:
    page = say(browser(bjorn), draft, place="3", words="<b>Who</b> is nobody?\n\nAll of us.")
    assert "&lt;b&gt;Who&lt;/b&gt; is nobody?" in page.text
    comment = DraftComment.objects.get()
    assert comment.paragraph == "Nobody asked."
    assert "They are." in say(desk, draft, answers=str(comment.pk), words="They are.").text
    path = reverse("desk_draft_comment", args=[draft.slug, 1, comment.pk])
    assert "Resolved by <bdi>Amira Lindqvist</bdi>" in desk.post(path, follow=True).text
    assert "Resolved by" not in desk.post(path, {"do": "reopen"}, follow=True).text


def test_who_said_something_deletes_it_and_nobody_else(
    desk: Client, bjorn: Organizer, browser: Browser, draft: Letter
) -> None:
    theirs = browser(bjorn)
    assert "Delete your comment" in say(theirs, draft, place="3", words="Who is nobody?").text
    comment = DraftComment.objects.get()
    page = say(desk, draft, answers=str(comment.pk), words="They are.").text
    assert ("Delete your answer" in page, "Delete your comment" in page) == (True, False)
    path = reverse("desk_draft_comment", args=[draft.slug, 1, comment.pk])
    answer = str(comment.answers.get().pk)
    for wrong in ("0", "x", "9" * 30):
        assert theirs.post(path, {"do": "take_back", "answer": wrong}).status_code == 404
    for answered in ({}, {"answer": answer}):
        page = theirs.post(path, {"do": "take_back", **answered}, follow=True).text
        assert "It stays" in page
    page = desk.post(path, {"do": "take_back", "answer": answer}, follow=True).text
    assert "Deleted: nobody reads it any more." in page
    assert "Deleted: nobody" in theirs.post(path, {"do": "take_back"}, follow=True).text
    assert not DraftComment.objects.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "Write a comment first."),
        (" \n ", "Write a comment first."),
        ("x" * 2001, "Shorten this to 2,000 characters."),
        ("a\u202eb", "Take out the invisible control character U+202E"),
    ],
)
def test_a_comment_that_cannot_be_saved_is_still_there(
    desk: Client, draft: Letter, words: str, told: str
) -> None:
    page = say(desk, draft, place="2", words=words)
    assert page.status_code == 422
    assert told in page.text
    assert 'id="on-2-words"' in page.text
    assert page.context["form"]["words"].value() == words
    say(desk, draft, place="2", words="Fine")
    comment = DraftComment.objects.get()
    page = say(desk, draft, answers=str(comment.pk), words=words)
    assert (page.status_code, told in page.text) == (422, True)
    assert comment.answers.count() == 0


@pytest.mark.parametrize("place", ["", "99", "-1", "x", "9" * 40])
def test_of_no_paragraph_nothing_is_said(desk: Client, draft: Letter, place: str) -> None:
    assert say(desk, draft, place=place, words="Where?").status_code in (404, 422)
    assert DraftComment.objects.count() == 0


def test_a_comment_says_when_its_paragraph_changed(desk: Client, draft: Letter) -> None:
    say(desk, draft, place="3", words="Who is nobody?")
    save(draft, "We write.\n\nNo company asked.")
    page = read(desk, draft, 2)
    assert "The paragraph changed" in page.text
    assert [each.comment.words for each in page.context["said_of_others"]] == ["Who is nobody?"]
    assert "Nobody asked." in page.text
    assert [each.open_comments for each in drafts(desk, draft).context["languages_of_latest"]] == [
        1
    ]


def test_comments_on_a_language_that_was_taken_out_can_be_read(desk: Client, draft: Letter) -> None:
    save(draft, "Nous écrivons.", language="fr")
    path = reverse("desk_draft", args=[draft.slug, 2])
    desk.post(path + "?language=fr", {"place": "2", "words": "Bien."})
    drafting.remove_translation(translation=Translation.objects.get(language="fr"))
    assert "Bien." in read(desk, draft, 3, "fr").text
    assert read(desk, draft, 3, "de").status_code == 404


def test_a_translation_stands_beside_what_changed_since(desk: Client, draft: Letter) -> None:
    save(draft, BODY)
    save(draft, "Nous écrivons.\n\nPersonne n’a demandé.", language="fr")
    save(draft, "We write.\n\nNobody has asked.")
    page = read(desk, draft, 4, "fr")
    assert "<ins> has</ins>" in page.text
    assert [each.is_changed for each in page.context["rows"]] == [False, False, False, True]
    assert "1 paragraph of the authoritative text changed since" in drafts(desk, draft).text


def test_owners_approve_and_an_edit_makes_it_fall(
    desk: Client, team: Team, draft: Letter, browser: Browser
) -> None:
    dana = Organizer.objects.create_user("dana@letters.example", "a long enough one", name="Dana")
    Membership.objects.create(team=team, organizer=dana, role=Role.OWNER)
    assert "an owner, has not approved it yet" in drafts(desk, draft).text
    assert "You approved draft 1." in approve(desk, draft).text
    assert "All owners approved draft 1." in approve(browser(dana), draft).text
    for name in ("desk_drafts", "desk_publish"):
        page = desk.get(reverse(name, args=[draft.slug])).text
        assert "All owners approved draft 1." in page, name
    assert [each.action for each in AuditEntry.objects.order_by("pk")] == [
        *("approve_draft", "approve_draft", "owners_approved_draft")
    ]
    save(draft, "Other words.")
    assert (
        "All owners approved draft" not in desk.get(reverse("desk_publish", args=[draft.slug])).text
    )


def test_what_was_not_read_is_not_approved(desk: Client, draft: Letter) -> None:
    page = approve(desk, draft, seen="0" * 64)
    assert "You have approved nothing" in page.text
    assert DraftApproval.objects.count() == 0


def test_an_approval_is_taken_back(desk: Client, draft: Letter) -> None:
    approve(desk, draft)
    page = approve(desk, draft, do="take_back", number="1")
    assert "You no longer approve draft 1." in page.text
    assert DraftApproval.objects.count() == 0


def test_what_is_published_says_until_when_its_drafts_are_kept(
    desk: Client, published: Letter, now: datetime
) -> None:
    page = drafts(desk, published)
    assert "kept until 20 January 2027" in page.text
    assert page.context["kept_until"] == now + timedelta(days=90)
    assert "Approve draft" not in page.text
    assert say(desk, published, place="2", words="Late").status_code == 409


def test_publishing_tells_the_audit_trail_which_draft(
    desk: Client, team: Team, draft: Letter
) -> None:
    approve(desk, draft)
    path = reverse("desk_publish", args=[draft.slug])
    desk.post(path, {"seen": desk.get(path).context["seen"]})
    entry = AuditEntry.objects.get(action="publish")
    assert entry.detail == "draft 1, approved by 0 of 0 owners"


def test_words_from_before_drafts_were_kept(desk: Client, draft: Letter) -> None:
    Draft.objects.all().delete()
    assert "No draft is kept yet" in drafts(desk, draft).text
    assert desk.get(reverse("desk_publish", args=[draft.slug])).status_code == 200
