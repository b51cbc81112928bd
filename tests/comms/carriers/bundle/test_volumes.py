"""Volumes: their size, their order, one that is missing, and taking them again."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path

import pytest

from console.comms.carriers.bundle import making, taking, volume
from console.comms.carriers.bundle.faults import Cancelled, DamagedFault
from console.comms.carriers.bundle.orders import Make
from console.comms.carriers.bundle.progress import Progress
from console.comms.carriers.bundle.work import perform
from console.errors import Fault
from console.models import kinds
from console.models.journal import NewEvent
from tests.comms.carriers.bundle.people import Company, Person, company

__all__ = ["company"]
VOLUME_BYTES = 96 * 1024


@pytest.fixture(autouse=True)
def _small_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MIN_VOLUME_BYTES", VOLUME_BYTES)


def noise(node: Person, count: int, size: int) -> None:
    """Reports that do not deflate."""
    body = [kinds.encode_body(kinds.UnitReport(text=os.urandom(size // 2).hex())) for _ in range(count)]
    node.journal.author([NewEvent("652701", "unit.report", node.own(), each) for each in body])


@pytest.fixture
def three(company: Company, tmp_path: Path) -> tuple[Person, list[Path]]:
    """(receiver, three volumes for it)."""
    node, desk = company.node, company.person("desk", "console", "6527")
    noise(node, 600, 400)
    files = node.make("desk", tmp_path / "big.fsb", volume_bytes=VOLUME_BYTES)
    assert [file.name for file in files] == ["big.fsb", "big.2.fsb", "big.3.fsb"]
    return desk, files


def test_no_volume_is_larger_than_was_asked(three: tuple[Person, list[Path]]) -> None:
    _, files = three
    assert all(file.stat().st_size <= VOLUME_BYTES for file in files)
    assert all(file.stat().st_size > 0.9 * VOLUME_BYTES for file in files[:-1])


def test_together_in_any_order_they_are_taken_in_theirs(three: tuple[Person, list[Path]], company: Company) -> None:
    desk, files = three
    taken = desk.take(*reversed(files))
    assert (taken.waiting, taken.missing, taken.events["report"]) == (0, [], 600)
    assert desk.journal.digest() == company.node.journal.digest()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_by_one_in_any_order_twice_at_most_everything_is_there(
    three: tuple[Person, list[Path]], company: Company, order: tuple[int, ...]
) -> None:
    desk, files = three
    for _ in range(3):
        for index in order:
            desk.take(files[index])
    assert desk.journal.digest() == company.node.journal.digest()
    assert desk.take(*files).events == {}


def test_a_missing_volume_is_named_and_what_follows_it_waits(three: tuple[Person, list[Path]]) -> None:
    desk, files = three
    shown = desk.show(files[0], files[2])
    assert shown.missing == [2]
    assert (shown.volumes[0].waiting, shown.volumes[1].waiting) == (0, shown.volumes[1].new["report"])
    taken = desk.take(files[0], files[2])
    assert (taken.missing, taken.refusals) == ([2], 0)
    assert taken.waiting == shown.volumes[1].waiting
    assert desk.show(files[0], files[1]).missing == [3]
    assert desk.take(files[1]).events["report"] > 0
    assert desk.take(files[2]).waiting == 0


def test_one_damaged_volume_of_several_stops_them_all_before_the_first_event(three: tuple[Person, list[Path]]) -> None:
    desk, files = three
    content = bytearray(files[2].read_bytes())
    content[len(content) // 2] ^= 1
    files[2].write_bytes(content)
    with pytest.raises(DamagedFault, match=r"big\.3\.fsb: event 652701/report \d+ of node"):
        desk.take(*files)
    assert desk.journal.vector() == {}


def test_stopped_in_the_middle_it_goes_on_where_it_was(three: tuple[Person, list[Path]], company: Company) -> None:
    desk, files = three

    class Impatient(Progress):
        def step(self, amount: int) -> None:
            super().step(amount)
            if self.phase == "taking" and self.done > 250:
                self.halt()

    with pytest.raises(Cancelled):
        taking.take([str(file) for file in files], desk.desk, Impatient())
    held = sum(desk.journal.vector().values())
    assert 200 < held < 600
    taken = desk.take(*files)
    assert sum(taken.events.values()) + held == 601
    assert desk.journal.digest() == company.node.journal.digest()


def test_a_stick_that_fails_after_it_was_checked_is_told_and_what_was_taken_stays(three: tuple[Person, list[Path]]) -> None:
    desk, files = three

    class Failing(Progress):
        def begin(self, phase: str, whole: int) -> None:
            super().begin(phase, whole)
            if phase == "taking":
                content = files[1].read_bytes()
                files[1].write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))

    with pytest.raises(DamagedFault, match=r"big\.2\.fsb: event .* What was taken of it before is sound and kept"):
        taking.take([str(file) for file in files], desk.desk, Failing())
    assert 100 < sum(desk.journal.vector().values()) < 600


def test_what_is_held_already_is_not_read_again(three: tuple[Person, list[Path]], monkeypatch: pytest.MonkeyPatch) -> None:
    desk, files = three
    desk.take(*files)
    stored: list[int] = []
    monkeypatch.setattr(desk.desk, "store", lambda runs, via: stored.append(len(runs)))
    assert desk.take(*files).held == 601
    assert stored == []


@contextmanager
def full_later() -> Iterator[Callable[[int], None]]:
    """Once called, no file of this process grows beyond so many bytes: the system refuses the write, as on a full disk. It ends with the
    block, for the test runner's own output is a file too, perhaps."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield lambda most: resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(("volume_bytes", "most"), [(0, 200_000), (VOLUME_BYTES, 60_000), (VOLUME_BYTES, 2_000)])
