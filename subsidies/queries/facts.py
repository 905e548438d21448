"""The SQL of a month's facts: one row per child, provider and month, with only what a policy version looks at.

Texts only; `subsidies.actions.closing` runs them inside one snapshot. They read `close_todo` (the providers of the
chunk), `close_scope` (those of them that any law concerns) and `close_alias` (records of one child), and take the
parameters of `parameters()`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from portal.dates import Month
from subsidies.queries.versions import Law
from subsidies.rules import Terms
from subsidies.rules.codes import AgeDay, BandFrom, DayCount, Presence, ReferenceDay

_FIRST, _LAST, _REF = "%(first)s::date", "%(last)s::date", "%(ref_day)s::date"

# Two records are one child when an officer said so, or when the second was entered with the number of the first.
ALIASES = """
CREATE TEMP TABLE close_alias AS
SELECT c.id AS child_id, coalesce(o.same_as_id, o.id) AS person_id
FROM enrolments_child c JOIN enrolments_child o ON o.id = c.same_as_id
WHERE c.same_as_id IS NOT NULL
UNION ALL
SELECT c.id, coalesce(o.same_as_id, o.id)
FROM enrolments_child c
JOIN enrolments_childidentity i ON i.child_id = c.id
JOIN enrolments_child o ON o.identity_key = i.number_key AND o.id <> c.id
WHERE c.identity_key IS NULL AND c.same_as_id IS NULL
"""

# F full day, A morning, P afternoon; what does not count for the mode is cut away and the rest is counted.
DAYS_OF_PRESENCE = {
    Presence.ANY_HALF: "CASE {mode} WHEN 'am' THEN 'PSLC-.' WHEN 'pm' THEN 'ASLC-.' ELSE 'SLC-.' END",
    Presence.BOTH_HALVES: "CASE {mode} WHEN 'am' THEN 'PSLC-.' WHEN 'pm' THEN 'ASLC-.' ELSE 'APSLC-.' END",
}


def days_sql(presence: Presence, *, mode: str, letters: str) -> str:
    """Days attended among letters of a spell booked in a mode."""
    return f"length(translate({letters}, {DAYS_OF_PRESENCE[presence].format(mode=mode)}, ''))"


def spells_sql(presences: Iterable[Presence]) -> str:
    """Table `close_spell`: every spell of the chunk's providers with a day in the month, its days inside it counted in
    each of the ways that a law counts them (25,000 spells: 30 ms a way).
    """
    letters = "coalesce(substr(a.days, s.from_day - %(first)s::date + 1, s.to_day - s.from_day), '')"
    counted = ", ".join(
        f"{days_sql(presence, mode='s.mode', letters=letters)} AS {presence.lower()}" for presence in sorted(presences)
    )
    return f"""
