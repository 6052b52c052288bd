"""What happens when a signer wants everything about them erased."""

from django.db import transaction
from django.utils import timezone

from signatures import events, outbox, transitions
from signatures.importing import forgetting as imported
from signatures.models import Correction, Message, Signature
from signatures.moderation import reports
from signatures.moderation.bulk import forgetting
from signatures.notifications import update_deliveries
from signatures.outbox import ask_for_mail
from signatures.press import quotes
from signatures.press.handover import packing
from signatures.press.paper import making
from signatures.record import corrections
from signatures.sampling import ending
from signatures.screening import turned_away, watchlist
from signatures.verification import vouches


def send_link(*, signature: Signature) -> None:
    """Owe the mail whose link erases: whoever was forwarded the signer's link alone cannot. Raises
    Signature.DoesNotExist for one that was erased meanwhile."""
    with transaction.atomic():
        Signature.objects.select_for_update(of=("self",)).only("pk").get(pk=signature.pk)
        outbox.owe(signature=signature, message=Message.ERASING)
    ask_for_mail()


def erase(*, signature: Signature) -> bool:
    """Row and salt are gone, with all that hung on them, whatever the state; True if we did it.

    In one transaction, in this order:

    - the row is locked: whoever comes second, or wants to change it, finds nothing any more;
    - if the record knows the signing, an `erase` event is written, with the number; the count goes
      down by it if it was counted. A `sign` that still waits keeps its place ahead of it;
    - the press page names them beside no quote that leads to them; what organizers only typed is
      theirs, or anybody could unname others by signing as them;
    - the letter's PDFs, which have the name in them, go, and are made anew without it; of packages
      for a delivery only the checksums stay;
    - if organizers had turned it away, keyed hashes are kept (`screening.turned_away`);
    - names that were to be told, or were told, in corrections are taken out. What the sequencer has
      in its hands at this moment it tells without the name (`record.corrections`);
    - reports of the name that nobody confirmed go; those that wait are answered by this, and
      nothing in them leads here any more;
    - deeds about many that were about it are no longer, and no longer say that they looked for its
      very name or words;
    - an audit by sample keeps an answer, or that there is none, and not whose it was;
    - updates that wait to be sent are suppressed; those that were sent are only counted;
    - an invitation to sign the letter, which has the name that organizers typed, goes;
    - vouches go; whom they were for is settled after the commit, by the sweep;
    - with the row go its details, consents and link, proofs, evidence, authority, e-mails owed and
      sent, place in the queue, decisions, removals, and the place among those named first.

    What stays tells nothing of them: leaves with a commitment that nobody can open, counts, lines
    with a number, and who of the organizers did what to a public id. Of who came by a file, the
    keyed hash of the address, or the same file could have them asked again. What organizers wrote
    into the letter, the rest of its press page or their list of watched names is theirs, and
    stays. No e-mail says goodbye: that would need the address to outlive this.
    """
    with transaction.atomic():
        held = Signature.objects.select_for_update(of=("self",)).filter(pk=signature.pk).first()
        if held is None:
            return False
        quotes.take_names_back(signature=held)
        making.forget_names(letter_id=held.letter_id)
        packing.forget_names(letter_id=held.letter_id)
        turned_away.erase(signature=held)
        corrections.take_names_back(signature=held)
        Correction.objects.filter(signature_id=held.pk).update(signature_id=None)
        reports.forget_signature(signature=held)
        forgetting.forget_signature(signature=held)
        ending.forget_signature(signature=held)
        update_deliveries.forget_signature(signature=held)
        vouches.delete_all(signature=held)
        imported.forget_signature(signature=held, now=timezone.now())
        transitions.end(transition=transitions.ERASE, signature=held)
    watchlist.forget()
    events.ask_for_sequencing(letter_id=signature.letter_id)
    return True
