"""THE TABLE: a row for each dialect, a column for each thing that engines spell in their own way.

A cell builds sqlglot nodes, or is Unsupported with a reason; none is empty. A builder may also give Unsupported, when it
depends on what it is asked. `lower` says what, the row says how. `docs/engines.md` prints it.
"""

from __future__ import annotations

from typing import Any, Literal

from segql.node import Value
from segql.sql import bigquery as bq
from segql.sql import postgres as pg
from segql.sql import spark
from segql.sql import spellings as s
from segql.sql import sqlite as lite

# How a dialect is proved, the strongest first: its SQL runs on the engine itself, and gives what the reference gives; on
# another engine that has the same forms; it passes the vendor's own parser; the vendor's grammar; somebody else's parser.
Proof = Literal["executed", "executed on a relative", "vendor's parser", "vendor's grammar", "third-party parser"]


class Dialect(Value):
    """How one engine spells what the compiler needs. `sqlglot` is the name that prints it.

    `frames` is how a frame ends before a row's group of equals. `groups`: the engine has GROUPS. `ranked`: the groups are
    numbered first, and RANGE goes by their number. `rows`: the engine has ROWS alone, so each group becomes one row,
    and the ends of gaps become rows too.
    """

    name: str
    proof: Proof
    engine: str  # what it is proved on
    sqlglot: str
    longest_name: int  # in bytes of UTF-8; 0: any
    frames: Literal["groups", "ranked", "rows"]  # what ends before equals, see below
    plans: tuple[str, ...]  # the plans for sequences that the engine can run, the best first
    finish: Any  # (statement) → the same, with names and orders as the engine reads them, or a name that it cannot have
    now: Any  # (zoned) → the current instant, one for the statement
    kept: Any  # (column, type) → its value, with texts told apart by each of their characters
    text: Any  # (text) → literal
    timestamp: Any  # (datetime in UTC, zoned) → literal
    date: Any  # (date) → literal
    boolean: Any  # (value) → literal
    number: Any  # (int or Decimal) → literal
    double: Any  # (number) → the nearest float
    null: Any  # (type) → missing, of that type
    parameter: Any  # (name) → bind parameter
    minus: Any  # (instant in UTC without a zone, count, unit) → earlier by elapsed time
    plus: Any  # (instant in UTC without a zone, count, unit) → later by elapsed time
    back: Any  # (local time, count, unit) → earlier on the calendar
    utc: Any  # (instant with a zone) → the same without one
    aware: Any  # (instant in UTC without a zone) → the same with one
    local: Any  # (instant, zone, zoned) → local time
    instant: Any  # (local time, zone, zoned) → instant
    midnight: Any  # (date) → local time
    trunc: Any  # (local time, unit) → start of the calendar unit
    day: Any  # (local time) → date
    part: Any  # (hour, day, month or year; local time) → number
    weekday: Any  # (local time) → 1 Monday … 7
    is_not_true: Any  # (condition) → two-valued not
    is_distinct: Any  # (left, right that is never missing) → not equal, and missing differs from everything
    in_order: Any  # (text) → the same text, ordered by code points
    tie: Any  # (value, type or None) → what breaks ties, ordered by code points if it is text
    least: Any  # (value, type) → the least, as an aggregate
    member: Any  # (column, path) → value inside a struct
    json: Any  # (column, path, type) → value inside a JSON document
    like: Any  # (text, pattern)
    contains: Any  # (text, part)
    starts_with: Any
    ends_with: Any
    matches: Any  # (text, regular expression)
    list_contains: Any  # (list, item)
    lower: Any  # (text)
    upper: Any
    trim: Any
    length: Any  # (text) → characters
    arithmetic: Any  # (+, - or *; left, right, type of the result, the digits that each side has after its point)
    total: Any  # (value, type) → sum, as an aggregate
    median: Any  # (value, type) → aggregate
    file: Any  # (path, types by column) → relation
    before_ties: Any  # () → frame of the rows before the row's equals
    range_order: Any  # (instant) → what a frame of elapsed time is ordered by
    range_gap: Any  # (count, unit) → how far such a frame stays away
    row: Any  # (values) → one value that is ordered as they are one after the other, missing ones last


