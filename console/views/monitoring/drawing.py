"""What is loaded when the panel is first seen (see `panel.DRAWING`)."""

from __future__ import annotations

from console.views.monitoring.chart import Chart
from console.views.monitoring.multiples import Multiples
from console.views.monitoring.picture import png_of, svg_of

__all__ = ["Chart", "Multiples", "png_of", "svg_of"]
