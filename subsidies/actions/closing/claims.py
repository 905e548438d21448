"""The claims a run posts into: found open or opened, and added up from their lines."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal import clock
from portal.dates import Month
from subsidies.actions.closing.snapshot import execute
from subsidies.queries.versions import Law
from subsidies.rules.statement import statement_period

# The open claim of the period that holds the month, else of the period that is being closed. Locked, so that nobody
# submits it between here and the lines.
OPEN = """
CREATE TEMP TABLE close_open AS
WITH held AS MATERIALIZED (
    SELECT c.id, c.provider_id, c.from_month, c.to_month, c.sequence FROM subsidies_claim c
    WHERE c.policy_id = %(policy)s AND c.state IN ('PREPARED', 'RETURNED')
      AND c.provider_id IN (SELECT provider_id FROM close_diff)
      AND ((c.from_month <= %(first)s AND c.to_month >= %(first)s) OR c.from_month = %(from_month)s)
    ORDER BY c.id FOR NO KEY UPDATE
)
SELECT DISTINCT ON (provider_id) provider_id, id AS claim_id, false AS made FROM held
ORDER BY provider_id, (from_month <= %(first)s AND to_month >= %(first)s) DESC, sequence
"""

# One line as canonical JSON, character for character what `portal.canonical` writes (money.md, Hash): what all lines of
# a posting share before and between, `head` and `middle`, is written once.
HEAD = "'[' || to_json(y.code)::text || ',' || v.number || ',' || to_json(l.unit)::text || ','"
MIDDLE = """',' || to_json(l.payee)::text || ',"' || l.period || '",'"""
ROW = """l.head || to_json(l.subject_key)::text || ',' || to_json(p.code)::text || l.middle || l.seq || ','
    || l.amount_fen || ',' || coalesce(k.dimensions, 'null') || ']'"""


def sums(order: str) -> str:
    """What a claim is of its lines `l` at provider `p` with their cases `k`, in an order that makes the hash."""
    return f"""
count(*) AS lines, count(DISTINCT l.subject_key) FILTER (WHERE l.amount_fen > 0) AS subjects,
       sum(l.amount_fen)::bigint AS fen,
encode(sha256(convert_to(string_agg({ROW} || chr(10), '' ORDER BY {order}), 'UTF8')), 'hex') AS hash
"""


# A claim that is new is written with the sums of the lines about to be posted: an UPDATE afterwards would write
# it twice.
CREATE = f"""
WITH posting AS MATERIALIZED (
    SELECT {HEAD} AS head, {MIDDLE} AS middle
    FROM (SELECT %(unit)s::text AS unit, %(payee)s::text AS payee, %(first)s::date AS period) l
    JOIN subsidies_policy y ON y.id = %(policy)s
    JOIN subsidies_policyversion v ON v.id = %(version)s
), fresh AS (
    SELECT l.provider_id, {sums("l.subject_key, l.seq")}
    FROM (
        SELECT d.provider_id, d.subject_key COLLATE "C" AS subject_key, d.seq, d.delta AS amount_fen, d.case_id, o.*
        FROM close_diff d CROSS JOIN posting o WHERE d.provider_id NOT IN (SELECT provider_id FROM close_open)
    ) l
    JOIN providers_provider p ON p.id = l.provider_id
    JOIN subsidies_case k ON k.id = l.case_id
    GROUP BY l.provider_id
), made AS (
    INSERT INTO subsidies_claim (public_id, provider_id, policy_id, from_month, to_month, sequence, area_path, state,
        line_count, subject_count, lines_fen, carried_in_fen, carried_out_fen, paid_fen, hash, started_by_id,
        prepared_at, due, return_reason, version)
    SELECT gen_random_uuid(), p.id, %(policy)s, %(from_month)s, %(to_month)s, 1 + coalesce(before.sequence, 0),
           p.area_path,
           'PREPARED', f.lines, f.subjects, f.fen, 0, 0, f.fen, f.hash, %(started_by)s, %(now)s, %(due)s, '', 1
    FROM fresh f
    JOIN providers_provider p ON p.id = f.provider_id
    LEFT JOIN (
        SELECT c.provider_id, max(c.sequence) AS sequence FROM subsidies_claim c
        WHERE c.policy_id = %(policy)s AND c.from_month = %(from_month)s GROUP BY c.provider_id
    ) before ON before.provider_id = f.provider_id
    ORDER BY p.id
    RETURNING provider_id, id
)
INSERT INTO close_open (provider_id, claim_id, made) SELECT provider_id, id, true FROM made
"""

ADD_UP = f"""
UPDATE subsidies_claim c
SET line_count = s.lines, subject_count = s.subjects, lines_fen = s.fen,
    paid_fen = s.fen + c.carried_in_fen - c.carried_out_fen, hash = s.hash, version = c.version + 1
FROM (
    SELECT l.claim_id,
           {sums('l.code COLLATE "C", l.period, l.unit COLLATE "C", l.subject_key, l.payee COLLATE "C", l.seq')}
    FROM (
        SELECT l.*, y.code, {HEAD} AS head, {MIDDLE} AS middle
        FROM subsidies_line l
        JOIN subsidies_policy y ON y.id = l.policy_id
        JOIN subsidies_policyversion v ON v.id = l.policy_version_id
        WHERE l.claim_id IN ({{claims}})
    ) l
    JOIN providers_provider p ON p.id = l.provider_id
    LEFT JOIN subsidies_case k ON k.id = l.case_id
    GROUP BY l.claim_id
) s
WHERE c.id = s.claim_id
"""


def open_for_lines(law: Law, params: Mapping[str, Any], *, statement: Month, started_by_id: int | None) -> int:
    """Table `close_open`: for every provider of `close_diff` the claim its lines go into, made where there is none.

    Gives how many were open before: those must be added up again when the lines are in.
    """
    from_month, to_month = statement_period(law.terms.settle_period, statement)
    window = law.terms.window_days
    given = {
        **params,
        "from_month": from_month.first,
        "to_month": to_month.first,
        "started_by": started_by_id,
        "due": clock.today() + dt.timedelta(days=window) if window else None,
    }
    known = execute(OPEN, given)
    execute(CREATE, given)
    return known


def add_up(claims: str, params: list[object] | None = None) -> None:
    """Totals and hash of the claims that a query names, from their lines."""
    execute(ADD_UP.format(claims=claims), params)
