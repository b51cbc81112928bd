"""`python -m console.views.video.player DATA`: until its input ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Qt reads its environment on import.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QT_FFMPEG_DECODING_HW_DEVICE_TYPES", ",")  # in software: what is drawn is needed in memory anyway
os.environ["QT_LOGGING_RULES"] = "*=false"

from console.views.video.player.main import run

if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
