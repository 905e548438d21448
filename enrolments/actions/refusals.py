"""Facts that stop somebody from seating a child, said so that they can be put right."""

from django.utils.translation import gettext_lazy as _

from portal.problems import Refusal


class NoFreePlace(Refusal):
    """No place of the class is free on every day of the spell."""

    code = "no-free-place"
    status = 409
    text = _(
        "%(class)s has no free place on %(full)s. The first day with a place to the end of these dates is %(free)s."
    )


class NeverFree(NoFreePlace):
    """No later first day helps either."""

    text = _(
        "%(class)s has no free place on %(full)s, and none later within these dates. Choose another class or mode."
    )


class SeatedElsewhere(Refusal):
    """The child has a place in these half-days already; where is told only when it is here."""

    code = "child-has-a-place"
    text = _(
        "This child already has a place from %(first)s to %(last)s at another provider. End the other spell first, or"
        " choose later dates."
    )


class SeatedHere(SeatedElsewhere):
    """The child sits in another class of the same provider."""

    text = _(
        "This child already has a place here (%(class)s) from %(first)s to %(last)s. End or move that spell, or choose"
        " other dates."
    )


class OutsideBand(Refusal):
    """The child is too young or too old for the class on its first day."""

    code = "outside-band"
    text = _(
        "On %(day)s the child is %(months)s months old; this class takes children of %(low)s months or more and under"
        " %(high)s months. Choose another class or first day."
    )


class ProviderNotOpen(Refusal):
    """The provider is not filed and open, so no child may start there."""

    code = "provider-not-open"
    text = _("This provider is not filed and open (%(standing)s): no child can be enrolled.")


class NoRollHere(Refusal):
    """The provider keeps its roll in a system of its own."""

    code = "no-roll-here"
    text = _("This provider does not keep its roll here. Switch that on in its profile first.")


class BornLater(Refusal):
    """The spell begins before the child's birth."""

    code = "born-later"
    text = _("The first day, %(day)s, is before the child's birth on %(birth)s.")


class EndsBeforeItBegins(Refusal):
    """A last day before the first."""

    code = "ends-before-it-begins"
    text = _("The last day must not be before the first day, %(first)s. A spell that never began is annulled instead.")


class EndsAlready(Refusal):
    """A later last day than the spell has: that needs a place and is a new spell."""

    code = "ends-already"
    text = _("This spell already ends on %(last)s. To go on longer, enrol the child anew from the day after.")


class HoldTooLong(Refusal):
    """A hold must run out soon and not in the past."""

    code = "hold-too-long"
    text = _("A place can be held for at most %(days)s days, until a moment that is still to come.")


class IdentityDiffers(Refusal):
    """The number is known with another birth date."""

    code = "identity-differs"
    text = _("This number is on record with another birth date. Compare both with the document.")


class StillEnrolled(Refusal):
    """Who a child is can be deleted when it has left everywhere."""

    code = "still-enrolled"
    text = _("This child still has a place, here or at another provider. Its identity can be deleted when it has left.")


class SharedNumber(Refusal):
    """Another record was entered with the same number."""

    code = "shared-number"
    text = _(
        "Another record has this number. The district office decides first whether both are one child; then the"
        " identity can be deleted."
    )


class NotADuplicate(Refusal):
    """The two records cannot be one child."""

    code = "not-a-duplicate"
    text = _("These two records cannot be joined: %(why)s")


class AttendanceLocked(Refusal):
    """The month's statement is confirmed: a change is a correction and needs a reason."""

    code = "attendance-locked"
    text = _("The statement of %(month)s is confirmed. A change is now a correction: give the reason for it.")
