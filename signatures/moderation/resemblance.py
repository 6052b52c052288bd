"""What a signature has of the watched name that it is held for, said to whoever vets it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from signatures.models import Reason, Signature, Vetting
from signatures.screening import watchlist
from signatures.screening.watched_names import Likeness, likeness_in, likeness_over

_SENTENCES = {
    Likeness.SAME: _("The same words as the watched name."),
    Likeness.LOOK_ALIKE: _("Looks like the watched name, with other letters or signs in it."),
    Likeness.WITHIN: _("The watched name, with other words beside it."),
    Likeness.SPELLING: _("Another spelling of the watched name."),
    Likeness.SHORT_FORM: _("The watched name with a short form of a given name."),
    Likeness.EQUIVALENT: _(
        "The watched name with one word as another language or another system spells it."
    ),
    Likeness.NEAR: _("One letter from the watched name, or two in a long word."),
    Likeness.OTHER_ALPHABET: _("Sounds like the watched name, written in another alphabet."),
    Likeness.INITIALS: _("The watched name with initials."),
}


def told(*, signature: Signature, vetting: Vetting) -> list[tuple[Any, Any]]:
    """Where the watched name was found, and how near it is; empty if it is none any more."""
    if vetting.reason == Reason.NAMESAKE:
        vetted = watchlist.watch_of(letter_id=signature.letter_id).vetted
        found = vetted.find(signature.name, besides=signature.pk)
        return [(vetted.written[found.owner], _SENTENCES[found.likeness])] if found else []
    if vetting.watched is None:
        return []
    texts = (
        (_("Name"), signature.name),
        (_("Known for"), signature.credit),
        (_("Affiliation"), signature.affiliation),
    )
    written = [text for _where, text in texts]
    alike = likeness_in(written, watched=vetting.watched.name)
    found_in = [
        (where, _SENTENCES[likeness])
        for (where, _text), likeness in zip(texts, alike, strict=True)
        if likeness is not None
    ]
    if not found_in and (likeness := likeness_over(written, watched=vetting.watched.name)):
        return [(_("The name with what stands beneath it"), _SENTENCES[likeness])]
    return found_in
