"""Whether anybody has signed a letter: known to the app above, which says here how to ask it."""

from collections.abc import Callable

_ask: list[Callable[[int], bool]] = []


def answer_with(anybody_signed: Callable[[int], bool]) -> None:
    """Called once, when the app that keeps signatures is ready; takes the id of a letter."""
    _ask[:] = [anybody_signed]


def anybody_signed(*, letter_id: int) -> bool:
    """Whoever confirmed counts, held, removed or withdrawn since as well: emptying the list does
    not open the text again."""
    (ask,) = _ask
    return ask(letter_id)
