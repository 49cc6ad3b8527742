"""Answers as pictures: an analysis and its rows, or the overlap of segments, to a chart; and a chart to a page, an SVG or a PNG."""

from segql.charts.chart import Chart, chart, overlapping
from segql.charts.overlap import Sets

__all__ = ["Chart", "Sets", "chart", "overlapping"]