CREATE TEMP TABLE close_spell AS
SELECT s.*, g.band{counted and ", "}{counted}
FROM (
    SELECT e.id AS enrolment_id, e.provider_id, coalesce(l.person_id, e.child_id) AS person_id, e.class_group_id,
           e.mode, e.fee_fen, e.contract_on, e.during,
           min(lower(e.during)) OVER (PARTITION BY e.provider_id, coalesce(l.person_id, e.child_id)) AS first_day,
           greatest(lower(e.during), %(first)s::date) AS from_day,
           least(upper(e.during), %(end)s::date) AS to_day
    FROM close_scope t
    JOIN enrolments_enrolment e ON e.provider_id = t.provider_id
    LEFT JOIN close_alias l ON l.child_id = e.child_id
    WHERE e.state <> 'ANNULLED' AND lower(e.during) < %(end)s::date
) s
JOIN providers_classgroup g ON g.id = s.class_group_id
LEFT JOIN enrolments_attendancemonth a ON a.enrolment_id = s.enrolment_id AND a.month = %(first)s::date
WHERE s.during && %(month)s::daterange
"""


# --- What is true of a provider ---------------------------------------------------------------------------------


def _latest(table: str, *columns: str) -> str:
    """A dated fact as a join: what holds on the reference day (of several in ANY_DAY, the last).

    A set for the chunk, not a look-up for each provider: that took five times as long for a city's 1,938.
    """
    return f"""
    LEFT JOIN (
        SELECT DISTINCT ON (s.provider_id) s.provider_id, {", ".join(f"s.{column}" for column in columns)}
        FROM close_todo t JOIN {table} s ON s.provider_id = t.provider_id
        WHERE s.retracted_at IS NULL AND s.during && %(ref)s::daterange
        ORDER BY s.provider_id, lower(s.during) DESC
    ) {table} ON {table}.provider_id = p.id"""


def _exists(table: str, condition: str) -> str:
    """Whether a dated fact holds on the reference day (in ANY_DAY: on some day)."""
    return (
        f"EXISTS (SELECT FROM {table} s WHERE s.provider_id = p.id AND s.retracted_at IS NULL"
        f" AND s.during && %(ref)s::daterange AND {condition})"
    )


PROVIDER_FACTS: Mapping[str, str] = {
    "provider_kind": "providers_providerspan.kind",
    "nature": "CASE p.authority WHEN 'ORGN' THEN 'INSTITUTION' WHEN 'CIVIL' THEN 'NON_PROFIT' ELSE 'FOR_PROFIT' END",
    "inclusive": _exists("providers_inclusiveagreement", "s.places > 0"),
    "grade": "inspections_ratingspan.grade",
    "size": (
        "(SELECT count(*)::int FROM providers_place t JOIN providers_classgroup g ON g.id = t.class_group_id"
        " WHERE g.provider_id = p.id AND t.during @> %(ref_day)s::date)"
    ),
    "filed_active": _exists("providers_standingspan", "s.standing = 'ACTIVE'"),
    "suspended": _exists("providers_standingspan", "s.standing = 'SUSPENDED'"),
    # Open on day d: found_on ≤ d and not cleared, or cleared after d.
    "no_open_major_hazard": (
        "NOT EXISTS (SELECT FROM inspections_finding f WHERE f.provider_id = p.id AND f.level = 'MAJOR'"
        " AND f.withdrawn_at IS NULL AND f.found_on < upper(%(ref)s::daterange)"
        " AND (f.cleared_on IS NULL OR f.cleared_on > lower(%(ref)s::daterange)))"
    ),
    "no_recent_penalty": (
        "NOT EXISTS (SELECT FROM inspections_decision d WHERE d.provider_id = p.id AND d.kind = 'SUSPEND'"
        " AND d.from_day <= %(ref_day)s::date"
        " AND d.from_day > (%(ref_day)s::date - make_interval(months => %(no_recent_penalty)s))::date)"
    ),
    "operating_long_enough": (
        "EXISTS (SELECT FROM providers_standingspan s WHERE s.provider_id = p.id AND s.retracted_at IS NULL"
        " AND s.standing = 'ACTIVE' AND lower(s.during)"
        " <= (%(ref_day)s::date - make_interval(months => %(operating_long_enough)s))::date)"
    ),
}


# Where one of these conditions fails the policy does not concern the provider at all: no facts, no case, no line,
# unless something was posted that must be taken back.
CONCERNS = {"filed_active": "filed_active", "inclusive_recognised": "inclusive"}


def providers_sql(law: Law, table: str) -> str:
    """A table of the chunk's providers that the policy concerns, with the facts it looks at."""
    columns = [f"{PROVIDER_FACTS[name]} AS {name}" for name in sorted(law.terms.dimensions & PROVIDER_FACTS.keys())]
    joins = [_latest("providers_providerspan", "kind", "area_path")]
    if "grade" in law.terms.dimensions:
        joins.append(_latest("inspections_ratingspan", "grade"))
    if law.terms.infants_per_month:
        joins.append(_latest("providers_inclusiveagreement", "places"))
        columns.append("providers_inclusiveagreement.places")
    needed = [column for name, column in CONCERNS.items() if law.terms.condition(name)]
    concerned = " AND ".join(f"f.{column}" for column in needed) or "true"
    return f"""
CREATE TEMP TABLE {table} AS
SELECT f.* FROM (
    SELECT {", ".join(["p.id AS provider_id", *columns])}
    FROM close_todo t JOIN providers_provider p ON p.id = t.provider_id{"".join(joins)}
    WHERE '/' || providers_providerspan.area_path LIKE %(policy_area)s
) f
WHERE ({concerned}) OR EXISTS (
    SELECT FROM subsidies_line l WHERE l.provider_id = f.provider_id AND l.period = {_FIRST}
                                                 AND l.policy_id = %(policy)s)
"""


