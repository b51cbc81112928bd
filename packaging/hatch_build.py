"""Build hook of the wheel: put the map bundle into it, building the bundle first where it is absent.

An editable install reads the checkout's own `resources/` and needs nothing of this.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class MapBundleHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        bundle = root / "resources" / "map" / "bundle"
        if not bundle.is_dir():
            build = [sys.executable, str(root / "packaging" / "map" / "build.py")]
            places = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]  # an isolated build finds its packages there
            subprocess.run(build, check=True, cwd=root, env=os.environ | {"PYTHONPATH": os.pathsep.join(places)})
        build_data["force_include"][str(root / "resources")] = "console/_resources"
