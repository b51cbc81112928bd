"""What peers, journals and files say is known to the window in both languages, and hostile texts cost nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms import session
from console.views import i18n
from console.views.reasons import GROUP, said
from tests.views.spoken import VALUE, said_in, sentences

LOGGED = ("; everything up to position {} is here{}.", "unenrolled key")
"""For the log alone, and a code; the window words them by itself."""


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.use_language("zh_CN")
    yield
    i18n.use_language("en")


def test_every_sentence_has_its_chinese() -> None:
    forms = [_form(template) for template in i18n.catalogue("zh_CN").words[GROUP]]
    assert sorted(form for form in set(forms) if forms.count(form) > 1) == []
    known = set(forms)
    assert [f"{where}: {text}" for text, where in sentences().items() if _form(text) not in known and not text.endswith(LOGGED)] == []


def _form(template: str) -> str:
    """Values next to each other are one: where the one ends nobody can tell."""
    return re.sub(r"(\{\})+", "{}", VALUE.sub("{}", template))


def test_values_agree_in_both_languages() -> None:
    for code in ("zh_CN", "en"):
        for template, shown in i18n.catalogue(code).words[GROUP].items():
            assert set(re.findall(r"\{\w+\}", template)) == set(re.findall(r"\{\w+\}", shown)), template


def test_sentences_are_found_in_the_sources() -> None:
    source = (
        "STOPPED = 'it was stopped'\n"
        "def f(n):\n"
        "    stand('clock', f\"its clock is {n} s {'ahead' if n else 'behind'} of us\")\n"
        "    bye('x', STOPPED)\n"
        "    raise SomeFault(f'{n!r} is held by {n or \"a process\"}.')\n"
        "    log('not this one, nobody hears it')\n"
    )
    assert {text for _, text in said_in(source)} == {
        "its clock is {} s ahead of us",
        "its clock is {} s behind of us",
        "it was stopped",
        "{} is held by {}.",
        "{} is held by a process.",
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ""),
        ("said by another program", "said by another program"),
        (f"nothing was heard for {session.GONE_MS // 1000} s", "30 秒未收到任何内容"),
        ("its clock is 95 s behind this machine's: set the one that is wrong", "对端时钟比本机慢 95 秒：请校正有误的一方"),
        ("not written: telemetry carries no seal.", "未写入：遥测不带签封。"),
        (
            "精河县 at tcp://10.0.0.1:7650 cannot be reached: nobody answers there. The token is unused; check the network and try again.",
            "无法连通精河县（tcp://10.0.0.1:7650）：该地址无应答。令牌尚未使用；请检查网络后重试。",
        ),
        (
            "there is no peer in /d. Start one first: `fengsui node --data /d --listen ... --area ...`.",
            "/d 中没有节点。请先启动：`fengsui node --data /d --listen ... --area ...`。",
        ),
        ("it was stopped\nunknown line\nan empty frame", "对端已停止运行\nunknown line\n空报文"),
        ("no peer '{path}' in {peer}. `fengsui peers` lists them.", "{peer} 中没有对端 '{path}'。`fengsui peers` 可列出。"),
    ],
)
def test_said_in_chinese(chinese: None, text: str, wanted: str) -> None:
    assert said(text) == wanted


@given(st.sampled_from(sorted(i18n.catalogue("zh_CN").words[GROUP])), st.lists(st.integers(0, 1 << 40), min_size=9, max_size=9))
def test_values_come_through_as_they_are(template: str, numbers: list[int]) -> None:
    """Whatever was put in is in what is shown, and nothing of the English words is left."""
    values = {name: f"<{number}>" for name, number in zip(sorted(set(re.findall(r"\{(\w+)\}", template))), numbers, strict=False)}
    i18n.use_language("zh_CN")
    shown = said(template.format(**values))
    assert all(value in shown for value in values.values())
    assert any("一" <= letter <= "鿿" for letter in re.sub(r"<\d+>", "", shown)) or template == "fengsui: {why}"


def test_said_in_english_as_a_sentence() -> None:
    assert said("it was stopped") == "It was stopped"
    assert said("精河县 does not know this token. Ask for a new one.") == "精河县 does not know this token. Ask for a new one."


@pytest.mark.parametrize(
    "text",
    [
        " at " * 250,
        "not written: " * 70,
        "x refused: " * 90,
        " or " * 250,
        ", ".join(["is damaged ("] * 70),
        " was revoked on " * 60 + ". Ask for a new token",
        "{peer}" * 150,
        "\n" * 1000,
    ],
)
def test_a_text_made_to_be_slow_is_not(chinese: None, text: str) -> None:
    """A reason over a link has 1,000 characters at most (`console.comms.wire`); the window must not stall on it."""
    said("warm")
    began = time.process_time()
    said(text[:1000])
    assert time.process_time() - began < 0.2
