"""How the battery and the saving of power are worded. No Qt."""

from __future__ import annotations

from console.comms.local.messages import Power
from console.models.rules.power import power_rule
from console.views.age import span_text
from console.views.i18n import tr

GOOD, CAUTION = "", "caution"


def battery_text(power: Power) -> str:
    """What is in the battery and how long it lasts, as far as that is known; "" where there is none."""
    if power.percent is None:
        return ""
    if power.plugged:
        text = tr("Battery {percent} %, on mains", percent=power.percent)
    elif power.left_s is None:
        text = tr("Battery {percent} %", percent=power.percent)
    else:
        text = tr("Battery {percent} %, about {span} left", percent=power.percent, span=span_text(power.left_s))
    return tr("{text} (SIMULATED)", text=text) if power.simulated else text


def status_text(power: Power) -> tuple[str, str]:
    """(text, tone) for the status bar; ("", "") where there is nothing to say."""
    battery = battery_text(power)
    if power.saving:
        return " · ".join(filter(None, (battery, tr("saving power")))), CAUTION
    return battery, CAUTION if _low(power) else GOOD


def saving_text() -> str:
    """What saving power means, for the banner."""
    pace = power_rule().pace
    return tr(
        "Saving power: the battery is low. Positions are shown every {positions} s and ages every {ages} s; "
        "commands and reports at once, as ever.",
        positions=f"{pace.positions_ms / 1000:g}",
        ages=pace.ages_s,
    )


def _low(power: Power) -> bool:
    return not power.plugged and power.percent is not None and power.percent <= power_rule().saving.begin_percent
