"""Policies into the rows: read and linted from a file, adopted, followed by a successor, or corrected backwards."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, clock
from portal.dates import ONE_DAY
from portal.models import Area, Clause, PolicyDocument, PolicyStatus, User
from portal.problems import Refusal
from portal.wording import N_
from providers.actions.facts import facts_changed
from providers.models import Provider
from subsidies.models import Policy, PolicyStanding, PolicyVersion
from subsidies.queries import facts, versions
from subsidies.rules import Problem, Terms, check_file, lint_set
from subsidies.rules.codes import Payee


class BadPolicy(Refusal):
    """The file contradicts itself, or says what the run cannot pay; `problems` says where."""

    code = "bad-policy"
    status = 422
    text = _("The policy cannot be loaded: %(count)s problem(s).")

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(count=len(problems))


class VersionExists(Refusal):
    """A version is added once; what changes is a further version."""

    code = "version-exists"
    text = _("Version %(version)s of %(code)s is already recorded with other terms. Give the change a new number.")


class OverlapsVersion(Refusal):
    """Two versions cannot hold on one day; only an open end gives way to a successor."""

    code = "version-overlaps"
    text = _("Version %(version)s holds on some of these days already. Say that this one corrects it.")


class NoSuchVersion(Refusal):
    """Only a version that is recorded and stands can be corrected."""

    code = "no-such-version"
    text = _("%(code)s has no version %(version)s that could be corrected.")


@transaction.atomic
def load_policy(
    mapping: Mapping[str, Any], *, by: User | None, adopt: bool | None = None, corrects: int | None = None
) -> tuple[PolicyVersion, bool]:
    """Record a policy's version; the same version with the same terms again is once. Gives it, and whether it is new.

    `adopt`: pay by it here (default: what the file's status says). `corrects`: number of the version that was wrong; it
    is taken back for all its days and this one stands in its place. Months it touches are marked for the next run.
    Raises BadPolicy, VersionExists, OverlapsVersion, NoSuchVersion.
    """
    if problems := check_file(mapping):
        raise BadPolicy(problems)
    terms = Terms.from_mapping(mapping)
    adopted = terms.status == PolicyStatus.EFFECTIVE if adopt is None else adopt
    area = Area.objects.filter(code=terms.area_code).first()
    if adopted:
        _check_payable(terms, area)
    policy, newly_adopted = _policy(terms, area, adopted)
    held_before = _days_of(policy) if newly_adopted else []  # library versions that are the law from now on
    canonical_terms = terms.to_mapping()
    if existing := policy.versions.filter(number=terms.version).first():
        if existing.terms != canonical_terms:
            raise VersionExists(version=terms.version, code=terms.code)
        if held_before:
            _mark(policy, held_before)
            _record(policy, terms, "load_policy", by)
        return existing, False
    during = _during(terms)
    changed = _make_room(policy, during, corrects)
    version = PolicyVersion.objects.create(
        policy=policy,
        number=terms.version,
        terms=canonical_terms,
        valid_during=during,
        document=_document(terms, area, adopted),
        recorded_at=clock.now(),
        recorded_by=by,
    )
    if policy.standing == PolicyStanding.ADOPTED:
        _mark(policy, [during, *changed, *held_before])
    _record(policy, terms, "correct_policy" if corrects else "load_policy", by)
    return version, True


def _record(policy: Policy, terms: Terms, verb: str, by: User | None) -> None:
    audit.record(
        f"subsidies.PolicyVersion:{terms.code}@{terms.version}",
        verb,
        by=by,
        area_path=policy.area.path if policy.area else "",
        adopted=policy.standing == PolicyStanding.ADOPTED,
        valid_from=_during(terms)[0].isoformat(),
    )


@transaction.atomic
def end_policy(policy_id: int, *, last_day: dt.date, by: User | None) -> PolicyVersion | None:
    """Let the open version end with a day (废止、暂缓); ending twice is once. Later paid months are marked."""
    policy = Policy.objects.select_for_update(no_key=True, of=("self",)).select_related("area").get(pk=policy_id)
    version = policy.versions.filter(valid_during__upper_inf=True, retracted_at__isnull=True).first()
    if version is None:
        return None
    begins = version.valid_during.lower
    after = max(last_day + ONE_DAY, begins + ONE_DAY)
    PolicyVersion.objects.filter(pk=version.pk).update(valid_during=(begins, after))
    if policy.standing == PolicyStanding.ADOPTED:
        _mark(policy, [(after, None)])
    audit.record(
        f"subsidies.PolicyVersion:{policy.code}@{version.number}",
        "end_policy",
        by=by,
        area_path=policy.area.path if policy.area else "",
        last_day=(after - ONE_DAY).isoformat(),
    )
    return version


Days = tuple[dt.date, dt.date | None]


def _days_of(policy: Policy) -> list[Days]:
    """The days of its versions as recorded now."""
    spans = policy.versions.filter(retracted_at__isnull=True).values_list("valid_during", flat=True)
    return [(span.lower, span.upper) for span in spans]


def _during(terms: Terms) -> Days:
    """From the first day that is both valid and applied; the last day of a text is included."""
    assert terms.valid_from is not None  # the linter asks for it
    starts = [terms.valid_from]
    if terms.apply_from_month:
        starts.append(terms.apply_from_month.first)
    return max(starts), terms.valid_to + ONE_DAY if terms.valid_to else None


def _check_payable(terms: Terms, area: Area | None) -> None:
    """What can be written down but not paid here is refused when adopted, never guessed."""
    problems = [
        Problem("eligibility", "NO_FACTS", _NO_FACTS, {"what": name}) for name in facts.unsupported(terms)
    ]  # fmt: skip
    if area is None:
        problems.append(Problem("area_code", "NO_AREA", _NO_AREA, {"code": terms.area_code}))
    if terms.payee is not Payee.PROVIDER:
        problems.append(Problem("payee", "NOT_PAID", _NOT_PAID, {"payee": terms.payee}))
    others = [version for version in _adopted_terms() if version.code != terms.code]
    problems += lint_set([*others, terms])
    if problems:
        raise BadPolicy(problems)


_NO_FACTS = N_("The portal keeps no record of %(what)s yet, so this policy can be read but not paid.")
_NO_AREA = N_("There is no area with the code %(code)s.")
_AREA_KEPT = N_("This policy is adopted for the area %(code)s. Give the policy of another area a code of its own.")
_NOT_PAID = N_("Payments to %(payee)s are not made here yet; the policy can be kept in the library.")


def _adopted_terms() -> list[Terms]:
    rows = PolicyVersion.objects.filter(policy__standing=PolicyStanding.ADOPTED, retracted_at__isnull=True)
    newest = {row.policy_id: row for row in rows.select_related("policy__area").order_by("number")}
    return [versions.read(row).terms for row in newest.values()]


def _policy(terms: Terms, area: Area | None, adopted: bool) -> tuple[Policy, bool]:
    """The policy, locked, and whether it is adopted by this; an adopted one stays so, and where it is, until its end.

    Its area holds for all its versions: another one would move months that were paid. Raises BadPolicy.
    """
    standing = PolicyStanding.ADOPTED if adopted else PolicyStanding.LIBRARY
    Policy.objects.get_or_create(
        code=terms.code,
        defaults={"title": terms.name, "title_en": terms.name_en, "area": area, "standing": standing},
    )
    policy = Policy.objects.select_for_update(no_key=True).get(code=terms.code)
    stands = policy.standing == PolicyStanding.ADOPTED and policy.versions.exists()
    if stands and policy.area != area:
        kept = {"code": policy.area.code if policy.area else "–"}
        raise BadPolicy([Problem("area_code", "AREA_KEPT", _AREA_KEPT, kept)])
    policy.title, policy.title_en = terms.name, terms.name_en
    if adopted:
        policy.standing, policy.area = PolicyStanding.ADOPTED, area
    policy.save(update_fields=["title", "title_en", "standing", "area"])
    return policy, adopted and not stands


def _make_room(policy: Policy, during: Days, corrects: int | None) -> list[Days]:
    """Take back the version that was wrong, or close the open end of the one before; gives the days that change."""
    changed: list[Days] = []
    if corrects is not None:
        wrong = policy.versions.filter(number=corrects, retracted_at__isnull=True).first()
        if wrong is None:
            raise NoSuchVersion(version=corrects, code=policy.code)
        PolicyVersion.objects.filter(pk=wrong.pk).update(retracted_at=clock.now())
        changed = [(wrong.valid_during.lower, wrong.valid_during.upper)]
    clash = policy.versions.filter(retracted_at__isnull=True, valid_during__overlap=during).order_by("number").first()
    if clash is None:
        return changed
    if corrects is not None or clash.valid_during.upper is not None or clash.valid_during.lower >= during[0]:
        raise OverlapsVersion(version=clash.number)
    PolicyVersion.objects.filter(pk=clash.pk).update(valid_during=(clash.valid_during.lower, during[0]))
    return [(during[0], None)]


def _mark(policy: Policy, spans: list[Days]) -> None:
    """A row for every provider of the area from the first day that changed; without end, because spans may be open."""
    assert policy.area is not None  # adopted policies have one, by constraint
    providers = Provider.objects.filter(area_path__startswith=policy.area.path).values_list("pk", flat=True)
    first = min(start for start, _end in spans)
    ends = [end for _start, end in spans]
    last = None if None in ends else max(end for end in ends if end is not None)
    facts_changed(list(providers), from_day=first, to_day=last, cause="policy")


def _document(terms: Terms, area: Area | None, adopted: bool) -> PolicyDocument:
    """The document a version rests on, with its clauses, so that other pages can cite it."""
    document, _created = PolicyDocument.objects.get_or_create(
        code=f"{terms.code}@{terms.version}"[:40],
        defaults={
            "title": terms.name,
            "doc_no": terms.doc_no,
            "issuer": terms.issuer,
            "area": area,
            "status": PolicyStatus.EFFECTIVE if adopted else PolicyStatus.LIBRARY,
            "during": _during(terms),
            "source": "; ".join(terms.sources)[:300],
        },
    )
    Clause.objects.bulk_create(
        [Clause(document=document, code=code[:40], text=text) for code, text in terms.clauses.items()],
        ignore_conflicts=True,
    )
    return document
