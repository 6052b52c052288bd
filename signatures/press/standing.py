"""Who signed which text: a count never stands beside a text without saying whose it is.

Whatever shows a count or names of a letter takes a `Standing`: of one text, with the count that
stands under it and those that stand under other versions. A version that corrects a slip of the
one before stands together with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.utils.translation import gettext as _

from campaign.letters.models import Letter, Text
from campaign.letters.slips import chain_of
from campaign.letters.texts import versions
from campaign.templatetags.locale_format import number
from signatures.listing.queries import ListedSignatory
from signatures.models import Checkpoint, Signature, Snapshot, VersionTally
from signatures.record import tally as tallying


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the text, and how many signed it and no later one."""

    number: int
    tally: VersionTally


@dataclass(frozen=True, slots=True)
class Standing:
    """How many signed one text of a letter, and how many signed others.

    `tally` counts whoever signed `text` or a version of which it only corrects slips; these are
    `corrected`, newest first, where somebody signed them. `others` are the versions that say
    something else and that somebody signed, newest first, versions later than `text` included.
    `is_versioned` is whether more than one version is known.
    """

    letter: Letter
    text: Text
    checkpoint: Checkpoint | None
    tally: VersionTally
    corrected: Sequence[Version]
    others: Sequence[Version]
    together: frozenset[int]
    is_versioned: bool

    @property
    def is_split(self) -> bool:
        """Whether a count must say which text it is of."""
        return bool(self.others)

    @property
    def name(self) -> str:
        """What a count is of, in few words: "version 1, slip corrected"."""
        if len(self.together) > 1:
            return _("version %(version)s, slip corrected") % {
                "version": number(min(self.together))
            }
        return _("version %(version)s") % {"version": number(self.text.number)}

    @property
    def note(self) -> str:
        """The name, where there is more than one text that a count may be of; else nothing."""
        return self.name if self.is_versioned else ""

    def noted(self, words: str) -> str:
        """These words about the count, with the note in brackets behind them."""
        return f"{words} ({self.note})" if self.note else words

    @property
    def everybody(self) -> int:
        """Under all versions together: never to be shown beside one of them."""
        return self.tally.total + sum(each.tally.total for each in self.others)

    def is_of(self, version: int) -> bool:
        """Whether a signature of this version stands under the text."""
        return version in self.together

    def groups(self, signatories: Iterable[ListedSignatory]) -> list["Group"]:
        """The names under the text, then those under each other version; none that is empty."""
        by_version: dict[int, list[ListedSignatory]] = {}
        for each in signatories:
            version = each.row.version
            by_version.setdefault(0 if self.is_of(version) else version, []).append(each)
        return [
            Group(version or None, by_version[version])
            for version in sorted(by_version, key=lambda each: (each != 0, -each))
        ]


@dataclass(frozen=True, slots=True)
class Group:
    """Names under one text: `version` is None for those under the text that is shown."""

    version: int | None
    rows: Sequence[ListedSignatory]


def of(*, letter: Letter, text: Text, checkpoint: Checkpoint | None) -> Standing:
    """Asks the database for nothing while the letter has one version."""
    published = versions(letters=[letter])[letter.pk] if text.number > 1 else [text]
    return among(letter=letter, text=text, checkpoint=checkpoint, published=published)


def now(*, letter: Letter, text: Text) -> Standing:
    """With the letter's latest count."""
    return of(letter=letter, text=text, checkpoint=tallying.latest(letter_id=letter.pk))


def at_snapshots(
    *, letter: Letter, published: Sequence[Text], snapshots: Iterable[Snapshot]
) -> list[tuple[Snapshot, Standing]]:
    """Each snapshot with the text that stood when it was taken, and the counts of then.

    `published` are all versions, newest first, with their translations.
    """
    return [
        (
            each,
            among(
                letter=letter,
                text=_text_at(each, published),
                checkpoint=each.checkpoint,
                published=published,
            ),
        )
        for each in snapshots
    ]


def _text_at(snapshot: Snapshot, published: Sequence[Text]) -> Text:
    """By its hashes; of the same words published again, the version of that time."""
    hashes = set(snapshot.texts.values())
    fitting = [
        text for text in published if {each.sha256 for each in text.translations.all()} <= hashes
    ]
    then = [text for text in fitting if _was_public(text, at=snapshot.checkpoint.as_of)]
    return (then or fitting[-1:] or list(published[-1:]))[0]


def _was_public(text: Text, *, at: datetime) -> bool:
    return text.published_at is not None and text.published_at <= at


def of_several(*, texts: Mapping[int, Text], letters: Sequence[Letter]) -> dict[int, Standing]:
    """Of letters with the texts that stand, by the letter's id: two queries for any number."""
    latest = tallying.latest_of(letters=letters)
    several = [each for each in letters if each.pk in texts and texts[each.pk].number > 1]
    published = versions(letters=several) if several else {}
    return {
        letter.pk: among(
            letter=letter,
            text=texts[letter.pk],
            checkpoint=latest.get(letter.pk),
            published=published.get(letter.pk, [texts[letter.pk]]),
        )
        for letter in letters
        if letter.pk in texts
    }


def replaced_by(*, signature: Signature) -> Text | None:
    """The text that stands, where the signature does not stand under it."""
    published = versions(letters=[signature.letter])[signature.letter_id]
    if signature.version in {each.number for each in chain_of(published)}:
        return None
    return published[0] if published else None


def corrected_by(*, signature: Signature) -> Text | None:
    """The text that stands, where the signature stands under it as one that corrects slips of what
    was signed."""
    published = versions(letters=[signature.letter])[signature.letter_id]
    later = [each for each in chain_of(published) if each.number > signature.version]
    stands = signature.version in {each.number for each in chain_of(published)}
    return later[0] if later and stands else None


def among(
    *, letter: Letter, text: Text, checkpoint: Checkpoint | None, published: Sequence[Text]
) -> Standing:
    """`published` are all versions, newest first; the text may be one that is being written."""
    chain = chain_of([text, *(each for each in published if each.number < text.number)])
    together = frozenset(each.number for each in chain)
    counted = [
        Version(each.number, checkpoint.of_version(each.number) if checkpoint else VersionTally())
        for each in published
    ]
    return Standing(
        letter=letter,
        text=text,
        checkpoint=checkpoint,
        tally=_sum(each.tally for each in counted if each.number in together),
        corrected=[
            each
            for each in counted
            if each.number in together and each.number != text.number and each.tally.total
        ],
        others=[each for each in counted if each.number not in together and each.tally.total],
        together=together,
        is_versioned=text.number > 1 or len(published) > 1,
    )


def _sum(tallies: Iterable[VersionTally]) -> VersionTally:
    several = list(tallies)
    return VersionTally(
        **{
            field.name: sum(getattr(each, field.name) for each in several)
            for field in fields(VersionTally)
        }
    )
