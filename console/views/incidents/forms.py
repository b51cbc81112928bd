"""What an operator writes about an incident: log entry, losses, grading, closing, a new incident."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from console.comms.local.messages import Draft
from console.views.context import Context
from console.views.entry.areas import area_about
from console.views.entry.form import TextEntry, TextLine, WriteForm
from console.views.entry.outcome import EntryFault
from console.views.entry.place import PlaceEntry
from console.views.i18n import tr, word
from console.views.incidents import drafts
from console.views.incidents.conflicts import field_text, value_text
from console.views.incidents.presenter import LOSSES, IncidentRow, loss_label
from console.views.tables.marks import LEVEL_MARKS
from console.views.tables.paint import is_night, mark_icon

CATEGORIES = ("natural", "accident", "health", "security")
HAZARDS = (
    *("", "landslide", "debris_flow", "flash_flood", "flood", "rainstorm", "snowstorm", "avalanche", "earthquake", "gale", "sandstorm"),
    *("forest_fire", "fire", "gas", "chemical", "traffic", "mine", "building", "water", "epidemic", "medical", "other"),
)


class LevelChoice(QComboBox):
    """Levels 0 to 4 by word and mark; the data of each item is the level."""

    def __init__(self, group: str) -> None:
        super().__init__()
        for level in range(5):
            self.addItem(word(group, str(level)), level)
        self._mark_items()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._mark_items()

    def _mark_items(self) -> None:
        for level in range(self.count()):
            self.setItemIcon(level, mark_icon(LEVEL_MARKS[level], is_night(self.palette()), self.devicePixelRatioF()))


def code_choice(group: str, codes: tuple[str, ...]) -> QComboBox:
    choice = QComboBox()
    for code in codes:
        choice.addItem(word(group, code) if code else "–", code)
    return choice


class IncidentForm(WriteForm):
    """A form about the incident shown; disabled, with the reason, while there is none or it is closed."""

    def __init__(self, context: Context, send_text: str, *, when_closed: bool = False) -> None:
        self.row: IncidentRow | None = None
        self._when_closed = when_closed
        super().__init__(context, send_text)
        self.show_incident(None)

    def show_incident(self, row: IncidentRow | None) -> None:
        self.row = row
        self.set_about("" if row is None else row.id, "" if row is None else row.title)
        if row is None:
            self.set_missing(tr("Choose an incident in the list first."))
        else:
            closed = "" if row.open or self._when_closed else tr("This incident is closed.")
            self.set_missing(tr("This incident was withdrawn: restore it first.") if row.withdrawn else closed)

    def incident(self) -> IncidentRow:
        if self.row is None:
            raise EntryFault(tr("Choose an incident in the list first."))
        return self.row

    def about(self) -> drafts.About:
        row = self.incident()
        return drafts.About(row.id, area_about(row.area, self.own_area))


class LogForm(IncidentForm):
    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Enter in log"), when_closed=True)
        self.text = TextEntry(self, 2, tr("What happened, what was decided, who said it. Ctrl+Enter sends."))
        self.text.setAccessibleName(tr("Log entry"))
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)

    def drafts(self) -> list[Draft]:
        return [drafts.log_entry(self.about(), self.text.toPlainText(), self.context.author())]

    def clear(self) -> None:
        self.text.clear()


class LossForm(IncidentForm):
    """Figures so far; an empty field is not touched, 0 says none. What stands is shown as the hint of each field."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Report losses"), when_closed=True)
        self.counts = {name: TextLine(self) for name in LOSSES}
        self.text = TextLine(self, tr("Remark: source, what is not yet verified"))
        layout = QGridLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        for at, (name, field) in enumerate(self.counts.items()):
            label = QLabel(loss_label(name))
            label.setBuddy(field)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            layout.addWidget(label, at // 2, at % 2 * 2)
            layout.addWidget(field, at // 2, at % 2 * 2 + 1)
        layout.addWidget(self.text, len(LOSSES) // 2 + 1, 0, 1, 4)

    def show_incident(self, row: IncidentRow | None) -> None:
        super().show_incident(row)
        if row is not None:
            for name, value in zip(LOSSES, row.losses, strict=True):
                self.counts[name].setPlaceholderText("–" if value is None else f"{value:,}")

    def drafts(self) -> list[Draft]:
        typed = {name: field.text() for name, field in self.counts.items()}
        return [drafts.loss_report(self.about(), typed, self.text.text(), self.context.author())]

    def clear(self) -> None:
        for field in (*self.counts.values(), self.text):
            field.clear()


class GradeForm(IncidentForm):
    """The level of the incident and of the response: two things, each said only when it is changed."""

    def __init__(self, context: Context) -> None:
        self._boxes: dict[str, LevelChoice] = {}
        self._bases: dict[str, int | None] = {}
        super().__init__(context, tr("Change level"))
        self.level, self.response = LevelChoice("level"), LevelChoice("response_level")
        self._boxes = {"level": self.level, "response_level": self.response}
        self.note = TextLine(self, tr("By whose decision, on what ground"))
        self.meanwhile = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.meanwhile.setProperty("tone", "bad")
        self.meanwhile.hide()
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(self.meanwhile)
        layout.addRow(tr("Level"), self.level)
        layout.addRow(tr("Response"), self.response)
        layout.addRow(tr("Note"), self.note)

    def show_incident(self, row: IncidentRow | None) -> None:
        """The choices follow what stands, unless the operator has already chosen something else for this same incident. What was known
        when a choice began to differ is its base: what somebody else wrote meanwhile is then shown as a conflict, not overwritten unseen."""
        before = self.row
        super().show_incident(row)
        if row is None:
            return
        same = before is not None and before.id == row.id
        told = [self._follow(field, box, row, before if same else None) for field, box in self._boxes.items()]
        self.meanwhile.setText("\n".join(words for words in told if words))
        self.meanwhile.setVisible(any(told))

    def _follow(self, field: str, box: LevelChoice, row: IncidentRow, before: IncidentRow | None) -> str:
        """Words where the choice is kept although something else was written meanwhile."""
        stands = getattr(row, field)
        if before is None or box.currentData() == getattr(before, field):
            box.setCurrentIndex(stands)
            self._bases[field] = row.known_hlc(field)
        elif self._bases.get(field) != row.known_hlc(field) and box.currentData() != stands:
            return tr("Meanwhile {field} was changed to {value}.", field=field_text(field), value=value_text(field, stands))
        return ""

    def drafts(self) -> list[Draft]:
        level, response = (drafts.Choice(box.currentData(), self._bases.get(field)) for field, box in self._boxes.items())
        return drafts.grading(self.about(), self.incident(), level, response, self.note.text(), self.context.author())

    def clear(self) -> None:
        self.note.clear()


class CloseForm(IncidentForm):
    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Close incident"))
        self.summary = TextEntry(self, 3, tr("How it ended, what remains to be done. Ctrl+Enter closes the incident."))
        self.summary.setAccessibleName(tr("Summary"))
        layout = QVBoxLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.summary)

    def drafts(self) -> list[Draft]:
        return [drafts.closing(self.about(), self.summary.toPlainText(), self.context.author())]

    def clear(self) -> None:
        self.summary.clear()


class NewForm(WriteForm):
    """A new incident: the least that lets people start, the rest follows."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, tr("Open incident"))
        self.title = TextLine(self, tr("What has happened, where"))
        self.category, self.hazard = code_choice("category", CATEGORIES), code_choice("hazard", HAZARDS)
        self.level = LevelChoice("level")
        self.place = TextLine(self, tr("Township, village, road"))
        self.position = PlaceEntry(self, context, "incidents.pick")
        self.exercise = QCheckBox(tr("This is an exercise"))
        self._lay_out()

    def drafts(self) -> list[Draft]:
        return [
            drafts.opening(
                title=self.title.text(),
                category=self.category.currentData(),
                hazard=self.hazard.currentData(),
                level=self.level.currentData(),
                place=self.place.text(),
                position=self.position.text(),
                exercise=self.exercise.isChecked(),
                author=self.context.author(),
                now_ms=self.context.time.now_ms(),
            )
        ]

    def clear(self) -> None:
        """The exercise mark stays: the next incident of an exercise belongs to it, and unmarking is a decision."""
        for field in (self.title, self.place, self.position):
            field.clear()
        for choice in (self.category, self.hazard, self.level):
            choice.setCurrentIndex(0)

    def _lay_out(self) -> None:
        layout = QFormLayout(self.fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow(tr("Title"), self.title)
        for choice in (self.category, self.hazard):  # two beside each other must fit a narrow panel
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(8)
        kind = QHBoxLayout()
        kind.addWidget(self.category, 1)
        kind.addWidget(self.hazard, 1)
        layout.addRow(tr("Kind"), kind)
        layout.addRow(tr("Level"), self.level)
        layout.addRow(tr("Place"), self.place)
        layout.addRow(tr("Position"), self.position)
        layout.addRow("", self.exercise)
