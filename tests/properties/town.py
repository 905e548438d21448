"""A town of three providers and four children for random histories: whatever may happen to a month of subsidies."""

import datetime as dt
from contextlib import suppress

from enrolments import identity
from enrolments.actions import children, refusals
from enrolments.models import Child, Enrolment
from portal import runs
from portal.dates import Month
from portal.models import Area, CalendarDay, RunChunk
from providers.actions.facts import facts_changed
from providers.actions.spans import follow
from providers.models import StandingSpan
from subsidies.actions import claims, closing
from subsidies.actions.policies import OverlapsVersion, end_policy
from subsidies.models import Claim
from tests.factories import enrolments as of_enrolments
from tests.factories import portal as of_portal
from tests.factories import providers as of_providers
from tests.factories import subsidies as make

PROVIDERS, CLASSES, CHILDREN = 3, 4, 4
BEGINNING = dt.date(2025, 1, 1)

TERMS = {
    "half_day_place_share": "1/2",
    "rates": [
        {"rate_fen": 10_001, "clause": "general"},
        {"rate_fen": 20_001, "rating": {"min": 3}, "clause": "general"},
        {"rate_fen": 5_001, "provider_type": "KINDER", "priority": 1, "clause": "general"},
        {"rate_fen": 15_001, "class_type": "INFANT", "priority": 2, "clause": "general"},
    ],
    "multipliers": [{"by": "CARE_MODE", "map": {"half": "1/2"}, "clause": "general"}],
    "caps": [
        {"cap": "infants_per_month", "clause": "general"},
        {"cap": "months_per_year", "months": 2, "clause": "general"},
    ],
}
# Paid by the day, of the working days, wherever the child is, but not beside the first; claims of a quarter.
SECOND = {
    "code": "SECOND",
    "excludes": ["TEST"],
    "eligibility": [{"if": "filed_active", "clause": "general"}],
    "transfer": "EACH_OWN_DAYS",
    "presence": "BOTH_HALVES",
    "settle_period": "QUARTER",
    "rates": [{"rate_fen": 3_001, "clause": "general"}],
    "proration": {"basis": "DAILY", "denominator": "WORKDAY", "clause": "general"},
}


