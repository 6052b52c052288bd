"""Comments stay with their paragraph, wherever it goes, and say so when it changed."""

from datetime import datetime

import pytest

from campaign.letters import drafting, errors, publishing
from campaign.letters.models import DraftComment, Letter, Text
from campaign.letters.texts import draft_text
from campaign.letters.together import comments, keeping
from campaign.letters.together.paragraphs import Paragraph, paragraphs_of
from campaign.organizers.models import Organizer

BODY = "We write.\n\nNobody asked.\n\nWe sign."


def text_of(letter: Letter) -> Text:
    text = draft_text(letter=letter)
    assert text is not None
    return text


def save(letter: Letter, body: str) -> None:
    drafting.save_translation(
        text=text_of(letter), language="en", title="Ask", addressee="To all", body=body
    )


def paragraphs(letter: Letter) -> list[Paragraph]:
    draft = keeping.latest_draft(text=text_of(letter))
    assert draft is not None
    return paragraphs_of(keeping.translations_of(draft)[0])


def say(letter: Letter, who: Organizer, place: int, words: str, now: datetime) -> DraftComment:
    draft = keeping.latest_draft(text=text_of(letter))
    assert draft is not None
    return comments.comment(
        draft=draft,
        language="en",
        paragraph=paragraphs(letter)[place],
        words=words,
        organizer=who,
        now=now,
    )


def placed(letter: Letter) -> tuple[dict[int, list[str]], list[str]]:
    found, lost = comments.by_paragraph(
        list(comments.comments_on(text=text_of(letter), language="en")), paragraphs(letter)
    )
    return (
        {place: [each.words for each in said] for place, said in found.items()},
        [each.words for each in lost],
    )


def test_a_comment_follows_its_paragraph(draft: Letter, bjorn: Organizer, now: datetime) -> None:
    save(draft, BODY)
    say(draft, bjorn, 0, "A better title?", now)
    say(draft, bjorn, 3, "Who is nobody?", now)
    save(draft, "An opening.\n\n" + BODY)
    assert placed(draft) == ({0: ["A better title?"], 4: ["Who is nobody?"]}, [])


def test_a_comment_outlives_its_paragraph(draft: Letter, bjorn: Organizer, now: datetime) -> None:
    save(draft, BODY)
    say(draft, bjorn, 3, "Who is nobody?", now)
    save(draft, BODY.replace("Nobody asked", "No company asked"))
    assert placed(draft) == ({}, ["Who is nobody?"])
    assert DraftComment.objects.get().paragraph == "Nobody asked."
    save(draft, BODY)
    assert placed(draft) == ({3: ["Who is nobody?"]}, [])


def test_of_equal_paragraphs_it_is_the_nearest(
    draft: Letter, bjorn: Organizer, now: datetime
) -> None:
    save(draft, "No.\n\nYes.\n\nNo.")
    say(draft, bjorn, 4, "Again?", now)
    assert placed(draft) == ({4: ["Again?"]}, [])


def test_what_is_said_of_an_older_draft_is_kept(
    draft: Letter, bjorn: Organizer, now: datetime
) -> None:
    save(draft, BODY)
    older = keeping.latest_draft(text=text_of(draft))
    assert older is not None
    read = paragraphs(draft)[3]
    save(draft, "All is new.")
    comments.comment(
        draft=older, language="en", paragraph=read, words="Late", organizer=bjorn, now=now
    )
    assert placed(draft) == ({}, ["Late"])


def test_the_same_words_twice_are_one_comment(
    draft: Letter, bjorn: Organizer, amira: Organizer, now: datetime
) -> None:
    said = [say(draft, bjorn, 0, "Why?", now) for _ in range(2)]
    assert say(draft, amira, 0, "Why?", now) not in said
    assert DraftComment.objects.count() == 2
    for _ in range(2):
        comments.answer(comment=said[0], words="Because.", organizer=amira, now=now)
    assert said[0].answers.count() == 1


def test_a_comment_is_resolved_once_and_opened_again(
    draft: Letter, bjorn: Organizer, amira: Organizer, now: datetime
) -> None:
    said = say(draft, bjorn, 0, "Why?", now)
    assert comments.open_comments(text=text_of(draft)) == {"en": 1}
    assert comments.resolve(comment=said, organizer=amira, now=now)
    assert not comments.resolve(comment=said, organizer=bjorn, now=now)
    said.refresh_from_db()
    assert said.resolved_by == amira
    assert comments.open_comments(text=text_of(draft)) == {"en": 0}
    comments.reopen(comment=said)
    assert comments.open_comments(text=text_of(draft)) == {"en": 1}


def test_own_words_are_taken_back_while_nobody_answered(
    draft: Letter, bjorn: Organizer, amira: Organizer, now: datetime
) -> None:
    said = say(draft, bjorn, 0, "Why?", now)
    assert not comments.take_back(comment=said, organizer=amira)
    comments.answer(comment=said, words="Because.", organizer=amira, now=now)
    assert not comments.take_back(comment=said, organizer=bjorn)
    answer = said.answers.get()
    for who, is_gone in ((bjorn, False), (amira, True), (amira, False)):
        taken = comments.take_back_answer(comment=said, answer_id=answer.pk, organizer=who)
        assert taken == is_gone
    assert comments.take_back(comment=said, organizer=bjorn)
    assert not DraftComment.objects.exists()


def test_nothing_is_taken_back_from_a_published_text(
    draft: Letter, bjorn: Organizer, now: datetime
) -> None:
    said = say(draft, bjorn, 0, "Why?", now)
    publishing.publish(letter=draft, now=now)
    with pytest.raises(errors.TextFrozen):
        comments.take_back(comment=said, organizer=bjorn)


def test_comments_are_bounded(
    draft: Letter, bjorn: Organizer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MAX_COMMENTS", 2)
    monkeypatch.setattr(comments, "MAX_ANSWERS", 1)
    said = [say(draft, bjorn, 0, words, now) for words in ("One", "Two")]
    with pytest.raises(errors.TooManyComments):
        say(draft, bjorn, 0, "Three", now)
    comments.answer(comment=said[0], words="One", organizer=bjorn, now=now)
    with pytest.raises(errors.TooManyComments):
        comments.answer(comment=said[0], words="Two", organizer=bjorn, now=now)
    assert DraftComment.objects.count() == 2


def test_nothing_more_is_said_of_a_published_text(
    draft: Letter, bjorn: Organizer, now: datetime
) -> None:
    said = say(draft, bjorn, 0, "Why?", now)
    older = keeping.numbered(letter=draft, number=1)
    assert older is not None
    publishing.publish(letter=draft, now=now)
    with pytest.raises(errors.TextFrozen):
        comments.answer(comment=said, words="Because.", organizer=bjorn, now=now)
    with pytest.raises(errors.TextFrozen):
        comments.comment(
            draft=older,
            language="en",
            paragraph=Paragraph(0, "Ask"),
            words="Late",
            organizer=bjorn,
            now=now,
        )
