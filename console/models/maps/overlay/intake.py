"""A stranger's file into a private folder, under a name of ours: no link is followed, no archive opened further than the limits, no XML
with a document type let through. What a reader is given after that can name nothing else."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path
from typing import BinaryIO, NamedTuple

from lxml import etree

from console.errors import Fault
from console.models.maps.overlay.formats import FORMATS
from console.models.maps.overlay.limits import MAX_BYTES, MAX_MEMBERS, MIB

SIDECARS = (".shx", ".dbf", ".prj", ".cpg")
NEEDED = (".shx", ".dbf")
_XML = (".gpx", ".kml")


class Taken(NamedTuple):
    """`path`: in the private folder, one of GDAL's `driver`."""

    path: Path
    driver: str


def take(path: Path, folder: Path) -> Taken:
    """Raises Fault, naming the file and what to do."""
    suffix = path.suffix.lower()
    driver = FORMATS.get(suffix)
    if driver is None:
        raise Fault(f"{path}: not a kind of file the map takes: {', '.join(FORMATS)}.")
    if suffix == ".shp":
        taken = _shapefile(path, folder)
    elif suffix in (".kmz", ".zip"):
        taken = _archive(path, folder, ".kml" if suffix == ".kmz" else ".shp")
    else:
        taken = folder / f"map{suffix}"
        _copy(path, taken, MAX_BYTES)
    if taken.suffix in _XML:
        _look_at_xml(path, taken)
    return Taken(taken, driver)


def _shapefile(path: Path, folder: Path) -> Path:
    beside = {other.suffix.lower(): other for other in path.parent.glob(f"{_literal(path.stem)}.*")}
    missing = [suffix for suffix in NEEDED if suffix not in beside]
    if missing:
        raise Fault(
            f"{path}: the parts {', '.join(missing)} of this Shapefile are not beside it. Copy all its files, or ask for a GeoPackage."
        )
    left = MAX_BYTES - _copy(path, folder / "map.shp", MAX_BYTES)
    for suffix in SIDECARS:
        if suffix in beside:
            left -= _copy(beside[suffix], folder / f"map{suffix}", left)
    return folder / "map.shp"


def _literal(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _copy(path: Path, to: Path, most: int) -> int:
    """How many bytes were copied. The file must be one: no link, no pipe, no device."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        if path.is_symlink():
            raise Fault(f"{path}: only a link to another place. Choose the file itself.") from error
        raise Fault(f"{path}: cannot be read ({getattr(error, 'strerror', error)}). Choose the map file again.") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > most:
        os.close(descriptor)
        raise _too_large(path) if stat.S_ISREG(status.st_mode) else Fault(f"{path}: not a file. Choose the map file itself.")
    with os.fdopen(descriptor, "rb") as file:
        return _pour(path, file, to, most)


def _pour(path: Path, file: BinaryIO, to: Path, most: int) -> int:
    done = 0
    with to.open("xb") as out:
        while chunk := file.read(MIB):
            done += len(chunk)
            if done > most:
                raise _too_large(path)
            out.write(chunk)
    return done


def _too_large(path: Path) -> Fault:
    return Fault(f"{path}: more than the {MAX_BYTES // MIB} MiB the map takes. Simplify or cut the file.")


def _archive(path: Path, folder: Path, wanted: str) -> Path:
    """Of a zip only the members of one map file are opened, whatever they are called, and only as far as the limit."""
    held = folder / "archive"
    _copy(path, held, MAX_BYTES)
    try:
        with zipfile.ZipFile(held) as archive:
            _unpack(path, archive, folder, wanted)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise Fault(f"{path}: not a readable archive ({error}). Get the file again from where it came from.") from error
    held.unlink()
    return folder / f"map{wanted}"


def _unpack(path: Path, archive: zipfile.ZipFile, folder: Path, wanted: str) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise Fault(f"{path}: {len(members)} files in one archive are more than the {MAX_MEMBERS} the map takes. Unpack it.")
    if any(stat.S_ISLNK(member.external_attr >> 16) for member in members):
        raise Fault(f"{path}: holds links to other places. Unpack it and choose the map file itself.")
    suffixes = [wanted, *(SIDECARS if wanted == ".shp" else ())]
    chosen = [member for member in members if member.filename.lower().endswith(wanted)]
    if wanted == ".kml":
        chosen = [member for member in chosen if member.filename.lower() == "doc.kml"] or chosen
    if len(chosen) != 1:
        raise Fault(f"{path}: {len(chosen)} {wanted} files in it, where one is needed. Unpack it and choose one.")
    stem, left = chosen[0].filename[: -len(wanted)], MAX_BYTES
    for suffix in suffixes:
        for member in members:
            if member.filename.lower() == f"{stem}{suffix}".lower():
                with archive.open(member) as file:
                    left -= _pour(path, file, folder / f"map{suffix}", left)  # type: ignore[arg-type]
                break
    if wanted == ".shp" and not all((folder / f"map{suffix}").exists() for suffix in NEEDED):
        raise Fault(f"{path}: the parts {', '.join(NEEDED)} of this Shapefile are not in it. Copy all its files, or ask for a GeoPackage.")


def _look_at_xml(path: Path, taken: Path) -> None:
    """No map format has a document type: what has one means to name other files or to open to more than it holds."""
    options = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False, "recover": True}
    try:
        with taken.open("rb") as file:
            for _, element in etree.iterparse(file, events=("start",), **options):
                if element.getroottree().docinfo.doctype:
                    raise Fault(f"{path}: carries a DOCTYPE, which is refused. Ask its source for a file without one.")
                return
    except etree.XMLSyntaxError as error:
        raise Fault(f"{path}: not a readable map file ({error.msg}). Get the file again from where it came from.") from error
    raise Fault(f"{path}: there is nothing in it. Get the file again from where it came from.")