# What each column is called when an engine does not have it.
TITLES = {
    "now": "the engine's clock",
    "kept": "a text",
    "text": "this text",
    "timestamp": "a timestamp",
    "date": "a date",
    "boolean": "`true` and `false`",
    "number": "a number of that size",
    "double": "a quotient or average",
    "null": "a missing value",
    "parameter": "a bind parameter",
    "minus": "`ago`",
    "plus": "a gap of elapsed time",
    "back": "`last N months`",
    "utc": "`timestamptz`",
    "aware": "`timestamptz`",
    "local": "a time zone other than UTC",
    "instant": "a time zone other than UTC",
    "midnight": "a bare date as a time",
    "trunc": "a calendar unit",
    "day": "the day of a time",
    "part": "a part of a time",
    "weekday": "`weekday(…)`",
    "is_not_true": "`not`",
    "is_distinct": "`!=`",
    "in_order": "the order of texts",
    "tie": "`order` by a column of an unknown type",
    "least": "a column of a reference table",
    "member": "`layout nested` (a field of a struct)",
    "json": "`layout json(…)` (a value in a JSON document)",
    "like": "`like`",
    "contains": "`contains`",
    "starts_with": "`starts with`",
    "ends_with": "`ends with`",
    "matches": "`matches`",
    "list_contains": "`contains` on a list",
    "lower": "`lower(…)`",
    "upper": "`upper(…)`",
    "trim": "`trim(…)`",
    "length": "`length(…)`",
    "arithmetic": "`+`, `-` and `*` of decimals",
    "total": "`sum` and `avg` of decimals",
    "median": "`median`",
    "file": "`from file`",
    "before_ties": "a sequence",
    "range_order": "`after` in a sequence",
    "range_gap": "`after` in a sequence",
}


SPARK = Dialect(
    name="spark",
    proof="executed",
    engine="Spark 4 and Sail",
    sqlglot="spark",
    longest_name=0,
    frames="ranked",
    plans=("joined", "extremes", "running"),
    finish=s.as_it_is,
    now=spark.now,
    kept=s.as_it_is,
    text=s.text,
    timestamp=spark.timestamp,
    date=s.date,
    boolean=s.boolean,
    number=spark.number,
    double=s.double,
    null=s.untyped_null,
    parameter=spark.parameter,
    minus=s.minus_interval,
    plus=s.plus_interval,
    back=s.back_interval,
    utc=spark.utc,
    aware=spark.aware,
    local=spark.local,
    instant=spark.instant,
    midnight=spark.midnight,
    trunc=spark.trunc,
    day=s.day,
    part=s.extract,
    weekday=spark.weekday,
    is_not_true=spark.is_not_true,
    is_distinct=s.is_distinct,
    in_order=s.as_it_is,
    tie=s.as_it_is,
    least=s.least,
    member=spark.member,
    json=spark.json,
    like=spark.like,
    contains=s.function("CONTAINS"),
    starts_with=s.function("STARTSWITH"),
    ends_with=s.function("ENDSWITH"),
    matches=spark.matches,
    list_contains=s.function("ARRAY_CONTAINS"),
    lower=s.lower_one_by_one,
    upper=s.Unsupported(reason="Spark makes several letters of one, such as SS of ß: use `lower`"),
    trim=s.trim,
    length=s.function("LENGTH"),
    arithmetic=spark.arithmetic,
    total=s.total,
    median=spark.median,
    file=s.Unsupported(reason="Spark reads tables: make one of the file"),
    before_ties=s.range_before,
    range_order=s.as_it_is,
    range_gap=s.interval,
    row=s.Unsupported(reason="structs of Spark are ordered with missing values first"),
)

