"""The settings of a machine's own gateway, changed one source at a time."""

from __future__ import annotations

import stat
from pathlib import Path

import keyring
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.comms.gateways.live import book
from console.comms.gateways.live.secrets import password_of
from console.comms.gateways.live.settings import FolderSource, MqttSource, QuakeSource, Settings, load_settings
from console.comms.gateways.quakes import Bounds
from console.errors import Fault

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / book.FOLDER / book.BOOK


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring.core, "_keyring_backend", Keyring())


def test_sources_come_and_go_and_the_command_reads_them(path: Path) -> None:
    assert book.read_book(path) == Settings()
    folder = FolderSource(name="water", folder='/data/"水情"\\in')
    quakes = QuakeSource(name="usgs", folder="/data/quakes", bounds=Bounds(west=73, magnitude=3.5))
    book.add(path, folder)
    book.add(path, quakes)
    held = load_settings(path)
    assert (held.csv, held.quakes) == ([folder], [quakes])
    book.remove(path, "water")
    assert load_settings(path).csv == []
    book.remove(path, "nobody")
    book.remove(path, "usgs")
    assert not path.exists()


@given(host=TEXT, user=TEXT, topics=st.lists(TEXT.filter(bool), max_size=3), port=st.integers(1, 65535), tls=st.booleans())
def test_whatever_was_typed_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, host: str, user: str, topics: list[str], port: int, tls: bool
) -> None:
    source = MqttSource(name="a", host=host, mapping="mqtt_station", port=port, user=user, topics=topics, tls=tls, password_file="x")
    path = tmp_path_factory.mktemp("book") / "settings.toml"
    book._save(path, Settings(mqtt=[source]))
    assert load_settings(path).mqtt == [source]


def test_a_password_is_never_in_the_settings_and_goes_with_its_source(path: Path, no_keyring: None) -> None:
    book.add(path, MqttSource(name="hydro", host="10.0.0.5", mapping="mqtt_station", user="me"), "geheim")
    assert "geheim" not in path.read_text(encoding="utf-8")
    (source,) = load_settings(path).mqtt
    assert password_of(source, path.parent) == "geheim"
    file = path.parent / source.password_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    book.remove(path, "hydro")
    assert not file.exists()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (FolderSource(name="water", folder="/other"), "already"),
        (MqttSource(name="m", host="h", mapping="cn_station"), "topics"),
        (MqttSource(name="m", host="h", mapping="absent"), "absent"),
        (MqttSource(name="m", host="h", mapping="mqtt_station", version="4"), "version"),
    ],
)
def test_what_the_command_would_refuse_changes_nothing(path: Path, source: book.AnySource, says: str) -> None:
    book.add(path, FolderSource(name="water", folder="/data"))
    before = path.read_bytes()
    with pytest.raises(Fault, match=says):
        book.add(path, source)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [book.BOOK]


def test_a_file_that_is_no_settings_is_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("format = ]", encoding="utf-8")
    with pytest.raises(Fault, match=r"settings\.toml"):
        book.add(path, FolderSource(name="water", folder="/data"))
    assert path.read_text(encoding="utf-8") == "format = ]"
    assert msgspec.structs.asdict(book.Settings())["csv"] == []
