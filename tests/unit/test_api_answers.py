"""Answers: negotiation, entity tags, forms that come apart again."""

import gzip

import brotli
import pytest

from dashboard.api.answers import Answer, accepted_encoding
from dashboard.api.trust import share_letter

BODY = b'{"items": [' + b'{"code": "00001"},' * 100 + b"{}]}"


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("BR", "br"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("br; q=0, *;q=0.3", "gzip"),
        ("identity", "identity"),
        ("gzip;q=nonsense", "identity"),
    ],
)
def test_the_smallest_accepted_form_is_chosen(header: str, encoding: str) -> None:
    assert accepted_encoding(header) == encoding


def test_every_form_holds_the_same_and_has_its_own_tag() -> None:
    answer = Answer(BODY, cache_control="public")
    br, br_headers = answer.make("br")
    gz, gz_headers = answer.make("gzip")
    assert brotli.decompress(br) == gzip.decompress(gz) == answer.body == BODY
    tags = {dict(headers)[b"etag"] for headers in (br_headers, gz_headers)}
    assert len(tags) == 2
    assert dict(br_headers)[b"content-encoding"] == b"br"
    assert dict(br_headers)[b"content-length"] == str(len(br)).encode()
    assert dict(br_headers)[b"vary"] == b"accept-encoding"


def test_a_tag_of_any_form_is_known() -> None:
    answer = Answer(BODY, cache_control="public")
    tag = dict(answer.make("br")[1])[b"etag"].decode()
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        assert answer.is_known(known)
    assert not answer.is_known('"other"')
    assert not Answer(BODY + b" ", cache_control="public").is_known(tag)


def test_a_304_repeats_tag_and_cache_rule_without_a_body() -> None:
    answer = Answer(BODY, cache_control="public, max-age=60")
    response = answer.response(accept_encoding="", if_none_match="*")
    assert response.status_code == 304
    assert response.body == b""
    names = {name for name, _ in response.raw_headers}
    assert {b"etag", b"cache-control", b"vary"} <= names
    assert b"content-length" not in names


def test_short_bodies_are_not_compressed() -> None:
    _, headers = Answer(b"{}", cache_control="public").make("br")
    assert b"content-encoding" not in dict(headers)


@pytest.mark.parametrize(
    ("count", "graded", "letter"),
    [
        (0, 0, "-"),
        (0, 9, "A"),
        (9, 9, "y"),
        (1, 1_000_000, "B"),  # a few are never none
        (999_999, 1_000_000, "x"),  # and nearly all are never all
        (1, 2, "Z"),
        (26, 50, "a"),
    ],
)
def test_a_letter_never_rounds_a_share_to_none_or_all(count: int, graded: int, letter: str) -> None:
    assert share_letter(count, graded) == letter
