"""Credit codes, identity numbers, telephones and masks: worked examples of the standards, and every kind of slip."""

from datetime import date

import pytest

from portal.identifiers import (
    Authority,
    IdType,
    check_authority,
    credit_code_check,
    mask_account,
    mask_identity,
    mask_name,
    mask_phone,
    organisation_check,
    parse_credit_code,
    parse_identity,
    parse_mobile,
    parse_phone,
    parse_resident_id,
    resident_check,
)
from portal.wording import Fault

ON = date(2025, 7, 10)


@pytest.mark.parametrize(
    ("code", "authority"),
    [
        ("91350100M000100Y43", Authority.MARKET),  # the standard's own example
        ("91440300708461136T", Authority.MARKET),
        ("914403001922038216", Authority.MARKET),
        ("11331004MB16456368", Authority.ORGN),
        ("12440104MB2C00013X", Authority.ORGN),
        ("52440104MJL001238W", Authority.CIVIL),
        ("91440104MA5ABC120D", Authority.MARKET),
        ("92440104MA5XYA885D", Authority.MARKET),
        ("91440104MA5A0003XN", Authority.MARKET),  # organisation check ten → X
        ("91440104MA5A000802", Authority.MARKET),  # organisation check eleven → 0
    ],
)
def test_credit_codes_that_are_right(code, authority):
    parsed = parse_credit_code(f" {code.lower()[:9]} {code[9:]} ")
    assert (parsed.code, parsed.authority, parsed.area_code) == (code, authority, code[2:8])


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "USCC_LENGTH"),
        ("91350100M000100Y4", "USCC_LENGTH"),
        ("91350100M000100Y4I", "USCC_CHARACTER"),
        ("9135O100M000100Y43", "USCC_CHARACTER"),
        ("9135A100M000100Y43", "USCC_AREA"),
        ("91350100M000100Y44", "USCC_CHECK"),
        ("91350100M000100Y34", "USCC_CHECK"),
        ("91440104MA5A0003X0", "USCC_CHECK"),
    ],
)
def test_credit_codes_with_a_slip(code, fault):
    with pytest.raises(Fault) as raised:
        parse_credit_code(code)
    assert raised.value.code == fault


def test_a_right_last_character_does_not_save_a_wrong_organisation_code():
    first_17 = "91440104MA5ABC12" + "1"  # 0 would be right
    assert organisation_check(first_17[8:16]) == "0"
    with pytest.raises(Fault) as raised:
        parse_credit_code(first_17 + credit_code_check(first_17))
    assert raised.value.code == "USCC_CHECK"


def test_the_code_must_come_from_the_authority_named():
    code = parse_credit_code("52440104MJL001238W")
    check_authority(code, Authority.CIVIL)
    with pytest.raises(Fault) as raised:
        check_authority(code, "MARKET")
    assert (raised.value.code, raised.value.params["prefix"]) == ("USCC_AUTHORITY", "52")


def test_resident_numbers_that_are_right():
    woman = parse_resident_id("11010519491231002x", on=ON)
    assert (woman.number, woman.birth_date, woman.female) == ("11010519491231002X", date(1949, 12, 31), True)
    assert parse_resident_id("440524188001010014", on=ON).birth_date == date(1880, 1, 1)
    assert parse_resident_id("４４０１０４２０２４０２２９００１１", on=ON).birth_date == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("44010420240229001", "ID_LENGTH"),
        ("44010420240229001A", "ID_CHARACTER"),
        ("110105194912310021", "ID_CHECK"),
        ("440104202302290014", "ID_DATE"),  # its check character is right, the day is not
        ("810000199408230021", "ID_KIND"),
    ],
)
def test_resident_numbers_with_a_slip(number, fault):
    with pytest.raises(Fault) as raised:
        parse_resident_id(number, on=ON)
    assert raised.value.code == fault


def test_a_number_of_somebody_not_born_yet():
    tomorrow = "44010420250711001"
    number = tomorrow + resident_check(tomorrow)
    assert parse_resident_id(number, on=date(2025, 7, 11)).birth_date == date(2025, 7, 11)
    with pytest.raises(Fault) as raised:
        parse_resident_id(number, on=ON)
    assert raised.value.code == "ID_FUTURE"


def _with_check(first_17):
    return first_17 + resident_check(first_17)


@pytest.mark.parametrize(
    ("id_type", "number", "birth_date"),
    [
        (IdType.HMT_RESIDENCE, _with_check("81000019940823002"), date(1994, 8, 23)),
        (IdType.FOREIGN_RESIDENCE, _with_check("91156019900101001"), date(1990, 1, 1)),
        (IdType.FOREIGN_RESIDENCE, "USA110085010101", None),
        (IdType.HK_MACAO_PERMIT, "H12345678", None),
        (IdType.HK_MACAO_PERMIT, "M1234567801", None),
        (IdType.TAIWAN_PERMIT, "12345678", None),
        (IdType.BIRTH_CERTIFICATE, "P440123456", None),
        (IdType.PASSPORT, "E12345678", None),
        (IdType.DEMO, "DEMO-000001", None),
    ],
)
def test_papers_of_those_without_a_resident_number(id_type, number, birth_date):
    identity = parse_identity(id_type, number.lower(), on=ON)
    assert (identity.id_type, identity.number, identity.birth_date) == (id_type, number, birth_date)


@pytest.mark.parametrize(
    ("id_type", "number", "fault"),
    [
        (IdType.HMT_RESIDENCE, "11010519491231002X", "ID_KIND"),
        (IdType.FOREIGN_RESIDENCE, "11010519491231002X", "ID_KIND"),
        (IdType.FOREIGN_RESIDENCE, "US110085010101", "ID_FORMAT"),
        (IdType.HK_MACAO_PERMIT, "T12345678", "ID_FORMAT"),
        (IdType.TAIWAN_PERMIT, "1234567", "ID_FORMAT"),
        (IdType.BIRTH_CERTIFICATE, "44012345678", "ID_FORMAT"),
        (IdType.PASSPORT, "PASSPORT", "ID_FORMAT"),
        (IdType.DEMO, "000001", "ID_FORMAT"),
    ],
)
def test_papers_written_another_way(id_type, number, fault):
    with pytest.raises(Fault) as raised:
        parse_identity(id_type, number, on=ON)
    assert raised.value.code == fault


def test_telephones():
    assert parse_mobile("+86 138-0000-1234") == "13800001234"
    assert parse_phone("（020）12345678-123") == "020-12345678-123"
    assert parse_phone("0755-1234567") == "0755-1234567"
    assert parse_phone("400-800-1234") == "400-800-1234"
    assert parse_phone("12345") == "12345"
    assert parse_phone("138 0000 1234") == "13800001234"


@pytest.mark.parametrize("number", ["12800001234", "1380000123", "138000012345", "020-12345678", "", "１３８"])
def test_what_is_no_mobile(number):
    with pytest.raises(Fault) as raised:
        parse_mobile(number)
    assert raised.value.code == "MOBILE_FORMAT"


@pytest.mark.parametrize("number", ["12345678", "020-123456", "110", "99999", "400-80-1234"])
def test_what_is_no_telephone(number):
    with pytest.raises(Fault) as raised:
        parse_phone(number)
    assert raised.value.code == "PHONE_FORMAT"


def test_masks_hide_what_matters_and_never_show_a_short_text():
    assert mask_identity("440104202402290014") == "4401************14"
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("020-12345678") == "020*******78"
    assert mask_name("欧阳小明") == "欧***"
    assert mask_account("6222021234567890123") == "***************0123"
    assert mask_identity("A1234") == "*****"
    assert mask_name("张") == "*"
