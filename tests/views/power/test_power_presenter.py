"""How long is left is said when it is known, and never otherwise."""

from __future__ import annotations

import pytest

from console.comms.local.messages import Power
from console.views import i18n
from console.views.power import presenter


@pytest.mark.parametrize(
    ("power", "wanted"),
    [
        (Power(), ("", "")),
        (Power(saving=True, why="person"), ("saving power", "caution")),
        (Power(percent=100, plugged=True), ("Battery 100 %, on mains", "")),
        (Power(percent=20, plugged=True), ("Battery 20 %, on mains", "")),
        (Power(percent=62, left_s=5400, plugged=False), ("Battery 62 %, about 1 h 30 min left", "")),
        (Power(percent=62, plugged=False), ("Battery 62 %", "")),
        (Power(percent=62, left_s=5400), ("Battery 62 %, about 1 h 30 min left", "")),
        (Power(percent=9, left_s=300, plugged=False), ("Battery 9 %, about 5 min left", "caution")),
        (Power(percent=28, plugged=False, saving=True, simulated=True), ("Battery 28 % (SIMULATED) · saving power", "caution")),
    ],
)
def test_the_status_bar(power: Power, wanted: tuple[str, str]) -> None:
    assert presenter.status_text(power) == wanted


def test_in_chinese() -> None:
    i18n.use_language("zh_CN")
    assert presenter.status_text(Power(percent=62, left_s=5400, plugged=False))[0] == "电池 62 %，约可用 1 时 30 分"
    assert "每 2 秒" in presenter.saving_text()
