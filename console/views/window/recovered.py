"""One line on what a start found after a run that did not say goodbye. Qt-free."""

from __future__ import annotations

from console.models.journal.ending import Recovered
from console.views.i18n import tr
from console.views.time.zone import Zone


def recovered_text(found: Recovered, zone: Zone) -> str:
    """In the language in use; times in `zone`."""
    parts = [_what(found, zone)]
    if found.torn:
        parts.append(tr("{n} event came from the torn end of its log.|{n} events came from the torn end of its log.", n=found.torn))
    if found.asked:
        parts.append(
            tr(
                "{n} telemetry event that others hold is asked for again.|{n} telemetry events that others hold are asked for again.",
                n=found.asked,
            )
        )
    return " ".join(parts)


def _what(found: Recovered, zone: Zone) -> str:
    if found.aside:
        text = tr("The journal was damaged and is kept as {aside}. What can be proven of it is here: {position} events.", **_values(found))
    elif found.mended:
        text = tr("The journal was damaged and was mended; everything up to position {position} is here.", **_values(found))
    elif found.gone:
        text = tr("The journal was gone; a new one was begun.")
    elif found.ended_ms:
        at = zone.text(found.ended_ms)
        text = tr("The last run ended without warning at {at}; everything up to position {position} is here.", at=at, **_values(found))
    else:
        text = tr("The last run ended without warning; everything up to position {position} is here.", **_values(found))
    return text


def _values(found: Recovered) -> dict[str, str]:
    return {"position": f"{found.position:,}", "aside": found.aside}