def scope_sql(tables: Iterable[str]) -> str:
    """Table `close_scope`: the providers that any law of the chunk concerns."""
    union = " UNION ".join(f"SELECT provider_id FROM {table}" for table in tables)
    return f"CREATE TEMP TABLE close_scope AS {union or 'SELECT provider_id FROM close_todo WHERE false'}"


# --- What is true of a child ------------------------------------------------------------------------------------


def _completed_months(on: str) -> str:
    """Completed months of age on a day, as `portal.dates.completed_months` counts them."""
    whole = (
        f"((extract(year FROM {on}) - extract(year FROM c.birth_date)) * 12"
        f" + extract(month FROM {on}) - extract(month FROM c.birth_date))::int"
    )
    return f"({whole} - ({on} < (c.birth_date + make_interval(months => {whole}))::date)::int)"


_FEE = (
    "coalesce(m.fee_fen, (SELECT f.amount_fen FROM providers_fee f WHERE f.class_group_id = m.class_group_id"
    f" AND f.mode = m.mode AND f.retracted_at IS NULL AND f.during @> {_REF} LIMIT 1))"
)


def _band(terms: Terms) -> str:
    if terms.band_from is not BandFrom.AGE:
        return "m.band"
    months = _completed_months(_REF)
    whens = " ".join(
        f"WHEN {months} >= {band.from_months} AND {months} < {band.to_months} THEN '{band.name}'"
        for band in terms.age_bands
    )
    return f"CASE {whens} END"


def _age_ok(terms: Terms) -> str:
    condition = terms.condition("age")
    assert condition is not None  # the dimension is used by nothing else
    first, last = _completed_months(_FIRST), _completed_months(_LAST)
    low, high = int(condition.params["from_months"]), int(condition.params["to_months"])
    match condition.params["at"]:
        case AgeDay.FIRST_DAY:
            return f"({first} >= {low} AND {first} < {high})"
        case AgeDay.LAST_DAY:
            return f"({last} >= {low} AND {last} < {high})"
        case AgeDay.ANY_DAY:
            return f"({first} < {high} AND {last} >= {low})"
    # The upper age is reached on a birthday; until the 31 August on or after it the child stays.
    reached = f"(c.birth_date + make_interval(months => {high}))::date"
    august = f"make_date(extract(year FROM {reached} + make_interval(months => 4))::int, 8, 31)"
    return f"({last} >= {low} AND {_FIRST} <= {august})"


CHILD_FACTS: Mapping[str, Callable[[Terms], str]] = {
    "band": _band,
    "mode": lambda terms: "m.mode",
    "birth_order": lambda terms: "c.birth_order",
    "days_attended": lambda terms: "m.days_attended",
    "days_enrolled": lambda terms: "m.days_enrolled",
    "working_days": lambda terms: "%(working_days)s::int",
    "calendar_days": lambda terms: "%(calendar_days)s::int",
    "fee_fen": lambda terms: _FEE,
    "fee_within_ceiling": lambda terms: (
        "(SELECT s.fee_cap_fen IS NULL OR " + _FEE + " <= s.fee_cap_fen FROM providers_inclusiveagreement s"
        " WHERE s.provider_id = m.provider_id AND s.retracted_at IS NULL AND s.during && %(ref)s::daterange"
        " ORDER BY lower(s.during) DESC LIMIT 1)"
    ),
    "contract_on_file": lambda terms: f"coalesce(m.contract_on <= {_LAST}, false)",
    "age_ok": _age_ok,
}

