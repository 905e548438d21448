"""Who registers which type of provider, and what its credit code begins with (登记机关).

托育机构登记和备案办法(试行) 国卫办人口发〔2019〕25号: 事业单位 with the public-institution registry,
社会服务机构 with civil affairs, for-profit ones with market regulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from portal.identifiers import Authority, CreditCode, check_authority, parse_credit_code
from portal.wording import N_, Fault

_NON_PROFIT, _COMPANY, _SOLE_TRADER, _INSTITUTION = "52", "91", "92", "12"

# Empty means any: an employer's own care may be a department without a legal person of its own.
PREFIXES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "CENTRE": frozenset({_INSTITUTION}),
        "PUBLIC": frozenset({_INSTITUTION}),
        "PUB_PRIV": frozenset({_NON_PROFIT, _COMPANY}),
        "COMMUNITY": frozenset({_NON_PROFIT, _COMPANY}),
        "KINDER": frozenset({_INSTITUTION, _NON_PROFIT, _COMPANY}),
        "EMPLOYER": frozenset(),
        "PRIVATE_NP": frozenset({_NON_PROFIT}),
        "PRIVATE_FP": frozenset({_COMPANY, _SOLE_TRADER}),
        "FAMILY": frozenset({_COMPANY, _SOLE_TRADER}),
    }
)
_AUTHORITY = {
    _INSTITUTION: Authority.ORGN,
    _NON_PROFIT: Authority.CIVIL,
    _COMPANY: Authority.MARKET,
    _SOLE_TRADER: Authority.MARKET,
}


def authorities_for(kind: str) -> frozenset[Authority]:
    """The authorities that register this type of provider."""
    if not PREFIXES[kind]:
        return frozenset({Authority.ORGN, Authority.CIVIL, Authority.MARKET})
    return frozenset(_AUTHORITY[prefix] for prefix in PREFIXES[kind])


def check_registration(kind: str, authority: str, credit_code: str) -> CreditCode:
    """The tidy credit code, if it is well formed and fits authority and type of provider. Raises Fault."""
    code = parse_credit_code(credit_code)
    check_authority(code, authority)
    if PREFIXES[kind] and code.prefix not in PREFIXES[kind]:
        message = N_("The credit code begins with %(prefix)s; for this type of provider it begins with %(expected)s.")
        expected = " / ".join(sorted(PREFIXES[kind]))
        raise Fault("USCC_KIND", message, expected=expected, prefix=code.prefix)
    return code
