"""One way of writing a value, its hash, and the short code that people type."""

import hashlib
from datetime import date
from fractions import Fraction

import pytest

from portal.canonical import ALPHABET, canonical, chained, digest, digest_rows, parse_short_code, short_code
from portal.wording import Fault


def test_keys_are_sorted_by_code_point_and_text_stays_as_it_is():
    value = {"托位": [1, None, True], "b": Fraction(1, 2), "B": date(2025, 7, 10), "a": {"z": 1, "y": 2}}
    assert canonical(value) == '{"B":"2025-07-10","a":{"y":2,"z":1},"b":"1/2","托位":[1,null,true]}'


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, {1: "a"}, b"a", {"a": {1, 2}}, object()])
def test_what_can_be_written_in_two_ways_is_refused(value):
    with pytest.raises(TypeError):
        canonical(value)


def test_hashes_are_what_anybody_can_recompute():
    assert digest({"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()
    assert digest_rows([{"a": 1}, [2]]) == hashlib.sha256(b'{"a":1}\n[2]\n').hexdigest()
    assert digest_rows([{"a": 1}, [2]]) != digest_rows([[2], {"a": 1}])
    assert chained("", "ab") == hashlib.sha256(b"\nab").hexdigest()


def test_a_short_code_is_read_in_the_ways_people_write_it():
    code = short_code(digest({"places": 108_800}))
    assert len(code) == 14
    assert parse_short_code(code) == code
    assert parse_short_code(f" {code.lower().replace('-', ' ')} ") == code
    assert parse_short_code(code.replace("0", "O").replace("1", "l")) == code


def test_every_single_slip_of_the_pen_is_noticed():
    code = short_code(digest("x")).replace("-", "")
    for place in range(12):
        for other in ALPHABET.replace(code[place], ""):
            with pytest.raises(Fault) as fault:
                parse_short_code(code[:place] + other + code[place + 1 :])
            assert fault.value.code == "CODE_MISTYPED"


@pytest.mark.parametrize("text", ["", "7QF2", "7QF2-M9XK-03RTX", "7QF2-M9XK-03R!"])
def test_what_is_no_code_at_all(text):
    with pytest.raises(Fault) as fault:
        parse_short_code(text)
    assert fault.value.code == "CODE_FORMAT"
