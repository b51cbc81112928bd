"""Several watches in one process, as `play` and the tests have them: rules are read by several threads at once."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys, threading
sys.setswitchinterval(1e-6)
from console.comms.watch import watch
from console.models.hazards.rules import hazard_rules
from console.models.sensors import sensor_rules
barrier = threading.Barrier(8)
def read():
    barrier.wait()
    hazard_rules()
    sensor_rules()
threads = [threading.Thread(target=read) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("read")
"""


def test_rules_are_read_by_many_threads_at_once() -> None:
    """A crash of the interpreter is what this looks for: it needs processes of its own."""
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout.strip()) == (0, "read"), done.stderr[-500:]