SUPPORTED = frozenset(PROVIDER_FACTS) | frozenset(CHILD_FACTS)


def unsupported(terms: Terms) -> list[str]:
    """Facts the policy looks at that nobody records here yet; such a policy cannot be adopted."""
    return sorted(terms.dimensions - SUPPORTED)


def dimensions_of(terms: Terms) -> list[str]:
    """The dimensions in the order of the columns of `close_fact`."""
    return sorted(terms.dimensions)


def facts_sql(law: Law, table: str, providers: str, *, capped: bool, excluding: bool) -> str:
    """A table with a row per child and provider, `key` naming its combination of facts.

    `capped`: earlier months of the cap year are counted. `excluding`: other policies may make this one give nothing.
    """
    terms = law.terms
    days = terms.presence.lower()
    columns = {
        name: f"p.{name}" if name in PROVIDER_FACTS else CHILD_FACTS[name](terms) for name in dimensions_of(terms)
    }
    used, months_left = _used_months(capped, providers)
    excluded, excluded_by = _excluded(excluding)
    keyed = ", ".join(f"coalesce({name}::text, '~')" for name in ["conflict", "excluded_by", *columns])
    places = "p.places" if terms.infants_per_month else "NULL::int AS places"
    by_days = "days_enrolled" if terms.proration.count is DayCount.ENROLLED else "days_attended"
    return f"""
CREATE TEMP TABLE {table} AS
WITH main AS MATERIALIZED (
    SELECT DISTINCT ON (provider_id, person_id) s.*,
           (sum({days}) OVER w)::int AS days_attended, (sum(to_day - from_day) OVER w)::int AS days_enrolled
    FROM close_spell s
    WINDOW w AS (PARTITION BY provider_id, person_id)
    ORDER BY provider_id, person_id, {"to_day - from_day" if by_days == "days_enrolled" else days} DESC,
             from_day DESC, enrolment_id DESC
){used}{excluded}
SELECT *, concat_ws('|', {keyed}) AS key FROM (
    SELECT m.provider_id, m.person_id, c.key AS subject_key, m.first_day, {places},
           coalesce(x.conflict, false) AS conflict, {excluded_by} AS excluded_by, {months_left} AS months_left
           {"".join(f", {sql} AS {name}" for name, sql in columns.items())}
    FROM main m
    JOIN {providers} p ON p.provider_id = m.provider_id
    JOIN enrolments_child c ON c.id = m.person_id
    LEFT JOIN subsidies_sharedchild x ON x.run_id = %(run)s AND x.month = {_FIRST}
         AND x.policy_version_id = %(version)s AND x.provider_id = m.provider_id AND x.child_id = m.person_id
    {"LEFT JOIN used u ON u.subject_key = c.key" if capped else ""}
    {"LEFT JOIN taken o ON o.subject_key = c.key" if excluding else ""}
    WHERE coalesce(x.counted, true)
) f
"""


def _used_months(capped: bool, providers: str) -> tuple[str, str]:
    """Months already funded: earlier months of the cap year in which the posted lines give more than 0 anywhere.

    All chunks of a month are posted before the next month starts, so what is posted is the law on today's facts. Most
    children stay where they are: only for movers, whom the month's plan has named, other providers' lines are read.
    """
    if not capped:
        return "", "NULL::boolean"
    funded = """l.policy_id = %(policy)s AND l.unit = %(unit)s
              AND l.period >= %(cap_start)s::date AND l.period < %(first)s::date
            GROUP BY l.period, l.subject_key HAVING sum(l.amount_fen) > 0"""
    # Provider by provider, in the order of the ledger's unique key: nothing is sorted, no other provider's line read.
    return (
        f""", movers AS MATERIALIZED (
    SELECT m.person_id, c.key FROM main m
    JOIN subsidies_mover v ON v.run_id = %(run)s AND v.month = {_FIRST} AND v.child_id = m.person_id
    JOIN enrolments_child c ON c.id = m.person_id
), kin AS (
    SELECT person_id AS child_id, key FROM movers
    UNION SELECT a.child_id, v.key FROM movers v JOIN close_alias a ON a.person_id = v.person_id
), used AS MATERIALIZED (
    SELECT subject_key, bit_count(bit_or(1 << extract(month FROM period)::int)::bit(16)) AS months FROM (
        SELECT f.subject_key, f.period FROM {providers} p CROSS JOIN LATERAL (
            SELECT l.subject_key, l.period FROM subsidies_line l WHERE l.provider_id = p.provider_id AND {funded}
        ) f
        UNION ALL
        SELECT f.subject_key, f.period FROM kin JOIN enrolments_enrolment e ON e.child_id = kin.child_id
        CROSS JOIN LATERAL (
            SELECT l.subject_key, l.period FROM subsidies_line l
            WHERE l.provider_id = e.provider_id AND l.subject_key = kin.key AND {funded}
        ) f
    ) f GROUP BY subject_key
)""",
        "coalesce(u.months, 0) < %(cap_months)s",
    )


