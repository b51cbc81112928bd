"""A county loses its line to the prefecture, and goes on by itself."""

from tests.drill.stage import Stage

TITLE = "Uplink cut"
SEEN_S = 15


def play(stage: Stage) -> None:
    cast = stage.cast
    stage.cut(cast.jinghe, "wan")
    incident = stage.open(cast.desk, "Debris flow at gully 3")
    loss = stage.loss(cast.desk, stage.subject(cast.desk, incident), missing=3, moved_now=120)
    order = stage.order(cast.desk, cast.jinghe_units[1], "Bring the people of group 3 to the school", stage.subject(cast.desk, incident))
    stage.wait_known(order, cast.jinghe_units[1])
    answer = stage.answer(cast.jinghe_units[1], order, "started")
    stage.wait_known(answer, cast.desk, cast.jinghe)
    stage.wait_known(loss, cast.jinghe)
    stage.wait_known(stage.close_road(cast.desk, "Road to gully 3 at km 12", 82.71, 44.58), *cast.jinghe_units)
    first = stage.subject(cast.prefecture, stage.first("incident.opened"))
    from_above = stage.log(cast.prefecture, first, "Helicopter asked for from Urumqi", "652722")
    stage.wait_state(cast.jinghe, ("silent", "gone"), cast.prefecture, SEEN_S)
    stage.wait_state(cast.prefecture, ("silent", "gone"), cast.jinghe, SEEN_S)
    stage.shot(cast.jinghe, "uplink-cut")
    stage.unknown(loss, cast.prefecture, cast.region)
    stage.unknown(answer, cast.prefecture, cast.region)
    stage.unknown(from_above, cast.jinghe)
