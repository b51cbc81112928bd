"""A unit beyond every network: a satellite terminal is all that is left."""

from tests.drill.stage import Stage

TITLE = "Short messages"
PASSES_S = 120


def play(stage: Stage) -> None:
    cast = stage.cast
    stage.cut(cast.far, "jinghe")
    stage.wait_state(cast.far, ("silent", "gone"), cast.jinghe)
    called = stage.help(cast.far, "Three trapped, one injured", 3, 82.6471, 44.6004)
    stage.wait_known(called, cast.jinghe, cast.desk, timeout_s=PASSES_S)
    order = stage.order(cast.desk, cast.far, "Stay on the east bank, helicopter in 20 minutes")
    stage.wait_known(order, cast.far, timeout_s=PASSES_S)
    stage.wait_known(stage.answer(cast.far, order), cast.jinghe, cast.desk, timeout_s=PASSES_S)
    stage.shot(cast.far, "short-messages")
