"""Every line is whole again and the dead node is back: all hold the same."""

import time

from tests.drill.stage import Stage

TITLE = "All healed"
EQUAL_S = 120


def play(stage: Stage) -> None:
    cast = stage.cast
    stage.wait_state(cast.prefecture, ("gone",), cast.jinghe)
    stage.wait_state(cast.prefecture, ("gone",), cast.bole)
    stage.heal(cast.jinghe, "wan")
    stage.heal(cast.far, "jinghe")
    stage.start(cast.bole)
    begun_s = time.monotonic()
    order = stage.order(cast.prefecture, cast.bole_units[5], "Stand down, well done")
    stage.wait_known(order, cast.bole_units[5], cast.bole, cast.laptop)
    for post in cast.posts:
        above = cast.above(post)
        if above is not None:
            stage.wait_state(post, ("online",), above, EQUAL_S)
    stage.note(f"everybody is linked again {time.monotonic() - begun_s:.1f} s after the last line was whole")
