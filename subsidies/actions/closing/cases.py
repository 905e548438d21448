"""Cases and their rows: each combination of facts is judged once, whoever met it first, and read back ever after."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import connection

from portal import canonical
from subsidies.actions.closing.snapshot import execute, rows
from subsidies.queries.versions import Law
from subsidies.rules import Assessment, Case, Reason, assess, share

# Raised whenever `assess` comes to give another amount or other steps for the same case: old cases stay what they were.
RULES_CODE = 1

# A child at a provider that this policy does not concern is no line; one that it did pay and no longer does, is.
NOT_CONCERNED = frozenset({Reason.NOT_INCLUSIVE, Reason.NOT_FILED, Reason.NO_RATE})

GONE = "GONE"  # a reason of ours: the facts a line rested on are no longer there, so it is taken back

MEMO_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, the row it is stored in, what the law gives it and how much of a place it takes."""

    case: Case
    share: Fraction
    row_id: int
    fen: int
    reason: str

    @property
    def posts(self) -> bool:
        """Whether a first line is written for it, even with 0."""
        return self.reason not in NOT_CONCERNED


Bench = dict[str, Judged]
_benches: dict[tuple[int, str], Bench] = {}


def bench_of(law: Law) -> Bench:
    """What this process knows under exactly these terms: the chunks of a month meet the same cases again."""
    if sum(map(len, _benches.values())) > MEMO_LIMIT:
        _benches.clear()
    return _benches.setdefault((law.version.pk, canonical.digest(law.version.terms)), {})


def forget() -> None:
    """Read everything anew, e.g. after a failure: the rows remembered may never have been committed."""
    _benches.clear()


def decide(law: Law, wanted: Mapping[str, Sequence[Case]]) -> Bench:
    """What the law gives each wanted case, by its key. Stored at once: cases are facts of arithmetic, whoever needs
    them.

    A case may be wanted in two wordings: first as one that gets something (within every cap), then as one that gets
    nothing and so does not mention caps. A stored row answers either; a new case is judged in the first wording, at
    three times the cost, and stored in the one that fits.
    """
    shas = {key: [sha_of(text_of(case)) for case in wordings] for key, wordings in wanted.items()}
    stored = _stored(law, [sha for several in shas.values() for sha in several])
    new = {}
    for key, wordings in wanted.items():
        if not any(sha in stored for sha in shas[key]):
            assessment = assess(law.terms, wordings[0])
            fitting = 0 if assessment.amount_fen else -1
            new[shas[key][fitting]] = _New(shas[key][fitting], wordings[fitting], assessment)
    if new:
        _store(law, sorted(new.values(), key=lambda one: one.sha))
        stored |= _stored(law, new)
    return {
        key: Judged(case, share(law.terms, case), *stored[sha])
        for key, wordings in wanted.items()
        for case, sha in [next(found for found in zip(wordings, shas[key], strict=True) if found[1] in stored)]
    }


class _New(NamedTuple):
    """A case that nobody has met before."""

    sha: str
    case: Case
    assessment: Assessment


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def text_of(case: Case) -> str:
    """`Case.json`, character for character, in a tenth of its time: the values are flat and already in order."""
    return _JSON.encode(case.values)


def sha_of(dimensions: str) -> str:
    """Under which a case is stored: its canonical facts and the code that judges them."""
    return hashlib.sha256(f"rules {RULES_CODE}\n{dimensions}".encode()).hexdigest()


def _stored(law: Law, shas: Iterable[str]) -> dict[str, tuple[int, int, str]]:
    """Row, fen and reason of those that are stored, by hash."""
    found = rows(
        "SELECT sha, id, amount_fen, reason FROM subsidies_case"
        " WHERE policy_version_id = %s AND sha = ANY(string_to_array(%s, ' '))",
        [law.version.pk, " ".join(shas)],  # one text: an array of thousands is adapted item by item
    )
    return {sha: (row_id, fen, reason) for sha, row_id, fen, reason in found}


def _store(law: Law, new: Iterable[_New]) -> None:
    """In the order of their hashes, so that two workers with the same cases wait for each other, never in a circle."""
    load("close_new", "sha text, dimensions text, steps text, fen bigint, reason text", (
        (
            one.sha,
            text_of(one.case),
            _JSON.encode([step.to_mapping() for step in one.assessment.steps]),
            one.assessment.amount_fen,
            str(one.assessment.reason),
        )
        for one in new
    ))  # fmt: skip
    execute(
        "INSERT INTO subsidies_case (policy_version_id, sha, dimensions, steps, amount_fen, reason)"
        " SELECT %s, sha, dimensions, steps::jsonb, fen, reason FROM close_new ORDER BY sha"
        " ON CONFLICT (policy_version_id, sha) DO NOTHING; DROP TABLE pg_temp.close_new",
        [law.version.pk],
    )


def load(table: str, columns: str, values: Iterable[tuple[Any, ...]]) -> None:
    """A temporary table filled by COPY."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {table} ({columns})")
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)


def gone_case(law: Law) -> int:
    """The case of a child who has no month here any more: left, annulled, moved to another provider or policy."""
    sha = sha_of("null")
    if found := _stored(law, [sha]):
        return found[sha][0]
    steps = _JSON.encode([{"code": GONE, "clause": "general", "numbers": {}}])
    execute(
        "INSERT INTO subsidies_case (policy_version_id, sha, dimensions, steps, amount_fen, reason)"
        " VALUES (%s, %s, '{}', %s, 0, %s) ON CONFLICT (policy_version_id, sha) DO NOTHING",
        [law.version.pk, sha, steps, GONE],
    )
    return _stored(law, [sha])[sha][0]
