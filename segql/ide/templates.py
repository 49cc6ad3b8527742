"""Whole constructs to fill in, as editors know them: `${1:so}` is a place, and where the cursor goes, one after the other.

Each is offered where its first word can stand at the beginning of a line.
"""

from __future__ import annotations

# By its label: the word that it begins with, what it is, and its lines.
TEMPLATES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "segment …": (
        "segment",
        "a set of keys: those for which every line holds",
        (
            "segment ${1:name} {",
            "  key    ${2:usr.id}",
            "  from   ${3:source}",
            "  during last ${4:30} days",
            "",
            "  did ${5:event}$0",
            "}",
        ),
    ),
    "source …": (
        "source",
        "rows with a time",
        (
            "source ${1:name} {",
            "  from  file '${2:events.parquet}'",
            "  time  ${3:timestamp}",
            "  key   ${4:usr.id}",
            "  field ${5:kind} : ${6:text}",
            "  event ${7:view} : ${5:kind} = '${7:view}'$0",
            "}",
        ),
    ),
    "table …": (
        "table",
        "rows without a time",
        (
            "table ${1:name} {",
            "  from  file '${2:plans.csv}'",
            "  key   ${3:usr.id} unique",
            "  field ${4:tier} : ${5:text}$0",
            "}",
        ),
    ),
    "param …": (
        "param",
        "a value that is given when a segment is compiled",
        ("param ${1:name} : ${2:text} = ${3:'x'}$0",),
    ),
    "define …": ("define", "a name for an expression", ("define ${1:name} = ${2:amount} > ${3:100}$0",)),
    "explore …": (
        "explore",
        "measures of rows, in groups",
        (
            "explore ${1:name} {",
            "  from   ${2:source}",
            "  during last ${3:30} days",
            "  by     ${4:country}",
            "  measure ${5:events} = count(${6:event})$0",
            "}",
        ),
    ),
    "paths …": (
        "paths",
        "where keys go from one node to the next",
        (
            "paths ${1:name} {",
            "  from   ${2:source}",
            "  key    ${3:session.id}",
            "  during last ${4:30} days",
            "  node   ${5:page} of ${6:view}",
            "  collapse repeats$0",
            "}",
        ),
    ),
    "funnel …": (
        "funnel",
        "how far keys come in a sequence of steps",
        (
            "funnel ${1:name} {",
            "  from   ${2:source}",
            "  key    ${3:usr.id}",
            "  during last ${4:30} days",
            "  steps within ${5:1 day} {",
            "    ${6:view}",
            "    then ${7:buy}$0",
            "  }",
            "}",
        ),
    ),
    "retention …": (
        "retention",
        "who comes back after a start, and when",
        (
            "retention ${1:name} {",
            "  from   ${2:source}",
            "  key    ${3:usr.id}",
            "  during last ${4:6} months",
            "  start  ${5:first} ${6:view}",
            "  return ${7:view}",
            "  every  1 week for ${8:8}$0",
            "}",
        ),
    ),
    "test …": (
        "test",
        "an example that is a test",
        (
            "test ${1:segment} at ${2:2026-03-31} {",
            "  '${3:ana}' in {",
            "    ${4:2026-03-30} ${5:source}: ${6:kind} = '${7:view}'$0",
            "  }",
            "}",
        ),
    ),
    "steps …": (
        "steps",
        "one thing after another",
        ("steps within ${1:1 hour} {", "  ${2:view}", "  then ${3:click}$0", "}"),
    ),
    "any …": ("any", "at least one of these holds", ("any {", "  $0", "}")),
    "none …": ("none", "none of these holds", ("none {", "  $0", "}")),
}
