"""What is dropped into a folder: tables of readings, lists of earthquakes."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from console.comms.gateways.live.folder import DropFolder, Take, Unusable, Waits
from console.comms.gateways.live.notebook import Notebook
from console.comms.gateways.live.scribe import MOST_READINGS, Author, Scribe
from console.comms.gateways.live.settings import FolderSource, QuakeSource, mapping_of
from console.comms.gateways.live.tally import Tally
from console.comms.gateways.quakes import Tremor, read_quakes
from console.comms.gateways.readings.table import Read, open_sheet, read_sheet
from console.comms.gateways.recording import Ledger
from console.comms.local.messages import Draft
from console.errors import Fault
from console.models.kinds import encode_body

QUAKES_AT_ONCE = 500


class ReadingFolder:
    """`run` blocks in the source's thread until `stop` is set."""

    def __init__(self, source: FolderSource, author: Author, tally: Tally, beside: Path, notes: Path) -> None:
        self._source, self._author, self._tally, self._beside, self._notes = source, author, tally, beside, notes

    def run(self, stop: threading.Event) -> None:
        source = self._source
        mapping = mapping_of(source.mapping, self._beside) if source.mapping else None
        scribe = Scribe(self._author, self._tally, self._notes, area=source.area, link="csv", most_sensors=source.most_sensors)
        notebook = Notebook(self._notes)
        latest = mapping

        def say_kept() -> None:
            if latest is not None:
                scribe.say_kept(latest)

        def take(path: Path) -> None:
            nonlocal latest
            ledger = Ledger()
            try:
                sheet = open_sheet(path, mapping)
            except Fault as fault:
                raise Unusable(str(fault)) from fault
            latest, used = sheet.mapping, 0
            for reads in _pieces(read_sheet(sheet, ledger)):
                used += len(reads)
                scribe.put((read.fact for read in reads), sheet.mapping)
            _tell(path, ledger, self._tally)
            if not used:
                first = f"{ledger.listed[0]}" if ledger.total else "no row has a value"
                raise Unusable(f"{path}: nothing in it can be used: {first}. Mend it, or name another mapping.")

        try:
            _watch(source, self._beside, take, self._tally, notebook, stop, say_kept)
        finally:
            scribe.close()
            notebook.close()


class QuakeFolder:
    """`run` blocks in the source's thread until `stop` is set. Of two words on one earthquake the one that its source changed later stands."""

    def __init__(self, source: QuakeSource, author: Author, tally: Tally, beside: Path, notes: Path) -> None:
        self._source, self._author, self._tally, self._beside, self._notes = source, author, tally, beside, notes

    def run(self, stop: threading.Event) -> None:
        source = self._source
        notebook = Notebook(self._notes)

        def take(path: Path) -> None:
            ledger = Ledger()
            read = 0
            try:
                tremors = read_quakes(path, ledger)
                for some in _some(tremors):
                    read += len(some)
                    self._put(some, notebook)
            except Fault as fault:
                if read:
                    raise
                raise Unusable(str(fault)) from fault
            _tell(path, ledger, self._tally)
            if not read:
                first = f"{ledger.listed[0]}" if ledger.total else "there is nothing in it"
                raise Unusable(f"{path}: no earthquake in it: {first}.")

        try:
            _watch(source, self._beside, take, self._tally, notebook, stop)
        finally:
            notebook.close()

    def _put(self, tremors: Sequence[Tremor], notebook: Notebook) -> None:
        news: dict[str, tuple[str, int, bytes]] = {}
        for tremor in tremors:
            if not self._source.bounds.holds(tremor.body) and tremor.body.status != "deleted":
                self._tally.refuse("outside", f"{tremor.key}: M{tremor.body.magnitude:g} at {tremor.body.lon:g}, {tremor.body.lat:g}")
                continue
            said, updated_ms = encode_body(tremor.body), tremor.updated_ms or 0
            held = notebook.tremor(tremor.key)
            if held is None and tremor.body.status == "deleted":
                continue  # nobody here ever heard of it
            if held is not None and (held[1] == said or updated_ms < held[0]):
                continue
            news[tremor.key] = (tremor.key, updated_ms, said)
        if news:
            area = self._source.area
            self._author.write([Draft(kind="quake.reported", subject=key, area=area, body=said) for key, _, said in news.values()])
            notebook.note_tremors(list(news.values()))
            self._tally.took(len(news))


def _tell(path: Path, ledger: Ledger, tally: Tally) -> None:
    """What of a file was not used, by reason, with file and line of the newest."""
    examples = {unused.reason: unused for unused in ledger.listed}
    for reason, count in ledger.reasons.items():
        tally.refuse(reason[:64], f"{path.name}: {examples.get(reason, reason)}", count)


def _pieces(reads: Iterator[Read]) -> Iterator[list[Read]]:
    while some := list(itertools.islice(reads, MOST_READINGS)):
        yield some


def _some(tremors: Iterator[Tremor]) -> Iterator[list[Tremor]]:
    while some := list(itertools.islice(tremors, QUAKES_AT_ONCE)):
        yield some


def _watch(
    source: FolderSource | QuakeSource,
    beside: Path,
    take: Take,
    tally: Tally,
    notebook: Notebook,
    stop: threading.Event,
    before: Callable[[], None] = lambda: None,
) -> None:
    """Take what is dropped into the folder of a source, until `stop` is set. `before`: each look."""
    waits = Waits(source.settle_s, source.unfinished_s, source.look_s)
    DropFolder(source.name, beside / source.folder, waits, take, tally, notebook, before=before).run(stop)
