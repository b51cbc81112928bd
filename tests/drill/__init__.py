"""The outage drill: a story of cut lines, dead machines and what still gets through, played by real processes on networks of their own.

`make drill-outage` plays it. A drill is a list of acts (`tests.drill.acts`): modules with a `TITLE` and a `play(stage)`. `stage.Stage` has
the few words that acts are written in: cut, heal, kill, start, order, answer, report, help, log, carry, wait_known. Everything written is
kept in a `Ledger` once its writer's peer has said that it is durable; a `Watch` looks at every peer's journal and links all the time and
notes when each event became known where. `verdict` tells whether anything was lost; `picture` draws it.

To write another: cast in a module like `cast.py`, acts beside these, one line in `__main__.py`.
"""
