"""Identifiers people type: credit codes, identity numbers, telephones. Each is checked, tidied and masked here.

Every `parse_…` takes text as typed (full-width characters, spaces and hyphens are forgiven), returns the tidy value
and raises Fault with a code and a message that names the fix. Nothing here looks anything up.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.wording import N_, Fault


def tidy(text: str) -> str:
    """Half-width capitals without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


# --- 统一社会信用代码 (GB 32100), with the organisation code inside it (GB 11714) ---------------------------------

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # 3^(i-1) mod 31
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class Authority(StrEnum):
    """Who registered a legal person: 机构编制部门, 民政部门, 市场监督管理部门, or another."""

    ORGN = "ORGN"
    CIVIL = "CIVIL"
    MARKET = "MARKET"
    OTHER = "OTHER"


_AUTHORITY_OF_FIRST = {"1": Authority.ORGN, "5": Authority.CIVIL, "9": Authority.MARKET}


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A valid unified social credit code and what its digits say."""

    code: str

    @property
    def prefix(self) -> str:
        """Authority and kind: 11 机关, 12 事业单位, 51 社团, 52 民办非企业, 91 企业, 92 个体, 93 合作社."""
        return self.code[:2]

    @property
    def authority(self) -> Authority:
        return _AUTHORITY_OF_FIRST.get(self.code[0], Authority.OTHER)

    @property
    def area_code(self) -> str:
        """County of registration, six digits; not always where it works."""
        return self.code[2:8]


def parse_credit_code(text: str) -> CreditCode:
    """Length, characters, the organisation check (17th) and the code's own check (18th). Raises Fault."""
    code = tidy(text).replace("-", "")
    if len(code) != 18:
        message = N_("A unified social credit code has 18 characters; this one has %(length)s.")
        raise Fault("USCC_LENGTH", message, length=len(code))
    if wrong := [character for character in code if character not in USCC_ALPHABET]:
        message = N_(
            '"%(character)s" never occurs in a unified social credit code (the letters I, O, S, V, Z are not used).'
        )
        raise Fault("USCC_CHARACTER", message, character=wrong[0])
    if not code[2:8].isdigit():
        message = N_("Characters 3 to 8 of a unified social credit code are the six digits of the area.")
        raise Fault("USCC_AREA", message)
    if code[17] != credit_code_check(code[:17]) or code[16] != organisation_check(code[8:16]):
        message = N_(
            "This unified social credit code contains a typing error: its check character does not fit. "
            "Compare it with the certificate."
        )
        raise Fault("USCC_CHECK", message)
    return CreditCode(code)


def check_authority(code: CreditCode, authority: Authority | str) -> None:
    """Raise Fault if the code was not given by the authority that the form names."""
    if code.authority != authority:
        message = N_(
            "The credit code begins with %(prefix)s, which the chosen registration authority does not give. "
            "Choose the authority that issued the certificate."
        )
        raise Fault("USCC_AUTHORITY", message, prefix=code.prefix)


