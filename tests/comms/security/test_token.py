"""Tokens: survive being copied by people, and say what is wrong when they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.security.keys import CurvePair
from console.comms.security.token import PREFIX, Token, decode_token, encode_token
from console.errors import RefusedFault

TOKEN = Token(
    ["tcp://10.1.2.3:7650"], bytes(32), bytes([1]) * 32, "精河县", "unit", "652722", 1_790_000_000_000, CurvePair.generate().secret
)


def test_comes_back_however_it_was_copied() -> None:
    text = encode_token(TOKEN)
    assert text.isascii()
    assert len(text.splitlines()) == 1
    wrapped = "\n".join(text[at : at + 40] for at in range(0, len(text), 40))
    for copied in (text, text.lower(), f"  {text}\r\n", wrapped, text[:9] + "-" + text[9:]):
        assert decode_token(copied) == TOKEN


def test_a_mistyped_character_is_noticed_wherever_it_is() -> None:
    text = encode_token(TOKEN)
    for at in range(len(PREFIX), len(text)):
        other = "A" if text[at] != "A" else "B"
        with pytest.raises(RefusedFault, match=r"mistyped|not whole"):
            decode_token(text[:at] + other + text[at + 1 :])


@pytest.mark.parametrize("text", ["", "hello", PREFIX, PREFIX + "0189", PREFIX + "A" * 9000, encode_token(TOKEN)[:-8], "FS2." + "A" * 40])
def test_what_is_no_token_says_so(text: str) -> None:
    with pytest.raises(RefusedFault, match="token"):
        decode_token(text)


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    for tried in (text, PREFIX + text):
        try:
            decode_token(tried)
        except RefusedFault:
            continue
        raise AssertionError(tried)


def test_the_secret_is_not_in_its_representation() -> None:
    assert TOKEN.secret.hex() not in repr(TOKEN)
    assert str(TOKEN.secret) not in repr(TOKEN)
