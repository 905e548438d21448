"""The papers of a filing (备案材料): which are asked of whom, which are missing, which run out.

托育机构登记和备案办法(试行) art. 8, 托育机构管理规范(试行) art. 4; family points: 家庭托育点管理办法(试行).
Anything else a provider adds is welcome as OTHER and never required.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from portal.wording import N_


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of paper: its code, its name, whether it runs out, and where it is asked for."""

    code: str
    name: str  # msgid
    official: str  # as the form of the authority calls it
    clause: str
    runs_out: bool = False


_ARTICLE_8 = "托育机构登记和备案办法(试行) 第八条"
_FAMILY = "家庭托育点管理办法(试行)"

REGISTRATION = DocumentKind(
    "REGISTRATION", N_("Business licence or legal-person certificate"), "营业执照或其他法人登记证书", _ARTICLE_8
)
SITE = DocumentKind("SITE", N_("Proof of the premises"), "托育机构场地证明", _ARTICLE_8, runs_out=True)
STAFF = DocumentKind(
    "STAFF",
    N_("Staff qualifications and health certificates"),
    "工作人员专业资格证明及健康合格证明",
    _ARTICLE_8,
    runs_out=True,
)
HEALTH_REPORT = DocumentKind(
    "HEALTH_REPORT",
    N_("Health assessment report with the result “qualified”"),
    "评价为“合格”的《托幼机构卫生评价报告》",
    _ARTICLE_8,
)
FIRE = DocumentKind(
    "FIRE", N_("Proof of passing the fire safety inspection"), "消防安全检查合格证明", _ARTICLE_8, runs_out=True
)
FOOD = DocumentKind("FOOD", N_("Food business licence"), "食品经营许可证", _ARTICLE_8, runs_out=True)
KINDERGARTEN = DocumentKind(
    "KINDERGARTEN", N_("Kindergarten's school-running licence"), "办学许可证", "幼儿园托班登记", runs_out=True
)
RESIDENCE = DocumentKind("RESIDENCE", N_("Proof of residence"), "住所证明", _FAMILY, runs_out=True)
NEIGHBOURS = DocumentKind(
    "NEIGHBOURS", N_("Consent of the other owners of the building"), "本栋（单元）其他业主同意证明", _FAMILY
)
OTHER = DocumentKind("OTHER", N_("Other papers required by law"), "法律法规规定的其他相关材料", _ARTICLE_8)

KINDS: Mapping[str, DocumentKind] = {
    kind.code: kind
    for kind in (
        REGISTRATION, SITE, STAFF, HEALTH_REPORT, FIRE, FOOD, KINDERGARTEN, RESIDENCE, NEIGHBOURS, OTHER,
    )
}  # fmt: skip


def required(provider_kind: str, *, serves_meals: bool) -> tuple[DocumentKind, ...]:
    """What this type of provider hands in, in the order of the article."""
    if provider_kind == "FAMILY":
        return REGISTRATION, RESIDENCE, NEIGHBOURS, STAFF
    papers = [REGISTRATION, SITE, STAFF, HEALTH_REPORT, FIRE]
    if serves_meals:
        papers.append(FOOD)
    if provider_kind == "KINDER":
        papers.append(KINDERGARTEN)
    return tuple(papers)


def missing(provider_kind: str, present: Collection[str], *, serves_meals: bool) -> tuple[DocumentKind, ...]:
    """What is still to be handed in; all of it at once, as the law wants a correction to be asked for."""
    return tuple(kind for kind in required(provider_kind, serves_meals=serves_meals) if kind.code not in present)


@dataclass(frozen=True, slots=True)
class RunningOut:
    """A paper that has run out or soon will."""

    code: str
    last_day: date
    days_left: int  # negative once it has run out


def running_out(papers: Iterable[tuple[str, date | None]], on: date, *, within_days: int = 60) -> list[RunningOut]:
    """Papers (code, last valid day) that run out within so many days, or have, the most urgent first."""
    urgent = [
        RunningOut(code, last_day, (last_day - on).days)
        for code, last_day in papers
        if last_day is not None and last_day <= on + timedelta(days=within_days)
    ]
    return sorted(urgent, key=lambda paper: (paper.last_day, paper.code))
