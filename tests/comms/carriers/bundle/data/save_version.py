"""Saves a bundle of the present format beside this file: `python -m tests.comms.carriers.bundle.data.save_version`.

Run it once when the format's version is raised, before it is released; files of older versions are never written again.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path

from console.comms.carriers.bundle import layout
from tests.comms.carriers.bundle.people import Company
from tests.comms.carriers.bundle.stories import tell

HERE = Path(__file__).parent


def main() -> None:
    out = HERE / f"bundle-v{layout.VERSION}.fsb"
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        company = Company(Path(folder), stack)
        desk = tell(company)
        company.node.make("desk", out, replace=True)
        kinds = {kind.kind: kind.count for volume in desk.show(out).volumes for kind in volume.kinds}
        out.with_suffix(".json").write_text(json.dumps({"digest": company.node.journal.digest(), "kinds": kinds}, indent=1) + "\n")


if __name__ == "__main__":
    main()
