"""The incident that something is entered for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox

from console.views.i18n import tr

LEAST_CHARS = 6


class IncidentBox(QComboBox):
    """None, or one of the open incidents; what is chosen stays chosen for as long as it is open."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Incident"))
        self.addItem(tr("for no incident"), "")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(LEAST_CHARS)

    def chosen(self) -> str:
        """Its id, "" for none."""
        return self.currentData() or ""

    def choose(self, incident: str) -> None:
        self.setCurrentIndex(max(0, self.findData(incident)))

    def offer(self, titles: Iterable[tuple[str, str]]) -> None:
        """(id, title) of those that are open."""
        wanted, chosen = list(titles), self.chosen()
        if wanted == [(self.itemData(at), self.itemText(at)) for at in range(1, self.count())]:
            return
        while self.count() > 1:
            self.removeItem(1)
        for incident, title in wanted:
            self.addItem(title, incident)
        self.choose(chosen)