def test_a_full_stick_leaves_no_file(company: Company, tmp_path: Path, volume_bytes: int, most: int) -> None:
    node = company.node
    company.person("desk", "console", "6527")
    noise(node, 600, 560)
    with full_later() as no_file_beyond:
        no_file_beyond(most)
        with pytest.raises(Fault, match=r"stick\.fsb cannot be written"):
            node.make("desk", tmp_path / "stick.fsb", volume_bytes=volume_bytes)
    assert not list(tmp_path.glob("stick*"))


def test_volumes_written_before_the_stick_was_full_go_too(company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = company.node
    company.person("desk", "console", "6527")
    noise(node, 600, 560)
    finish = volume.VolumeWriter.finish
    with full_later() as no_file_beyond:

        def finish_and_fill(self: volume.VolumeWriter, *args: object, **more: object) -> int:
            size = finish(self, *args, **more)  # type: ignore[arg-type]
            no_file_beyond(1000)
            return size

        monkeypatch.setattr(volume.VolumeWriter, "finish", finish_and_fill)
        with pytest.raises(Fault, match=r"stick\.2\.fsb cannot be written"):
            node.make("desk", tmp_path / "stick.fsb", volume_bytes=VOLUME_BYTES)
    assert not list(tmp_path.glob("stick*"))


def test_nothing_that_is_there_is_written_over_unless_it_was_asked(company: Company, tmp_path: Path) -> None:
    node = company.node
    company.person("desk", "console", "6527")
    (tmp_path / "a.fsb").write_text("a letter")
    with pytest.raises(Fault, match="exists already"):
        node.make("desk", tmp_path / "a.fsb")
    assert (tmp_path / "a.fsb").read_text() == "a letter"
    node.make("desk", tmp_path / "a.fsb", replace=True)
    assert (tmp_path / "a.fsb").read_bytes().startswith(b"FSBUNDLE")


def test_a_link_left_on_the_stick_is_not_written_through(company: Company, tmp_path: Path) -> None:
    node = company.node
    company.person("desk", "console", "6527")
    target = tmp_path / "important"
    target.write_text("keep me")
    (tmp_path / "a.fsb.part").symlink_to(target)
    (tmp_path / "a.fsb").symlink_to(target)
    node.make("desk", tmp_path / "a.fsb", replace=True)
    assert target.read_text() == "keep me"
    assert not (tmp_path / "a.fsb").is_symlink()


def test_volumes_too_small_and_a_place_that_is_none(company: Company, tmp_path: Path) -> None:
    node = company.node
    company.person("desk", "console", "6527")
    with pytest.raises(Fault, match="too small"):
        node.make("desk", tmp_path / "a.fsb", volume_bytes=1000)
    with pytest.raises(Fault, match="cannot be written"):
        node.make("desk", tmp_path / "nowhere" / "a.fsb")


def test_the_estimate_is_not_below_what_is_written(company: Company, tmp_path: Path) -> None:
    node = company.node
    company.person("desk", "console", "6527")
    noise(node, 50, 3000)
    for _ in range(50):
        node.move()
    [file] = node.make("desk", tmp_path / "a.fsb")
    assert 0.5 * file.stat().st_size < node.plan("desk").most_bytes
    assert file.stat().st_size < node.plan("desk").most_bytes + 4096


def test_a_halted_making_leaves_no_file(company: Company, tmp_path: Path) -> None:
    node = company.node
    company.person("desk", "console", "6527")
    progress = Progress()
    progress.halt()
    with pytest.raises(Cancelled):
        perform(Make("desk", str(tmp_path / "a.fsb")), node.shop, progress)
    assert not list(tmp_path.glob("a.fsb*"))
