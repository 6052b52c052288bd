"""What can go wrong for a signer. Raised in behaviours, told in words by the views."""


class LetterNotOpen(Exception):
    """The letter takes no signatures now: not yet, or no longer."""


class InvitationOver(Exception):
    """It was answered or revoked meanwhile: each invitation is answered once."""


class InvitedAlready(Exception):
    """This address was invited to sign the letter before, and may have answered."""


class InvitationLimit(Exception):
    """As many were invited today as may be: of the letter, at the domain, or this address."""


class SheetUnreadable(Exception):
    """No row of a list of people can be taken: its text is the sentence that says why."""


class NothingToRemind(Exception):
    """Nobody of these has been waiting for two days, without a reminder."""


class TooManyQuestions(Exception):
    """A letter asks as many questions of its own as it may, or ever did."""


class LinkUnknown(Exception):
    """The link was altered, or belongs to nothing that still exists."""


class LinkExpired(Exception):
    """The link was real, but the time to confirm is over. It can be sent anew."""


class DetailsChanged(Exception):
    """What would be confirmed or changed is no longer what the signer saw."""


class TextReplaced(Exception):
    """The text that the signer read no longer stands: they read the new one first."""


class WrongCode(Exception):
    """Not the code that was sent, or one too many tries."""


class NotSigned(Exception):
    """The signature is not confirmed, so there is nothing to edit or withdraw."""


class NotWaiting(Exception):
    """The signature does not wait for this decision: somebody decided, or the signer withdrew."""


class ClaimedByAnother(Exception):
    """Another organizer has opened this signature and is at it."""


class AnotherMustApprove(Exception):
    """The name is watched, and this organizer has approved it already: a second one must."""


class NothingToUndo(Exception):
    """No decision of one's own within the last minutes that still stands as it was made."""


class MayNotVouch(Exception):
    """Only a person who is confirmed, and whom the organizers have vetted or called, can vouch."""


class TooManyVouches(Exception):
    """As many of this signatory's vouches stand already as anybody may give."""


class VouchingCodeUnknown(Exception):
    """No signature of the same letter has this vouching code now, or it is one's own."""


class NotConfirmed(Exception):
    """Only a signature that is confirmed and public can be lifted to a higher level, or removed."""


class NothingChanged(Exception):
    """Nothing is different from what was attested, or somebody has looked at it already."""


class NotRemoved(Exception):
    """Organizers have not taken this signature out, or somebody has put it back already."""


class NotNotable(Exception):
    """Only a signatory who is listed under their number and was vetted can be named first."""


class NotListed(Exception):
    """The signature does not stand on the list now."""


class TooManyNotables(Exception):
    """As many are named first already as the letter's page can hold."""


class TooManyLines(Exception):
    """A roster longer than any that is taken at once."""


class RosterExists(Exception):
    """The letter has a roster of this name: it can be replaced, not uploaded beside it."""


class RosterGone(Exception):
    """Another organizer has deleted the roster meanwhile."""


class AnotherMustConfirm(Exception):
    """This organizer has uploaded these lines: a second one must confirm them."""


class ProposalChanged(Exception):
    """Other lines wait by now than this organizer has read of, or none."""


class NotAnOrganisation(Exception):
    """Nobody signs for a person but they themselves."""


class NameWatched(Exception):
    """A name on a watch list: nobody may put it beside a signature before vetters have looked."""


class RecordBusy(Exception):
    """The record is being written right now, or still empty. A moment later it works."""


class TooSlow(Exception):
    """The database did not find the names in the time that it has for it."""


class NothingReported(Exception):
    """No report of this signature waits for an answer: none came, or somebody has answered."""


class ReportsChanged(Exception):
    """Another report of this signature came in after the organizer had opened the page."""


class NobodyToTell(Exception):
    """Nobody who hears news of the letter is among those chosen."""


class UpdateInWrongState(Exception):
    """Somebody released, approved, stopped or edited the update meanwhile."""


class OwnUpdate(Exception):
    """Who released an update is not the one who approves it."""


class UpdateOfStranger(Exception):
    """Whoever released or approves an update may not write for its team, or not any more."""


class TooManyWebhooks(Exception):
    """The team has as many as it may have."""


class NothingInCommon(Exception):
    """The signature that others were to be held alike is gone, or has nothing of that kind."""


class PrecautionOver(Exception):
    """What was to be stopped holds nobody any more: somebody stopped it, or it ended by itself."""


class NobodysDomain(Exception):
    """No domain that addresses could be held for: it is none, or anybody can have one there."""


class AuditRunning(Exception):
    """The letter has an audit by sample that has not ended: the next one waits for that."""


class PackageMissing(Exception):
    """Nothing can be noted as handed over that was not made: it is being made, or of another."""


class DeliveredInFuture(Exception):
    """A delivery is noted once it was made."""


class DeliveredBeforeIt(Exception):
    """The package that was delivered is of a later day."""


class HandoverChanged(Exception):
    """Somebody corrected or struck the delivery meanwhile."""


class QueryTooSlow(Exception):
    """Counting what fits took longer than a page may take."""


class UnknownNetwork(Exception):
    """No signature of the letter has this number, or its network is forgotten by now."""


class NobodyFits(Exception):
    """No signature fits the query, or none any more."""


class TooManyAtOnce(Exception):
    """More signatures fit than one deed can be about."""


class MoreThanCounted(Exception):
    """More signatures fit by now than the organizer was told."""


class BulkInWrongState(Exception):
    """Somebody approved, cancelled or undid the deed meanwhile, or it did nothing that could be
    undone."""


class OwnBulkDeed(Exception):
    """Who asked for a deed about many is not the one who approves it."""


class BulkOfStranger(Exception):
    """Whoever asked for a deed about many, or approves it, may not vet the letter any more."""


class ProposalExpired(Exception):
    """The deed was asked for so long ago that it has to be counted anew."""


class TooManyTags(Exception):
    """The letter has as many words for links to it as it may have."""


class NoOwner(Exception):
    """Whoever asked for private data does not own the team, or not any more."""


class ExportTooLarge(Exception):
    """More names than fit into one private export: the public list has no such bound."""


class ExportBusy(Exception):
    """Others have private exports made, and each takes its time and memory."""


class TooManyImports(Exception):
    """So many files of the letter wait already that nobody has decided about."""


class ImportInWrongState(Exception):
    """Somebody decided, or changed the columns, meanwhile."""


class NobodyToAsk(Exception):
    """Nobody in the file would be asked."""


class OwnImport(Exception):
    """Who wanted the people of a file to be asked is not the one who approves it."""


class ImportOfStranger(Exception):
    """Whoever wanted it may not write for the team any more, or who approves it is no owner."""
