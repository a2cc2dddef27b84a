"""What rooms refuse, with stable codes."""

from django.utils.translation import gettext_noop

from negotiation_hub.kernel.refusals import Refusal


class MessageBlank(Refusal):
    """Nothing but white space."""

    code = "message.blank"
    message = gettext_noop("There is nothing in this message.")
    status = 422


class MessageUnknown(Refusal):
    """There is no such message in this stream, or what it said was removed."""

    code = "message.unknown"
    message = gettext_noop("There is no such message, or it was removed.")
    status = 404


class MentionUnknown(Refusal):
    """Somebody is named who does not read this stream."""

    code = "message.mention_unknown"
    message = gettext_noop("You name somebody who does not read this.")
    status = 422


class MessageNotOwn(Refusal):
    """Only its author may change or remove a message; a moderator who has stepped in may remove it."""

    code = "message.not_own"
    message = gettext_noop("This is not your message.")


class MessageFrozen(Refusal):
    """The other side has made an offer since: what was said before it stays as it was."""

    code = "message.frozen"
    message = gettext_noop("The other side has made an offer since. What was said before it stays as it was.")


class MessageTooManyEdits(Refusal):
    """A message may be corrected so often."""

    code = "message.edits_exhausted"
    message = gettext_noop("This message has been changed too often. Please write a new one.")


class FileUnknown(Refusal):
    """A message names a file that its author has not uploaded for this stream, or has sent already."""

    code = "file.unknown"
    message = gettext_noop("One of the files is not there any more. Please add it again.")
    status = 404


class FileIdTaken(Refusal):
    """The id of an upload belongs to another file."""

    code = "file.id_taken"
    message = gettext_noop("Another file was uploaded under this id.")


class FilesStaged(Refusal):
    """One person has uploaded as much as they may without sending it."""

    code = "file.staged"
    message = gettext_noop("Too many files wait to be sent. Send or remove some of them first.")


class FileSent(Refusal):
    """What was sent is removed with its message."""

    code = "file.sent"
    message = gettext_noop("This file was sent. It is removed with its message.")


class NotOpen(Refusal):
    """The negotiation is agreed, ordered or closed."""

    code = "negotiation.not_open"
    message = gettext_noop("This negotiation is not open any more.")


class Standing(Refusal):
    """An offer stands already: counter, accept, decline, or replace your own."""

    code = "offer.standing"
    message = gettext_noop("An offer is on the table already.")


class NoneStanding(Refusal):
    """There is nothing on the table to answer."""

    code = "offer.none_standing"
    message = gettext_noop("There is no offer on the table.")


class Stale(Refusal):
    """The version or hash named is not the one on the table."""

    code = "offer.stale"
    message = gettext_noop("A newer version is on the table.")


class Expired(Refusal):
    """Its time is over by the server's clock, whether or not that was announced yet."""

    code = "offer.expired"
    message = gettext_noop("This offer has expired.")


class Own(Refusal):
    """Only the other side may answer an offer."""

    code = "offer.own"
    message = gettext_noop("This is your own offer.")


class NotOwn(Refusal):
    """Only the side that made an offer may replace or withdraw it."""

    code = "offer.not_own"
    message = gettext_noop("This is the other side's offer.")


class Identical(Refusal):
    """The counter says what the other side's standing offer says."""

    code = "offer.identical"
    message = gettext_noop("This is what the other side offers: accept it instead.")


class Unchanged(Refusal):
    """The new offer says what one's own standing offer says."""

    code = "offer.unchanged"
    message = gettext_noop("This is what you offer already.")


class BeyondMandate(Refusal):
    """A manager of the person's own organisation has set how far they may go alone."""

    code = "offer.beyond_mandate"
    message = gettext_noop("This goes further than you may alone. Please ask a manager of your side.")
    status = 403


class ApprovalWaits(Refusal):
    """One offer of a side waits for its manager already."""

    code = "approval.waits"
    message = gettext_noop("An offer of your side waits for a manager already.")


class ApprovalDecided(Refusal):
    """It was granted, refused, withdrawn, or has lapsed."""

    code = "approval.decided"
    message = gettext_noop("This has been decided already.")


class Observing(Refusal):
    """A moderator who only observes is silent, so that everyone knows where they stand."""

    code = "moderation.observing"
    message = gettext_noop("You only observe here. Step in before you speak.")
    status = 403