DIALECTS = (
    Dialect(
        name="duckdb",
        proof="executed",
        engine="DuckDB 2.0",
        sqlglot="duckdb",
        longest_name=0,
        frames="groups",
        plans=("joined", "extremes", "asof", "running"),
        finish=s.as_it_is,
        now=s.utc_now,
        kept=s.as_it_is,
        text=s.text,
        timestamp=s.timestamp,
        date=s.date,
        boolean=s.boolean,
        number=s.number,
        double=s.double,
        null=s.untyped_null,
        parameter=s.parameter,
        minus=s.minus_interval,
        plus=s.plus_interval,
        back=s.back_interval,
        utc=s.timezone_utc,
        aware=s.timezone_aware,
        local=s.timezone_local,
        instant=s.timezone_instant,
        midnight=s.midnight,
        trunc=s.date_trunc,
        day=s.day,
        part=s.extract,
        weekday=s.function("ISODOW"),
        is_not_true=s.is_not_true,
        is_distinct=s.is_distinct,
        in_order=s.as_it_is,
        tie=s.as_it_is,
        least=s.least,
        member=s.duckdb_member,
        json=s.duckdb_json,
        like=s.like,
        contains=s.function("CONTAINS"),
        starts_with=s.function("STARTS_WITH"),
        ends_with=s.function("ENDS_WITH"),
        matches=s.function("REGEXP_MATCHES"),
        list_contains=s.function("LIST_CONTAINS"),
        lower=s.lower,
        upper=s.upper,
        trim=s.trim,
        length=s.function("LENGTH"),
        arithmetic=s.arithmetic,
        total=s.total,
        median=s.duckdb_median,
        file=s.duckdb_file,
        before_ties=s.groups_before,
        range_order=s.as_it_is,
        range_gap=s.interval,
        row=s.row,
    ),
    Dialect(
        name="postgres",
        proof="executed",
        engine="PostgreSQL 18",
        sqlglot="postgres",
        longest_name=63,
        frames="groups",
        plans=("joined", "extremes", "running"),
        finish=s.as_it_is,
        now=s.utc_now,
        kept=s.as_it_is,
        text=s.text,
        timestamp=s.timestamp,
        date=s.date,
        boolean=s.boolean,
        number=s.number,
        double=s.double,
        null=pg.null,
        parameter=s.Unsupported(reason="PostgreSQL numbers its parameters, and drivers name them each in another way"),
        minus=s.minus_interval,
        plus=s.plus_interval,
        back=s.back_interval,
        utc=s.timezone_utc,
        aware=s.timezone_aware,
        local=s.timezone_local,
        instant=s.timezone_instant,
        midnight=s.midnight,
        trunc=s.date_trunc,
        day=s.day,
        part=s.extract,
        weekday=pg.weekday,
        is_not_true=s.is_not_true,
        is_distinct=s.is_distinct,
        in_order=pg.in_order,
        tie=pg.tie,
        least=pg.least,
        member=pg.member,
        json=pg.json,
        like=pg.like,
        contains=pg.contains,
        starts_with=s.function("STARTS_WITH"),
        ends_with=pg.ends_with,
        matches=pg.matches,
        list_contains=pg.list_contains,
        lower=pg.lower,
        upper=pg.upper,
        trim=s.trim,
        length=s.function("LENGTH"),
        arithmetic=s.arithmetic,
        total=s.total,
        median=pg.median,
        file=s.Unsupported(reason="PostgreSQL reads tables: load the file into one"),
        before_ties=s.groups_before,
        range_order=s.as_it_is,
        range_gap=s.interval,
        row=s.Unsupported(
            reason="PostgreSQL orders rows of several columns, but has no least and greatest of them before version 18"
        ),
    ),
    Dialect(
        name="sqlite",
        proof="executed",
        engine="SQLite 3.40",
        sqlglot="sqlite",
        longest_name=0,
        frames="groups",
        plans=("joined", "extremes", "running"),
        finish=s.as_it_is,
        now=lite.now,
        kept=s.as_it_is,
        text=s.text,
        timestamp=lite.timestamp,
        date=lite.date,
        boolean=s.boolean,
        number=lite.number,
        double=s.double,
        null=s.untyped_null,
        parameter=lite.parameter,
        minus=lite.minus,
        plus=lite.plus,
        back=lite.back,
        utc=s.as_it_is,
        aware=s.as_it_is,
        local=lite.local,
        instant=lite.instant,
        midnight=lite.midnight,
        trunc=lite.trunc,
        day=lite.day,
        part=lite.part,
        weekday=lite.weekday,
        is_not_true=s.is_not_true,
        is_distinct=s.is_distinct,
        in_order=s.as_it_is,
        tie=s.as_it_is,
        least=s.least,
        member=s.Unsupported(reason="SQLite has no structs: keep each field in a column of its own"),
        json=lite.json,
        like=lite.like,
        contains=lite.contains,
        starts_with=lite.starts_with,
        ends_with=lite.ends_with,
        matches=s.Unsupported(reason="SQLite has no regular expressions: use `like`, `contains` or `starts with`"),
        list_contains=s.Unsupported(reason="SQLite has no lists"),
        lower=lite.CASE,
        upper=lite.CASE,
        trim=s.trim,
        length=s.function("LENGTH"),
        arithmetic=lite.arithmetic,
        total=lite.total,
        median=s.Unsupported(reason="SQLite has no aggregate for it"),
        file=s.Unsupported(reason="SQLite reads tables: load the file into one"),
        before_ties=s.groups_before,
        range_order=lite.range_order,
        range_gap=lite.range_gap,
        row=s.Unsupported(reason="SQLite has no value that is ordered by several columns"),
    ),
    Dialect(
        name="bigquery",
        proof="executed on a relative",
        engine="ZetaSQL, the reference implementation of BigQuery's SQL",
        sqlglot="bigquery",
        longest_name=0,
        frames="ranked",
        plans=("joined", "extremes", "running"),
        finish=bq.finish,
        now=bq.now,
        kept=s.as_it_is,
        text=s.text,
        timestamp=s.timestamp,
        date=s.date,
        boolean=s.boolean,
        number=bq.number,
        double=s.double,
        null=bq.null,
        parameter=s.parameter,
        minus=bq.minus,
        plus=bq.plus,
        back=bq.back,
        utc=bq.utc,
        aware=bq.aware,
        local=bq.local,
        instant=bq.instant,
        midnight=bq.midnight,
        trunc=bq.trunc,
        day=s.day,
        part=s.extract,
        weekday=bq.weekday,
        is_not_true=s.is_not_true,
        is_distinct=s.is_distinct,
        in_order=s.as_it_is,
        tie=s.as_it_is,
        least=s.least,
        member=bq.member,
        json=bq.json,
        like=bq.like,
        contains=bq.contains,
        starts_with=s.function("STARTS_WITH"),
        ends_with=s.function("ENDS_WITH"),
        matches=bq.matches,
        list_contains=bq.list_contains,
        lower=s.lower_one_by_one,
        upper=s.Unsupported(reason="BigQuery makes several letters of one, such as SS of ß: use `lower`"),
        trim=bq.trim,
        length=s.function("CHAR_LENGTH"),
        arithmetic=bq.arithmetic,
        total=s.total,
        median=bq.median,
        file=s.Unsupported(reason="BigQuery reads tables: load the file into one"),
        before_ties=s.range_before,
        range_order=bq.range_order,
        range_gap=s.micros,
        row=s.Unsupported(reason="BigQuery has no least and greatest of structs"),
    ),
    SPARK,
    SPARK.replace(name="databricks", proof="executed on a relative", engine="Spark 4"),
)

BY_NAME = {dialect.name: dialect for dialect in DIALECTS}
