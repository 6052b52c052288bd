"""A correction of a slip: a new version so near to the one before that signatures stand under both.

Distance is counted in letters (insertions, deletions and substitutions), in every language, to
every version that the signatures were given to: so many small steps lead nowhere further than one.
No measure knows what a word means; therefore two organizers approve it, and everybody can see it.
"""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from campaign.letters import errors
from campaign.letters.models import Letter, Text, Translation

# Of one language: letters that may differ in title and addressee each, and in the whole.
MAX_LETTERS_IN_LINE = 3
MAX_LETTERS = 20
# Of a short text less: one letter in so many.
ONE_LETTER_IN = 40


def chain_of(texts: Iterable[Text]) -> list[Text]:
    """Of published texts, newest first: those that stand together with the newest, itself first."""
    chain: list[Text] = []
    for text in texts:
        chain.append(text)
        if text.corrects is None:
            break
    return chain


def check(*, letter: Letter, draft: Sequence[Translation]) -> None:
    """Raises NotASlip, or returns if this draft may stand as a correction of the latest version."""
    published = Text.objects.filter(letter=letter, published_at__isnull=False)
    for text in chain_of(published.order_by("-number").prefetch_related("translations")):
        _compare(list(text.translations.all()), draft)


def allowed(before: Translation) -> int:
    """How many letters a correction of this may change."""
    return max(MAX_LETTERS_IN_LINE, min(MAX_LETTERS, len(before.source.decode()) // ONE_LETTER_IN))


def _compare(before: Sequence[Translation], after: Sequence[Translation]) -> None:
    old = {(each.language, each.is_authoritative): each for each in before}
    new = {(each.language, each.is_authoritative): each for each in after}
    if old.keys() != new.keys():
        raise errors.NotASlip
    for key, was in old.items():
        now = new[key]
        whole = _distance(was.source.decode(), now.source.decode())
        if whole > allowed(was):
            raise errors.NotASlip(was.language, changed=whole, allowed=allowed(was))
        for line in ("title", "addressee"):
            changed = _distance(getattr(was, line), getattr(now, line))
            if changed > MAX_LETTERS_IN_LINE:
                raise errors.NotASlip(was.language, changed=changed, allowed=MAX_LETTERS_IN_LINE)


def _distance(before: str, after: str) -> int:
    # No further than what is allowed anywhere: counting on would only cost time.
    return Levenshtein.distance(before, after, score_cutoff=10 * MAX_LETTERS)
