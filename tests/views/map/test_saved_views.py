"""Saved views: where the map looked and what it showed, under a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from console.views.map.layers import AREAS
from console.views.map.saved_views import MAX_VIEWS, SavedViews

pytestmark = [pytest.mark.leaves_processes, pytest.mark.qt_log_ignore("(?i)vulkan|GPU", extend=True)]


def views_of(panel: Any) -> SavedViews:
    return next(part for part in panel.parts if isinstance(part, SavedViews))


@pytest.mark.usefixtures("database")
def test_a_view_is_saved_gone_to_kept_between_starts_and_forgotten(qtbot: Any, make_panel: Callable[[], Any]) -> None:
    panel = make_panel()
    views = views_of(panel)
    qtbot.waitUntil(lambda: panel.centre is not None and panel.centre[2] == 8)
    views.keep(" 精河 ")
    panel.layers.show("roads", False)
    panel.layers.move("plots", -1)
    panel.go_to(80.0, 43.0, 6)
    qtbot.waitUntil(lambda: panel.centre == pytest.approx((80, 43, 6), abs=0.01))
    action = next(action for action in panel.actions_for_palette() if action.text().endswith("精河") and action.text().startswith("View"))
    action.trigger()
    qtbot.waitUntil(lambda: panel.centre == pytest.approx((82.5, 44.6, 8), abs=0.01))
    assert panel.layers.is_shown("roads")
    assert panel.presenter.view["areas"] == AREAS
    saved = panel.save_state()
    views.drop("精河")
    assert views.views == []
    panel.restore_state(saved)
    assert [view.name for view in views.views] == ["精河"]
    panel.restore_state(json.dumps({"views": [3, {"name": ""}, {"name": "x", "centre": [500, 1, 2]}, *json.loads(saved)["views"]]}))
    assert {view.name for view in views.views} == {"精河"}
    for count in range(MAX_VIEWS + 5):
        views.keep(f"view {count}")
    assert len(views.views) == MAX_VIEWS
    assert views.views[-1].name == f"view {MAX_VIEWS + 4}"
