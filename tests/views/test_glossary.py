"""One word for one thing in the Chinese window: an incident is 事件 and what a journal holds is 记录, a unit is 队伍, a journal 日志库."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.models.paths import resources_dir
from console.views import i18n

WORDS = [
    (r"\bjournals?\b", "日志(?!库)"),
    (r"(?<!{)\bunits?\b(?! of count)", "单位|单元"),
    (r"\bevents?\b", "(?<!突发)事件"),
    (r"\b(gauges?|sensors?)\b", "监测点"),
    (r"\bown peer\b", "对端|对等"),
    (r"\broads? (is |was )?(cut|closed?)\b", "道路不通|道路中断"),
    (r"\bsticks?\b", "存储介质|U盘"),
    (r"\bleads?\b", "领导|带头"),
]
"""English text in the code -> what its Chinese never says: that is the word for another thing, or a second word for the same."""
UNDER_WAY = ("Reading", "Sending", "Counting")


def chinese() -> dict[str, str]:
    """Texts, and sentences of peers and files."""
    held = i18n.catalogue(i18n.CHINESE)
    return {**held.text, **held.words.get("reason", {})}


@pytest.mark.parametrize(("english", "never"), WORDS, ids=[english for english, _ in WORDS])
def test_a_thing_has_one_word(english: str, never: str) -> None:
    concerned = {key: shown for key, shown in chinese().items() if re.search(english, key, re.IGNORECASE)}
    assert concerned, "the rule is about no text"
    both = re.compile(r"\bincidents?\b", re.IGNORECASE)
    assert {
        key: shown for key, shown in concerned.items() if re.search(never, shown) and not (never.endswith("事件") and both.search(key))
    } == {}


def test_an_event_is_called_alike_over_every_carrier() -> None:
    words = i18n.catalogue(i18n.CHINESE).words
    events, short = words["event_kind"], words["short_kind"]
    alike = {code: (events[kind], shown) for code, shown in short.items() if (kind := code.replace("_", ".", 1)) in events}
    assert {code: pair for code, pair in alike.items() if pair[0] != pair[1]} == {}
    assert len(alike) > 10


def test_only_what_is_under_way_ends_in_six_dots() -> None:
    """A button or an entry of a menu that asks for more ends in three."""
    assert [key for key, shown in chinese().items() if shown.endswith("……") and not key.startswith(UNDER_WAY)] == []


def test_the_map_speaks_as_the_panels_do() -> None:
    page = Path(resources_dir() / "map" / "text.js").read_text(encoding="utf-8")
    assert re.findall("监测点|道路不通|全部单位|个单位", page) == []
