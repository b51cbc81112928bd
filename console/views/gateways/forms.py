"""A source is added to this machine's gateway, or taken out of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from console.comms.gateways.live.book import AnySource
from console.comms.gateways.live.settings import FolderSource, MqttSource, QuakeSource
from console.comms.gateways.quakes import Bounds
from console.models.kinds.gateways import SOURCE_KINDS
from console.models.paths import resources_dir
from console.views.context import Context
from console.views.entry.form import Form, Start, TextLine
from console.views.entry.outcome import EntryFault
from console.views.entry.parse import required
from console.views.gateways.keeper import GatewayKeeper
from console.views.i18n import tr, word

MQTT_PORT, MQTT_TLS_PORT = 1883, 8883
MAPPING = "mqtt_station"


class AddForm(Form):
    """Of the kinds of source one at a time; only its fields are shown."""

    def __init__(self, context: Context, keeper: GatewayKeeper) -> None:
        super().__init__(context, tr("Add the source"))
        self._keeper = keeper
        self.kind, self.mapping = QComboBox(), QComboBox()
        for kind in SOURCE_KINDS:
            self.kind.addItem(word("source_kind", kind), kind)
        self.name = TextLine(self, tr("county-water: letters, digits, . _ -"))
        self.host, self.topics = TextLine(self, tr("10.0.0.5 or 10.0.0.5:8883")), TextLine(self, tr("as the mapping has them"))
        self.user, self.password = TextLine(self), QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.password.returnPressed.connect(self.submit)
        self.tls = QCheckBox(tr("Encrypted (TLS)"))
        self.folder, self.browse = TextLine(self), QPushButton(tr("Choose..."))
        self.magnitude = QDoubleSpinBox(minimum=-1, maximum=10, value=3.0, singleStep=0.5, decimals=1)
        self.magnitude.setPrefix("M ")
        self._rows: dict[str, tuple[QWidget, tuple[str, ...]]] = {}
        self._lay_out()
        self.kind.currentIndexChanged.connect(lambda _at: self._show_kind())
        self.browse.clicked.connect(lambda _checked: self._browse())
        self._show_kind()

    def source(self) -> AnySource:
        """Raises EntryFault."""
        name = required(self.name.text(), tr("Name"))
        try:
            return self._source(name)
        except (msgspec.ValidationError, ValueError) as error:
            raise EntryFault(tr("This cannot be used: {reason}", reason=error)) from error

    def prepare(self) -> Start:
        source, password = self.source(), self.password.text()
        return lambda done, failed: self._keeper.add(source, password, lambda: done([source.name]), failed)

    def clear(self) -> None:
        for line in (self.name, self.host, self.topics, self.user, self.password, self.folder):
            line.clear()

    def _source(self, name: str) -> AnySource:
        kind, mapping = str(self.kind.currentData()), str(self.mapping.currentData())
        if kind == "mqtt":
            host, port = _host(required(self.host.text(), tr("Broker")), MQTT_TLS_PORT if self.tls.isChecked() else MQTT_PORT)
            topics = [topic.strip() for topic in self.topics.text().split(",") if topic.strip()]
            told = {"host": host, "port": port, "mapping": mapping or MAPPING, "topics": topics}
            return msgspec.convert({"name": name, "user": self.user.text().strip(), "tls": self.tls.isChecked(), **told}, MqttSource)
        folder = Path(required(self.folder.text(), tr("Folder of files")))
        if not folder.is_absolute():
            raise EntryFault(tr("Give the whole path of the folder, or choose it."))
        if kind == "csv":
            return msgspec.convert({"name": name, "folder": str(folder), "mapping": mapping}, FolderSource)
        bounds = Bounds(magnitude=round(self.magnitude.value(), 1))
        return msgspec.structs.replace(msgspec.convert({"name": name, "folder": str(folder)}, QuakeSource), bounds=bounds)

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder of files"), self.folder.text())
        if chosen:
            self.folder.setText(chosen)

    def _show_kind(self) -> None:
        kind = str(self.kind.currentData())
        for field, kinds in self._rows.values():
            self._form.setRowVisible(field, kind in kinds)
        self.mapping.clear()
        if kind == "csv":
            self.mapping.addItem(tr("by each file's columns"), "")
        of_mqtt = kind == "mqtt"
        for path in sorted((resources_dir() / "mappings" / "readings").glob("*.toml")):
            if path.stem.startswith("mqtt") == of_mqtt:
                self.mapping.addItem(path.stem, path.stem)

    def _lay_out(self) -> None:
        place = QWidget()
        line = QHBoxLayout(place)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.folder, 1)
        line.addWidget(self.browse)
        place.setFocusProxy(self.folder)
        self._form = QFormLayout(self.fields)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.addRow(tr("Kind"), self.kind)
        self._form.addRow(tr("Name"), self.name)
        for text, field, kinds in (
            (tr("Broker"), self.host, ("mqtt",)),
            (tr("Folder of files"), place, ("csv", "quakes")),
            (tr("Mapping"), self.mapping, ("mqtt", "csv")),
            (tr("Topics"), self.topics, ("mqtt",)),
            (tr("User"), self.user, ("mqtt",)),
            (tr("Password"), self.password, ("mqtt",)),
            ("", self.tls, ("mqtt",)),
            (tr("From magnitude"), self.magnitude, ("quakes",)),
        ):
            self._form.addRow(text, field)
            self._rows[text or "tls"] = (field, kinds)


class RemoveForm(Form):
    """Stops the chosen source and takes it out of the settings. What it brought stays."""

    def __init__(self, context: Context, keeper: GatewayKeeper) -> None:
        super().__init__(context, tr("Stop and remove"))
        self._keeper = keeper
        self._name = ""
        self.show_source("", here=False)

    def show_source(self, name: str, *, here: bool) -> None:
        self._name = name
        self.set_about(name, name)
        missing = (
            tr("Choose a source in the list first.") if not name else tr("It is not of this machine: only its own gateway can stop it.")
        )
        self.set_missing("" if name and here else missing)

    def prepare(self) -> Start:
        name = self._name
        return lambda done, failed: self._keeper.remove(name, lambda: done([name]), failed)

    def clear(self) -> None:
        """Nothing was typed."""


def _host(text: str, port: int) -> tuple[str, int]:
    """Raises ValueError."""
    host, colon, told = text.strip().rpartition(":")
    if not colon or text.strip().endswith("]") or (text.count(":") > 1 and not text.strip().startswith("[")):
        host, told = text.strip(), ""
    return host.strip("[]"), int(told) if told else port
