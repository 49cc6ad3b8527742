"""Answers as pictures: an analysis and its rows to a chart, and a chart to a page, an SVG or a PNG."""

from segql.charts.chart import Chart, chart

__all__ = ["Chart", "chart"]
