"""The other county's node dies in mid-stream: kill -9, nothing is flushed, nobody is told."""

from tests.drill.stage import Stage

TITLE = "Node killed"


def play(stage: Stage) -> None:
    cast = stage.cast
    order = stage.order(cast.laptop, cast.bole_units[2], "Hold the bridge")
    stage.wait_known(order, cast.bole_units[2])
    stage.kill(cast.bole)
    report = stage.report(cast.bole_units[2], "At the bridge, water rises")
    stage.wait_state(cast.laptop, ("gone", "silent", "connecting"), cast.bole)
    stage.unknown(report, cast.bole, cast.prefecture)