class Town:
    """What happens to it, in any order; what is impossible just then is passed over."""

    def __init__(self, *, second_policy):
        make.policy(**TERMS, valid_from=BEGINNING)
        if second_policy:
            make.policy(**SECOND, valid_from=dt.date(2025, 2, 1))
        streets = ("440105001", "440106001", "440105002")
        self.classes = [
            make.recognised(places=places, street=street) for places, street in zip((1, 2, 10), streets, strict=True)
        ]
        self.providers = [group.provider for group in self.classes]
        self.classes.append(of_providers.class_group(self.providers[0], band="INFANT"))
        self.owners = {provider.pk: of_providers.owner_of(provider) for provider in self.providers}
        self.checkers = {path: of_portal.official("SUBDISTRICT", path) for path in streets}
        self.officer = of_portal.official("DISTRICT", "440105"), of_portal.official("DISTRICT", "440106")
        self.children = [of_enrolments.identified(key="C0")]
        self.children += [make.child(f"C{number}", born=of_enrolments.BORN) for number in range(1, CHILDREN)]
        self.version, self.since = 1, BEGINNING
        self.open_run = None

    def do(self, what, *told):
        """Let it happen on 10 July."""
        with make.clock_at(2025, 7, 10):
            getattr(self, what)(*told)

    # --- children and their days --------------------------------------------------------------------------------------

    def spell(self, number):
        """One of those that count."""
        found = list(Enrolment.objects.exclude(state="ANNULLED").order_by("pk"))
        return found[number % len(found)] if found else None

    def enrol(self, child, at, first, mode):
        """A new spell; one that runs ends the day before (a transfer, another class, or back again)."""
        taken = Enrolment.objects.exclude(state="ANNULLED").filter(
            child=self.children[child], during__overlap=(first, None)
        )
        if any(spell.during.lower >= first for spell in taken):
            return  # one child row never overlaps: the database refuses it elsewhere
        for spell in taken:
            make.shorten(spell, last=first - dt.timedelta(days=1))
        make.spell(self.children[child], self.classes[at], first, mode=mode)

    def attend(self, number, month, days, letter):
        if spell := self.spell(number):
            make.attend(spell, month, (letter * days).ljust(31, "-"))

    def shorten(self, number, last):
        spell = self.spell(number)
        if spell and spell.during.lower <= last and (spell.during.upper is None or last < spell.during.upper):
            make.shorten(spell, last=last)

    def annul(self, number):
        if spell := self.spell(number):
            make.annul(spell)

    def again(self, number):
        """One spell instead of all that the child has where this one is; or the other way round, two for one."""
        if (spell := self.spell(number)) is None:
            return
        same = Enrolment.objects.exclude(state="ANNULLED").filter(child=spell.child, provider=spell.provider)
        spells = list(same.order_by("during"))
        first, last = spells[0].during.lower, spells[-1].during.upper
        between = Enrolment.objects.exclude(state="ANNULLED").filter(child=spell.child, during__overlap=(first, last))
        if between.count() > len(spells):
            return
        for one in spells:
            make.annul(one)
        until = None if last is None else last - dt.timedelta(days=1)
        if len(spells) > 1 or until == first:
            make.spell(spell.child, spell.class_group, first, until)
        else:
            make.spell(spell.child, spell.class_group, first, first)
            make.spell(spell.child, spell.class_group, first + dt.timedelta(days=1), until)

    # --- records of one child -----------------------------------------------------------------------------------------

    def join(self, child):
        make.join(self.children[child], self.children[0])

    def part(self, child):
        make.part(self.children[child])

    def number(self, child):
        """The number of the first child is entered for another record."""
        first = Child.objects.select_related("identity").get(pk=self.children[0].pk)
        if hasattr(first, "identity"):
            person = identity.open_person(first.identity)
            children.record_identity(self.children[child].pk, person=person, by=None)

    def forget(self, child):
        with suppress(refusals.SharedNumber):
            children.forget(self.children[child].pk, by=None)

    # --- providers and the calendar -----------------------------------------------------------------------------------

    def rate(self, at, grade, since):
        make.rate(self.providers[at], grade, since=since)

    def unrecognise(self, at, on):
        make.end_agreement(self.providers[at], on=on)

    def recognise(self, at, places, since):
        make.recognise_again(self.providers[at], places=places, since=since)

    def kind(self, at, kind, since):
        make.change_kind(self.providers[at], kind, since=since)

    def stand(self, at, standing, since):
        """Suspended, closed, open again."""
        follow(StandingSpan, of={"provider": self.providers[at]}, from_day=since, standing=standing)
        facts_changed(self.providers[at].pk, from_day=since, cause="test")

    def calendar(self, day, working):
        CalendarDay.objects.filter(day=day).update(working=working)

    # --- the law ------------------------------------------------------------------------------------------------------

    def policy(self, rate):
        """The version in force was wrong from its first day on; the right rate may be 0."""
        self._version(rate, self.since, corrects=self.version)

    def successor(self, rate, month):
        self._version(rate, Month.parse(month).first)

    def _version(self, rate, since, corrects=None):
        changed = TERMS | {"rates": [{"rate_fen": rate * 1_001, "clause": "general"}]}
        try:
            make.policy(**changed, version=self.version + 1, valid_from=since, corrects=corrects)
        except OverlapsVersion:
            return
        self.version, self.since = self.version + 1, since

    def end(self, last_day):
        end_policy(
            Claim._meta.get_field("policy").related_model.objects.get(code="TEST").pk, last_day=last_day, by=None
        )

    # --- claims and runs ----------------------------------------------------------------------------------------------

    def confirm(self, number):
        """A provider submits a claim, also one below zero, whose balance is then carried on."""
        found = list(Claim.objects.filter(state__in=["PREPARED", "RETURNED"]).order_by("pk"))
        if found:
            claim = found[number % len(found)]
            try:
                claims.confirm_claim(claim.pk, by=self.owners[claim.provider_id])
            except claims.refusals.PeriodNotComplete:
                return

    def give_back(self, number):
        found = list(Claim.objects.filter(state="CONFIRMED").select_related("provider__street").order_by("pk"))
        if found:
            claim = found[number % len(found)]
            claims.return_claim(claim.pk, reason="补正", by=self.checkers[claim.provider.street.code])

    def close(self, month, area):
        """A run that was left half done is brought to its end first."""
        self.resume()
        make.close(month, area)

    def begin(self, month, area, chunks):
        """A run whose workers die after so many chunks; what follows happens in the middle of it."""
        self.resume()
        self.open_run = closing.start_close(Month.parse(month), area=Area.objects.get(code=area), by=None)
        for _ in range(chunks):
            if (chunk := runs.take(self.open_run.pk)) is None:
                return
            result = closing.compute_chunk(self.open_run, chunk)
            RunChunk.objects.filter(pk=chunk.pk).update(state="DONE", result=result, leased_until=None)

    def resume(self):
        """Other workers do the rest."""
        if self.open_run is not None:
            runs.work(self.open_run.pk)
            runs.finish_if_whole(self.open_run)
            self.open_run.refresh_from_db()
            assert self.open_run.state == "DONE", self.open_run.error
            self.open_run = None
