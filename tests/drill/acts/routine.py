"""Everybody is linked: what is said at the bottom is known at the top, and the other way round."""

from tests.drill.stage import Stage

TITLE = "All linked"
QUIET_S = 6


def play(stage: Stage) -> None:
    cast = stage.cast
    incident = stage.open(cast.desk, "Landslide at Jinghe gorge")
    stage.wait_known(incident, cast.region, cast.prefecture, cast.jinghe)
    order = stage.order(cast.desk, cast.jinghe_units[0], "Block the road at km 12")
    stage.wait_known(order, cast.jinghe_units[0], cast.region)
    stage.wait_known(stage.answer(cast.jinghe_units[0], order), cast.desk, cast.region)
    order = stage.order(cast.prefecture, cast.bole_units[0], "Send two ambulances to Jinghe")
    stage.wait_known(order, cast.bole_units[0])
    stage.wait_known(stage.answer(cast.bole_units[0], order), cast.prefecture)
    stage.wait(lambda: _cards(stage), "county and unit know each other's satellite card")
    stage.pause(QUIET_S)


def _cards(stage: Stage) -> bool:
    """What must be known before the network goes."""
    told = [post.see().me.satellite for post in (stage.cast.jinghe, stage.cast.far)]
    return all(satellite is not None and satellite.partners > 0 for satellite in told)
