"""The commander's laptop leads those around it, found by themselves on the local network."""

from tests.drill.stage import Stage

TITLE = "Laptop leads"
FOUND_S = 40


def play(stage: Stage) -> None:
    cast = stage.cast
    stage.lead(cast.laptop, "Commander Wang")
    for unit in cast.bole_units:
        stage.wait_state(unit, ("online",), cast.laptop, FOUND_S)
    order = stage.order(cast.laptop, cast.bole_units[3], "Close the sluice")
    stage.wait_known(order, cast.bole_units[3])
    stage.wait_known(stage.answer(cast.bole_units[3], order, "done"), cast.laptop)
    report = stage.report(cast.bole_units[4], "Two houses under water, nobody inside")
    stage.wait_known(report, cast.laptop)
    stage.unknown(report, cast.prefecture)
    stage.shot(cast.laptop, "laptop-leads")
