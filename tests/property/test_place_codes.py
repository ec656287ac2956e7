import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkins.place_codes import (
    ALPHABET,
    FORGIVEN_STEPS,
    STEP_S,
    Freshness,
    check_sign,
    code_of,
    grouped,
    read_code,
    read_screen_mark,
    read_short_code,
    screen_mark,
    short_code_of,
    step_of,
)

SECRET = "a secret of the tests, long enough to sign"
codes = st.binary(min_size=10, max_size=10).map(code_of)
short_codes = st.binary(min_size=6, max_size=6).map(short_code_of)


@given(st.binary(min_size=10, max_size=10))
def test_a_code_keeps_every_random_bit(noise: bytes) -> None:
    code = code_of(noise)
    number = 0
    for sign in code:
        number = number * 32 + ALPHABET.index(sign)
    assert number.to_bytes(10) == noise
    assert len(code) * math.log2(len(ALPHABET)) >= 80


@given(short_codes)
def test_every_wrong_sign_of_a_short_code_is_noticed(code: str) -> None:
    for place, sign in enumerate(code):
        for other in ALPHABET.replace(sign, ""):
            assert read_short_code(code[:place] + other + code[place + 1 :]) is None


@given(short_codes)
def test_every_exchange_of_two_signs_is_noticed(code: str) -> None:
    for first, second in combinations(range(len(code)), 2):
        if code[first] == code[second]:
            continue
        signs = list(code)
        signs[first], signs[second] = signs[second], signs[first]
        assert read_short_code("".join(signs)) is None


def test_neighbours_are_among_the_exchanges_that_are_tried() -> None:
    assert set(pairwise(range(10))) <= set(combinations(range(10), 2))


def test_the_check_sign_by_a_table_of_the_field_made_another_way() -> None:
    # Powers of x modulo x^5 + x^2 + 1, by hand: 1 2 4 8 16 5 10 20 13 26 …
    powers = [1, 2, 4, 8, 16, 5, 10, 20, 13, 26]
    logarithm = {1: 0}
    value = 1
    for exponent in range(1, 31):
        value = value * 2 if value < 16 else (value * 2) ^ 37
        logarithm[value] = exponent
    antilogarithm = {exponent: value for value, exponent in logarithm.items()}
    assert [antilogarithm[one] for one in range(10)] == powers
    body = "7K3M9Q4TZ"
    total = 0
    for place, sign in enumerate(body):
        number = ALPHABET.index(sign)
        if number:
            total ^= antilogarithm[(logarithm[number] + logarithm[powers[9 - place]]) % 31]
    assert check_sign(body) == ALPHABET[total]


@given(codes)
def test_what_the_eye_confuses_is_understood(code: str) -> None:
    typed = grouped(code).lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert read_code(typed) == code
    assert read_code(code.replace("1", "I")) == code


@given(short_codes)
def test_a_short_code_is_understood_in_every_form(code: str) -> None:
    assert read_short_code(f" {grouped(code).lower().replace('0', 'O')} ") == code


@pytest.mark.parametrize("text", ["", "U" * 16, "0" * 15, "0" * 17, "Ế" * 16, "0" * 15 + "%"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert read_code(text) is None
    assert read_short_code(text) is None


@given(codes, st.integers(0, 4 * 10**9))
def test_a_screen_mark_is_fresh_for_minutes(code: str, now: int) -> None:
    mark = screen_mark(SECRET, code, step_of(now))
    assert read_screen_mark(SECRET, code, mark, epoch_s=now) is Freshness.FRESH
    last = (step_of(now) + FORGIVEN_STEPS + 1) * STEP_S - 1
    assert read_screen_mark(SECRET, code, mark, epoch_s=last) is Freshness.FRESH
    assert read_screen_mark(SECRET, code, mark, epoch_s=last + 1) is Freshness.STALE
    early = (step_of(now) - 1) * STEP_S - 1
    assert read_screen_mark(SECRET, code, mark, epoch_s=early) is Freshness.STALE


@given(codes, codes, st.integers(0, 4 * 10**9))
def test_a_mark_of_another_place_or_key_is_forged(code: str, other: str, now: int) -> None:
    mark = screen_mark(SECRET, code, step_of(now))
    if other != code:
        assert read_screen_mark(SECRET, other, mark, epoch_s=now) is Freshness.FORGED
    assert read_screen_mark(SECRET + "!", code, mark, epoch_s=now) is Freshness.FORGED


@pytest.mark.parametrize("mark", ["", ".", "zz.0", "1", "1.", "-1.0", "1." + "0" * 16, "é.é"])
def test_a_made_up_mark_is_forged(mark: str) -> None:
    code = code_of(bytes(10))
    assert read_screen_mark(SECRET, code, mark, epoch_s=200) is Freshness.FORGED


@pytest.mark.parametrize("make", [code_of, short_code_of])
def test_the_wrong_number_of_random_bytes_is_an_error(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match="random bytes"):
        make(b"123")
