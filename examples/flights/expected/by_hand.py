"""The members of every segment of `flights.seg`, worked out by hand: one plain query each, none of it from the compiler.

    python by_hand.py            # write <segment>.csv beside this file
    python by_hand.py --check    # only compare; exit code 1 when a file differs

The queries say what the language's rules say, in the plainest way (self-joins, no window functions), for
`--now 2013-04-01T04:00:00Z`, the midnight with which April began in New York. They need `duckdb` and nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

HERE = Path(__file__).parent

# The events before now. New York is 5 hours behind UTC until 10 March at 07:00 UTC, and 4 hours behind after that.
VIEWS = f"""
create table events as
select "at" as ts, tailnum as aircraft_tail, dest as airport_code, * exclude ("at", tailnum)
from '{HERE}/../data/flights.parquet'
where "at" < timestamp '2013-04-01 04:00:00';

create view everything as from '{HERE}/../data/flights.parquet';
create view march   as from events where ts >= timestamp '2013-03-01 05:00:00' and ts < timestamp '2013-04-01 04:00:00';
create view quarter as from events where ts >= timestamp '2013-01-01 05:00:00' and ts < timestamp '2013-04-01 04:00:00';

create table planes   as from read_csv('{HERE}/../data/planes.csv');
create table airlines as from read_csv('{HERE}/../data/airlines.csv');
create table airports as from read_csv('{HERE}/../data/airports.csv');
"""

# In the order of flights.seg; a query may read the result of an earlier one by its name. Rows are ordered by time alone: `<` on
# it is `then`, and events of one minute are in no order.
QUERIES = {
    "chronically_late": """
        select aircraft_tail from march
        where kind = 'departure' and delay > 60
        group by aircraft_tail having count(*) >= 5
    """,
    "every_day": """
        select aircraft_tail
        from (
          select *, case when ts < timestamp '2013-03-10 07:00:00' then ts - interval 5 hours else ts - interval 4 hours end as local
          from events
        )
        where kind = 'departure' and local >= timestamp '2013-03-01' and local < timestamp '2013-04-01'
        group by aircraft_tail having count(distinct local::date) >= 28
    """,
    "moody": """
        select aircraft_tail from quarter
        where kind = 'arrival'
        group by aircraft_tail
        having count(*) >= 20 and avg(delay) - median(delay) > 20
           and max(delay) > 6 * avg(case when delay > 0 then delay end)
    """,
    "far_travelled": """
        select aircraft_tail from events
        group by aircraft_tail
        having sum(case when kind = 'departure' then distance end) >= 100000
           and count(distinct carrier) = 1
           and 2 * count(case when kind = 'departure' and distance >= 2000 then 1 end)
               > count(case when kind = 'departure' then 1 end)
    """,
    "never_cancelled": """
        select tailnum as aircraft_tail from everything
        except
        select aircraft_tail from events where kind = 'cancellation'
    """,
    "busy_airbus": """
        select aircraft_tail from events
        where kind = 'departure' and ts >= timestamp '2013-02-01 05:00:00' and ts < timestamp '2013-03-01 05:00:00'
        group by aircraft_tail having count(*) >= 20
        intersect
        select tailnum from planes where manufacturer in ('AIRBUS', 'AIRBUS INDUSTRIE') and seats > 150
    """,
    "old_hands": """
        with known as (
          select events.*, planes.year, airlines.name
          from events left join planes on tailnum = aircraft_tail left join airlines using (carrier)
          where kind = 'departure'
        )
        select aircraft_tail from known where year < 1990 and distance > 1000
        union
        select aircraft_tail from known where year is null and contains(name, 'Envoy')
        group by aircraft_tail having count(*) >= 50
    """,
    "troubled_airports": """
        select airport_code from events where kind = 'arrival'
        group by airport_code
        having count(*) >= 100 and 6 * count(case when delay > 45 then 1 end) > count(*)
    """,
    "into_trouble": """
        select aircraft_tail from events
        where ts >= timestamp '2013-03-25 04:00:00' and airport_code in (from troubled_airports)
        except
        select aircraft_tail from events where kind = 'departure' and dest in (select faa from airports where alt > 3000)
    """,
    "made_up_time": """
        select distinct out.aircraft_tail
        from events as out join events as back using (aircraft_tail)
        where out.kind = 'departure' and out.delay >= 30
          and back.kind = 'arrival' and back.delay < 0 and back.flight = out.flight
          and out.ts < back.ts and back.ts - out.ts <= interval 12 hours
          and not exists (
            from events as other
            where other.aircraft_tail = out.aircraft_tail and other.ts > out.ts and other.ts < back.ts
          )
    """,
    "bad_spell": """
        with spells as (
          select c.aircraft_tail, second.ts
          from events as c
          join events as first  using (aircraft_tail)
          join events as second using (aircraft_tail)
          where c.kind = 'cancellation'
            and first.kind  = 'departure' and first.delay  > 60 and c.ts < first.ts
            and second.kind = 'departure' and second.delay > 60 and first.ts < second.ts
            and first.ts - c.ts <= interval 3 days and second.ts - c.ts <= interval 3 days
        )
        select distinct spells.aircraft_tail
        from spells join events as again using (aircraft_tail)
        where again.kind = 'cancellation' and spells.ts < again.ts and again.ts - spells.ts <= interval 7 days
          and not exists (
            from events as early
            where early.aircraft_tail = spells.aircraft_tail and early.kind = 'arrival' and early.delay < -20
              and early.ts > spells.ts and early.ts < again.ts
          )
    """,
    "grounded": """
        with seen as (from events where origin in ('JFK', 'LGA'))
        select distinct c.aircraft_tail
        from seen as c join seen as departure using (aircraft_tail)
        where c.kind = 'cancellation' and departure.kind = 'departure'
          and departure.ts - c.ts >= interval 1 day and departure.ts - c.ts <= interval 3 days
          and not exists (
            from seen as other
            where other.aircraft_tail = c.aircraft_tail and other.kind in ('departure', 'cancellation')
              and other.ts > c.ts and other.ts < departure.ts
          )
    """,
    "shuttles": """
        with seen as (from quarter where dest not in ('BOS', 'DCA'))
        select distinct out.aircraft_tail
        from seen as out
        join seen as landed using (aircraft_tail, airport_code)
        join seen as second using (aircraft_tail, airport_code)
        join seen as third  using (aircraft_tail, airport_code)
        where out.kind = 'departure' and landed.kind = 'arrival' and second.kind = 'departure' and third.kind = 'departure'
          and out.ts < landed.ts and landed.ts < second.ts and second.ts < third.ts
          and second.ts - landed.ts <= interval 12 hours and third.ts - landed.ts <= interval 12 hours
          and third.ts - out.ts <= interval 15 hours
          and not exists (
            from seen as c
            where c.aircraft_tail = out.aircraft_tail and c.airport_code = out.airport_code and c.kind = 'cancellation'
              and c.ts > landed.ts and c.ts < second.ts
          )
    """,
}


def main(check: bool) -> int:
    """Write or compare the lists; returns the exit code."""
    different = 0
    with duckdb.connect() as connection:
        connection.execute(VIEWS)
        for name, query in QUERIES.items():
            connection.execute(f"create table {name} as from ({query}) as t(key) where key is not null")
            [header] = [column[0] for column in connection.execute(query).description]
            connection.execute(f"alter table {name} rename column key to {header}")
            keys = sorted(key for (key,) in connection.sql(f"from {name}").fetchall())
            assert len(keys) == len(set(keys)), name
            text = "\n".join([header, *keys]) + "\n"
            path = HERE / f"{name}.csv"
            if not check:
                path.write_text(text, "utf-8")
            elif path.read_text("utf-8") != text:
                different += 1
                print(f"{path.name} differs")
                continue
            print(f"{len(keys):6} {name}")
    return min(different, 1)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