def _excluded(excluding: bool) -> tuple[str, str]:
    """The first other policy, by code, that pays this child for this month anywhere."""
    if not excluding:
        return "", "NULL::text"
    return (
        """, taken AS MATERIALIZED (
    SELECT subject_key, min(code) AS code FROM (
        SELECT l.subject_key, y.code FROM subsidies_line l JOIN subsidies_policy y ON y.id = l.policy_id
        WHERE l.policy_id = ANY(%(excluded_by)s) AND l.period = %(first)s::date
          AND l.subject_key IN (SELECT c.key FROM main m JOIN enrolments_child c ON c.id = m.person_id)
        GROUP BY l.subject_key, y.code, l.provider_id HAVING sum(l.amount_fen) > 0
    ) paid GROUP BY subject_key
)""",
        "o.code",
    )


def parameters(
    law: Law, month: Month, *, run_id: int, working_days: int, excluded_by: Mapping[int, str]
) -> dict[str, Any]:
    """What the texts above are run with."""
    terms = law.terms
    ref_day = month.first if terms.reference_day is ReferenceDay.FIRST_DAY else month.last
    given: dict[str, Any] = {
        **month_parameters(month),
        "ref": reference_range(terms, month),
        "ref_day": ref_day,
        "run": run_id,
        "version": law.version.pk,
        "policy": law.policy_id,
        "policy_area": policy_area(law),
        "unit": terms.unit.value,
        "working_days": working_days,
        "calendar_days": month.length,
        "cap_months": terms.months_per_year,
        "cap_start": cap_start(terms, month).first,
        "excluded_by": list(excluded_by),
    }
    for name, dimension in (
        ("no_penalty_within", "no_recent_penalty"),
        ("operating_months_at_least", "operating_long_enough"),
    ):
        if condition := terms.condition(name):
            given[dimension] = int(condition.params["months"])
    return given


def reference_range(terms: Terms, month: Month) -> str:
    """The reference day, or the whole month, as a range."""
    if terms.reference_day is ReferenceDay.ANY_DAY:
        return f"[{month.first},{month.last}]"
    day = month.first if terms.reference_day is ReferenceDay.FIRST_DAY else month.last
    return f"[{day},{day}]"


def policy_area(law: Law) -> str:
    """A pattern for `/` and a path of the reference day: the policy's area is in it, wherever it has moved since."""
    return f"%/{law.area_code}/%" if law.area_code else "%"


def month_parameters(month: Month) -> dict[str, Any]:
    """The month as the texts name it."""
    return {
        "first": month.first,
        "last": month.last,
        "end": (month + 1).first,
        "month": f"[{month.first},{(month + 1).first})",
    }


def cap_start(terms: Terms, month: Month) -> Month:
    """First month of the cap year that holds the month."""
    return Month(month.year - (month.number < terms.cap_year_start_month), terms.cap_year_start_month)


def months_can_run_out(terms: Terms, month: Month) -> bool:
    """Whether a child can have used up its months: not before so many months of the cap year have passed."""
    cap = terms.months_per_year
    return cap is not None and month.since(cap_start(terms, month)) >= cap
