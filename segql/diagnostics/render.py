"""Diagnostics in every form in which they leave the compiler: one function per form.

`picture` is for people at a terminal; `as_json`, `as_github` and `as_sarif` are for programs.
"""

from __future__ import annotations

from segql.diagnostics.machine import as_github, as_json, as_sarif
from segql.diagnostics.picture import picture, summary

__all__ = ["as_github", "as_json", "as_sarif", "picture", "summary"]