class Muted(Refusal):
    """A moderator has muted this person: they read, and no more."""

    code = "room.muted"
    message = gettext_noop("A moderator has muted you in this room. You can go on reading.")
    status = 403


class Locked(Refusal):
    """A moderator has locked the room: both sides read, and no more."""

    code = "room.locked"
    message = gettext_noop("A moderator has locked this room. You can go on reading.")


class BoardLocked(Refusal):
    """A moderator has locked the board: both sides look at it, and talk on."""

    code = "board.locked"
    message = gettext_noop("A moderator has locked this board. You can go on looking at it.")


class OfferFrozen(Refusal):
    """A moderator looks into the standing offer: nobody moves it until they are done."""

    code = "offer.frozen"
    message = gettext_noop("A moderator has frozen this offer. It stays as it is for now.")


class ExtendedTooFar(Refusal):
    """No offer is good for longer than any could have been made for."""

    code = "offer.extended_too_far"
    message = gettext_noop("No offer is good for more than 90 days after it was made.")


class AuthorSilent(Refusal):
    """Whoever asked for approval was muted or removed since, so their offer cannot go to the table."""

    code = "approval.author_silent"
    message = gettext_noop("Whoever asked for this may not offer anything here at the moment.")


class ParticipantUnknown(Refusal):
    """Nobody of a side with this id sits, or has sat, in the room."""

    code = "participant.unknown"
    message = gettext_noop("Nobody of either side with this id has sat down here.")
    status = 404


class PreferencesStale(Refusal):
    """A colleague has changed what the side wants since it was read."""

    code = "preferences.stale"
    message = gettext_noop(
        "A colleague has changed what we want meanwhile. Look at it, then change it again."
    )


class PreferencesOrder(Refusal):
    """A target that is no better than the reservation value: a seller aims higher, a buyer lower."""

    code = "preferences.order"
    message = gettext_noop("What you aim for must be better than where you walk away.")
    status = 422


class ListingUnknown(Refusal):
    """A line names something that the seller of this room does not offer."""

    code = "offer.listing"
    message = gettext_noop("A line names something that this seller does not offer.")
    status = 422


class UnitUnknown(Refusal):
    """A line's unit is no code of UNECE Recommendation 20."""

    code = "offer.unit"
    message = gettext_noop("A line has a unit that is no code of UNECE Recommendation 20.")
    status = 422


class PackageUnknown(Refusal):
    """The offer has no package with this index."""

    code = "offer.package"
    message = gettext_noop("This offer has no such package.")
    status = 422


class OfferPartUnknown(Refusal):
    """A remark is about a version, package, line or issue that is not there."""

    code = "offer.part"
    message = gettext_noop("There is no such line or issue in this offer.")
    status = 404


class StepUpNeeded(Refusal):
    """The person's organisation asks for a second factor for deals of this size: send again with a proof."""

    code = "offer.step_up"
    message = gettext_noop("Your organisation asks for your second factor before you accept this.")
    status = 403


class ProofInvalid(Refusal):
    """The proof was used, is too old, or is for another person, version, package or total."""

    code = "offer.proof"
    message = gettext_noop("Please confirm once more with your second factor.")
    status = 403


class RoundsExhausted(Refusal):
    """As many versions as one room may have."""

    code = "offer.rounds_exhausted"
    message = gettext_noop("This room has had all the versions that it may have. Accept, decline or close.")


class EventUnknown(Refusal):
    """The log has no event with this number."""

    code = "event.unknown"
    message = gettext_noop("There is no such event here.")
    status = 404


class PastTooLong(Refusal):
    """So much happened up to there that it would take too long to put together."""

    code = "past.too_long"
    message = gettext_noop("Too much happened up to there to show how it was. The evidence has all of it.")
    status = 413


class PriceChanged(Refusal):
    """The list price is not the one that the buyer has seen."""

    code = "purchase.price_changed"
    message = gettext_noop("The price has changed since you saw it. Nothing was bought.")


class PurchaseReused(Refusal):
    """A purchase that was made comes again with another listing, quantity or price."""

    code = "purchase.reused"
    message = gettext_noop(
        "This purchase was made before, with another quantity. Please open the listing anew to buy once more."
    )
    status = 422
