"""Write THIRD_PARTY.md: every package the lock names, every npm package of the map page, every data set, each with its licence.

    licences.py [--check]

Read from the metadata of what is installed, the npm lock and licences.toml. Versions are left to the locks. Exit code 1 when a
licence is not on the compatible list or, with --check, when THIRD_PARTY.md is not what would be written.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "THIRD_PARTY.md"
NPM_LOCK = ROOT / "packaging" / "map" / "package-lock.json"
RULES: dict[str, Any] = tomllib.loads((ROOT / "packaging" / "licences.toml").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


class Part(NamedTuple):
    name: str
    licence: str
    used: str
    home: str


def field(metadata: importlib.metadata.PackageMetadata, name: str) -> str:
    """`metadata.get(name, "")`, which the protocol lacks before Python 3.12."""
    return metadata[name] if name in metadata else ""  # noqa: SIM401


def licence_of(metadata: importlib.metadata.PackageMetadata) -> str:
    """The SPDX expression of a distribution, "" when its metadata and licences.toml name none."""
    name = str(canonicalize_name(metadata["Name"]))
    if name in RULES["read"]:
        return str(RULES["read"][name])
    classified = [line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    said = [field(metadata, "License-Expression"), field(metadata, "License").partition("\n")[0], *classified]
    known = [RULES["words"].get(word, word) for word in said if word]
    return next((word for word in known if compatible(word)), known[0] if known else "")


def compatible(expression: str) -> bool:
    """Whether one alternative of an SPDX expression consists of compatible licences alone."""
    return any(
        all(term.strip(" ()") in RULES["compatible"] for term in alternative.split(" AND "))
        for alternative in re.split(r"\s+OR\s+", expression)
    )


def locked_names() -> list[str]:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return sorted({str(canonicalize_name(name)) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)})


def closure(requirements: Iterable[str]) -> set[str]:
    """Names of the distributions that `requirements` bring, themselves included."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = str(canonicalize_name(requirement.name))
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        waiting += [Requirement(text) for text in importlib.metadata.requires(name) or []]
    return found


def home_of(metadata: importlib.metadata.PackageMetadata) -> str:
    urls: dict[str, str] = {label: url for label, _, url in (line.partition(", ") for line in metadata.get_all("Project-URL") or [])}
    named = {label.lower(): url for label, url in urls.items()}
    for label in ("homepage", "home", "source", "source code", "repository", "documentation"):
        if label in named:
            return named[label]
    return field(metadata, "Home-page") or next(iter(urls.values()), "")


def python_parts() -> Iterator[Part]:
    """Packages of the lock that this platform has installed."""
    runs = closure(PROJECT["dependencies"])
    builds = closure(PROJECT["optional-dependencies"]["map"])
    for name in locked_names():
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        used = "at run time" if name in runs else "to build the map" if name in builds else "to develop"
        yield Part(metadata["Name"], licence_of(metadata), used, home_of(metadata))


def npm_parts() -> Iterator[Part]:
    lock = json.loads(NPM_LOCK.read_text(encoding="utf-8"))
    for path, entry in sorted(lock["packages"].items()):
        if path:
            name = path.rpartition("node_modules/")[2]
            yield Part(name, entry.get("license", ""), "in the map page or its data", entry.get("version", ""))


def data_parts() -> Iterator[Part]:
    for entry in RULES["data"]:
        yield Part(entry["name"], entry["licence"], f"in the map's data, from {entry['by']}", entry["credit"])


def table(parts: Iterable[Part], last: str) -> str:
    rows = [f"| {part.name} | {part.licence} | {part.used} | {part.home} |" for part in parts]
    return "\n".join([f"| Name | Licence | Used | {last} |", "|---|---|---|---|", *rows])


def page(python: list[Part], npm: list[Part], data: list[Part]) -> str:
    return f"""# Third-party parts

Written by `make licences` from the metadata of what the locks name; versions are in `requirements.lock` and
`packaging/map/package-lock.json`. The product itself is under the Apache License 2.0 (`LICENSE`). Qt and PySide6 are used under
LGPL-3.0, as separate shared libraries in wheels of their own, which a user may replace.

## Python packages

{table(python, "Home")}

## npm packages

{table(npm, "Version")}

## Data sets

{table(data, "Credit")}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with THIRD_PARTY.md instead of writing it")
    args = parser.parse_args()
    python, npm, data = list(python_parts()), list(npm_parts()), list(data_parts())
    doubtful = [part for part in (*python, *npm, *data) if not compatible(part.licence)]
    for part in doubtful:
        print(
            f"licences: {part.name}: {part.licence or 'no licence named'}: not on the compatible list in packaging/licences.toml",
            file=sys.stderr,
        )
    text = page(python, npm, data)
    stale = args.check and (not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    if stale:
        print("licences: THIRD_PARTY.md is not current: run make licences", file=sys.stderr)
    if not args.check:
        PAGE.write_text(text, encoding="utf-8")
    return 1 if doubtful or stale else 0


if __name__ == "__main__":
    sys.exit(main())
