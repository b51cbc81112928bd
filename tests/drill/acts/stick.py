"""A stick is carried from the county that is cut off to its prefecture, and another one back, while both go on."""

from tests.drill.stage import Stage

TITLE = "Stick carried"


def play(stage: Stage) -> None:
    cast = stage.cast
    loss = next(said for said in stage.ledger.said if said.kind == "loss.reported")
    stage.carry(cast.jinghe, cast.prefecture, "to-prefecture")
    stage.wait_known(loss, cast.prefecture, cast.region)
    order = stage.order(cast.prefecture, cast.jinghe_units[2], "Prepare a landing site for the helicopter")
    stage.carry(cast.prefecture, cast.jinghe, "to-county")
    stage.wait_known(order, cast.jinghe, cast.jinghe_units[2])
    stage.wait_known(stage.answer(cast.jinghe_units[2], order), cast.jinghe)
