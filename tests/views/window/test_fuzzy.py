"""Fuzzy matching in both languages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.views.window.fuzzy import ranked, score


def test_letters_must_occur_in_order() -> None:
    assert score("opin", "Open incident") is not None
    assert score("nepo", "Open incident") is None


def test_starts_of_words_beat_scattered_letters() -> None:
    assert ranked("oi", [("Rotation list",), ("Open incident",)], 10)[0] == 1


def test_chinese_is_matched_by_character() -> None:
    items = [("恢复默认布局", "Reset layout"), ("夜间主题", "Night theme"), ("打开事件", "Open incident")]
    assert ranked("布局", items, 10) == [0]
    assert ranked("事件", items, 10) == [2]
    assert ranked("night", items, 10) == [1]


def test_an_exact_part_comes_first() -> None:
    assert ranked("units", [("Unite all tracks",), ("Show Units",)], 10)[0] == 1


@given(st.text(max_size=20), st.text(max_size=40))
def test_any_text_matches_itself_and_nothing_crashes(query: str, text: str) -> None:
    score(query, text)
    if text.strip():
        assert score(text, text) is not None