def credit_code_check(first_17: str) -> str:
    """The 18th character."""
    total = sum(USCC_ALPHABET.index(c) * weight for c, weight in zip(first_17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def organisation_check(first_8: str) -> str:
    """The organisation code's own check character; letters count from A = 10, ten is X, eleven is 0."""
    total = sum(int(c, 36) * weight for c, weight in zip(first_8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


# --- 公民身份号码 (GB 11643) and the papers of those who have none ------------------------------------------------

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class IdType(StrEnum):
    """What paper a person shows. DEMO numbers are invented and refused in production by whoever stores them."""

    RESIDENT = "RESIDENT"  # 居民身份证
    HMT_RESIDENCE = "HMT_RESIDENCE"  # 港澳台居民居住证
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT"  # 港澳居民来往内地通行证
    TAIWAN_PERMIT = "TAIWAN_PERMIT"  # 台湾居民来往大陆通行证
    FOREIGN_RESIDENCE = "FOREIGN_RESIDENCE"  # 外国人永久居留身份证
    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE"  # 出生医学证明
    PASSPORT = "PASSPORT"  # 护照
    DEMO = "DEMO"  # 演示证件


_HMT_PREFIXES = ("810000", "820000", "830000")
_PATTERNS = {
    IdType.HK_MACAO_PERMIT: r"[HM]\d{8}(?:\d{2})?",
    IdType.TAIWAN_PERMIT: r"\d{8}(?:\d{2})?",
    IdType.BIRTH_CERTIFICATE: r"[A-Z]\d{9}",
    IdType.PASSPORT: r"(?=.*\d)[A-Z0-9]{6,12}",
    IdType.DEMO: r"DEMO-?\d{4,12}",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that is written correctly; birth date and sex where the number itself tells them."""

    id_type: IdType
    number: str
    birth_date: date | None = None
    female: bool | None = None


def parse_identity(id_type: IdType | str, text: str, *, on: date) -> Identity:
    """The identity as that paper writes it, judged on the day `on`. Raises Fault."""
    id_type, number = IdType(id_type), tidy(text)
    match id_type:
        case IdType.RESIDENT | IdType.HMT_RESIDENCE:
            return _eighteen_characters(id_type, number, on)
        case IdType.FOREIGN_RESIDENCE:
            if len(number) == 18:
                return _eighteen_characters(id_type, number, on)
            pattern = r"[A-Z]{3}\d{12}"  # cards issued before December 2023
        case _:
            pattern = _PATTERNS[id_type]
    if not re.fullmatch(pattern, number, re.ASCII):
        raise Fault("ID_FORMAT", N_("This number is not written the way this kind of document writes it."))
    return Identity(id_type, number)


def parse_resident_id(text: str, *, on: date) -> Identity:
    """A resident identity number: length, real birth date not after `on`, check character. Raises Fault."""
    return parse_identity(IdType.RESIDENT, text, on=on)


def resident_check(first_17: str) -> str:
    """The 18th character (ISO 7064 MOD 11-2)."""
    total = sum(int(c) * weight for c, weight in zip(first_17, _RESIDENT_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def _eighteen_characters(id_type: IdType, number: str, on: date) -> Identity:
    if len(number) != 18:
        raise Fault(
            "ID_LENGTH", N_("An identity number has 18 characters; this one has %(length)s."), length=len(number)
        )
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        raise Fault("ID_CHARACTER", N_("An identity number has 17 digits and then a digit or the letter X."))
    if not _begins_rightly(id_type, number):
        raise Fault("ID_KIND", N_("This number belongs to another kind of document. Choose that kind."))
    try:
        birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        message = N_("The identity number contains the birth date %(date)s, which does not exist.")
        raise Fault("ID_DATE", message, date=f"{number[6:10]}-{number[10:12]}-{number[12:14]}") from None
    if number[17] != resident_check(number[:17]):
        message = N_(
            "The identity number contains a typing error: its last character does not fit. "
            "Compare it with the document."
        )
        raise Fault("ID_CHECK", message)
    if birth_date > on:
        raise Fault("ID_FUTURE", N_("The identity number contains a birth date that has not come yet."))
    return Identity(id_type, number, birth_date, female=int(number[16]) % 2 == 0)


def _begins_rightly(id_type: IdType, number: str) -> bool:
    match id_type:
        case IdType.HMT_RESIDENCE:
            return number.startswith(_HMT_PREFIXES)
        case IdType.FOREIGN_RESIDENCE:
            return number.startswith("9")
    return not number.startswith((*_HMT_PREFIXES, "9", "0"))


# --- Telephones -------------------------------------------------------------------------------------------------

_MOBILE = r"1[3-9]\d{9}"
_LANDLINE = r"0\d{2,3}-?\d{7,8}(?:-\d{1,6})?"
_HOTLINE = r"400-?\d{3}-?\d{4}|12\d{3}"


def parse_mobile(text: str) -> str:
    """Eleven digits, with +86 and separators removed; for a person who gets messages. Raises Fault."""
    number = _without_country(text).replace("-", "")
    if not re.fullmatch(_MOBILE, number, re.ASCII):
        raise Fault("MOBILE_FORMAT", N_("A mobile number has 11 digits and begins with 13 to 19, like 13800001234."))
    return number


def parse_phone(text: str) -> str:
    """A mobile, a landline with area code (020-12345678-123), or a 400 or 12xxx hotline; for a public profile."""
    number = _without_country(text)
    if re.fullmatch(_MOBILE, number.replace("-", ""), re.ASCII):
        return number.replace("-", "")
    if not re.fullmatch(f"{_LANDLINE}|{_HOTLINE}", number, re.ASCII):
        message = N_("Enter a mobile number, a landline with its area code like 020-12345678, or a hotline like 12345.")
        raise Fault("PHONE_FORMAT", message)
    return number


def _without_country(text: str) -> str:
    return re.sub(r"^(?:\+86|0086)-?", "", tidy(text).replace("(", "").replace(")", "-").replace("—", "-"))


# --- Masks: what may stand on a page where the whole may not -----------------------------------------------------


def mask(text: str, head: int, tail: int) -> str:
    """Stars but for the first and last characters; a text too short to hide anything becomes stars altogether."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def mask_identity(number: str) -> str:
    """4401************14."""
    return mask(number, 4, 2)


def mask_phone(number: str) -> str:
    """138****1234; landlines and hotlines keep three and two."""
    return mask(number, 3, 4 if re.fullmatch(_MOBILE, number) else 2)


def mask_name(name: str) -> str:
    """张**: the family name's first character stays."""
    return mask(name, 1, 0)


def mask_account(number: str) -> str:
    """Bank account: the last four digits stay."""
    return mask(number, 0, 4)
