"""Facts that stop an action of inspections, with the sentence for whoever pressed the button."""

from django.utils.translation import gettext_lazy as _

from portal.problems import Refusal


class NotTwoInspectors(Refusal):
    """A visit takes two different inspectors who hold the office there (domain §6.3)."""

    code = "two-inspectors"
    text = _("A visit takes two different inspectors who hold the office in this area.")


class InterestDeclared(Refusal):
    """Somebody with a declared interest in the provider may not act on it."""

    code = "interest-declared"
    text = _("%(who)s has declared an interest in this provider and cannot take part. Choose somebody else.")


class NothingAsked(Refusal):
    """The district decides on a request for more time that nobody made."""

    code = "nothing-asked"
    text = _("Nobody has asked for more time here.")


class VisitInThePast(Refusal):
    """A visit cannot be planned for a day that has passed."""

    code = "visit-in-the-past"
    text = _("The day of the visit has passed. Choose today or a later day.")


class ProviderClosed(Refusal):
    """Nothing is planned at a provider that is closed."""

    code = "provider-closed"
    text = _("This provider is closed. There is nothing to inspect.")


class NothingToDraw(Refusal):
    """The population is smaller than the number to draw, or fewer than two inspectors can go."""

    code = "nothing-to-draw"
    text = _(
        "There are %(providers)s open providers and %(inspectors)s inspectors here; "
        "the draw needs at least %(size)s and 2."
    )


class NoChecklist(Refusal):
    """No checklist is in force in the area on the day."""

    code = "no-checklist"
    text = _("No checklist is in force here on %(day)s. A city officer must add one first.")


class ItemsMissing(Refusal):
    """A visit cannot be finished while items have no outcome or a fault has no finding."""

    code = "items-missing"
    text = _("%(missing)s Fill them in, then finish.")


class VisitIsOver(Refusal):
    """The record of a finished visit does not change any more."""

    code = "visit-is-over"
    text = _("This visit is not under way. Its record does not change any more.")


class FindingNeedsPhoto(Refusal):
    """A major hazard is shown, not only told."""

    code = "photo-needed"
    text = _("A major hazard needs at least one photo.")


class ForeignItem(Refusal):
    """The item or class belongs to another checklist or provider."""

    code = "foreign-item"
    status = 400
    text = _("This item or class does not belong to the visit.")


class ExtendedAlready(Refusal):
    """More time is asked for once."""

    code = "extended-already"
    text = _("More time has been asked for this finding already. It can be asked for only once.")


class ExtensionTooLong(Refusal):
    """More time must end after the present day and within the longest allowed."""

    code = "extension-too-long"
    text = _("Choose a day after %(due)s and not after %(latest)s.")


class SuspendedAlready(Refusal):
    """The class or the provider is suspended already."""

    code = "suspended-already"
    text = _("It is suspended already.")


class HazardsOpen(Refusal):
    """Nothing resumes before its major hazards are cleared."""

    code = "hazards-open"
    text = _("%(count)s major hazards are still open. Clear them first, then let it resume.")


class AssessedAlready(Refusal):
    """A provider is assessed once a round."""

    code = "assessed-already"
    text = _("This provider has been assessed in this round already.")


class NoScheme(Refusal):
    """No rating scheme is in force in the area on the day."""

    code = "no-scheme"
    text = _("No rating scheme is in force here on %(day)s. A city officer must add one first.")


class ScoresOutOfRange(Refusal):
    """A dimension has no points or more than its maximum."""

    code = "scores-out-of-range"
    status = 400
    text = _("Give every dimension its points: from 0 to its maximum.")
