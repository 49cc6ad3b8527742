"""The members of every segment of `shop.seg`, worked out by hand: one plain query each, none of it from the compiler.

    python by_hand.py            # write <segment>.csv beside this file
    python by_hand.py --check    # only compare; exit code 1 when a file differs

The queries say what the language's rules say, in the plainest way (self-joins, no window functions), for `--now 2024-07-01`
and the default parameters. They need `duckdb` and nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

HERE = Path(__file__).parent

# `n` is a row's place in the source's order (timestamp, then event_id): `then` is `<` on it, and no two rows are equal.
VIEWS = f"""
create table rum as
select row_number() over (order by timestamp, event_id) as n, timestamp as ts, * exclude (timestamp)
from '{HERE}/../data/events.parquet'
where timestamp < timestamp '2024-07-01';

create view last_30  as from rum where ts >= timestamp '2024-06-01';
create view last_60  as from rum where ts >= timestamp '2024-05-02';
create view last_90  as from rum where ts >= timestamp '2024-04-02';
create view last_120 as from rum where ts >= timestamp '2024-03-03';

create table plans as from read_csv('{HERE}/../data/plans.csv');
create view plans_now as from plans  -- the version of each plan that is valid now
where valid_from <= timestamp '2024-07-01' and (valid_to is null or valid_to > timestamp '2024-07-01');
"""

# In the order of shop.seg; a query may read the result of an earlier one by its name.
QUERIES = {
    "brazil_checkout": """
        select distinct cart.usr_id
        from last_30 as cart join last_30 as checkout using (usr_id)
        where cart.geo_country = 'Brazil' and checkout.geo_country = 'Brazil'
          and cart.type = 'view' and cart.view_url_path = '/cart'
          and checkout.type = 'action' and checkout.action_type = 'click' and checkout.action_name = 'checkout'
          and cart.n < checkout.n and checkout.ts - cart.ts <= interval 1 hour
    """,
    "premium": """
        select distinct email as usr_email from plans_now where tier = 'premium'
    """,
    "regulars": """
        select usr_id from last_60
        group by usr_id
        having count(distinct case when type = 'view' then ts::date end) >= 4
           and count(case when type = 'action' and action_name = 'add' and amount > 20 then 1 end) >= 2
           and count(case when type = 'view' then 1 end)
               > 3 * count(case when type = 'action' and action_type = 'click' then 1 end)
    """,
    "big_spenders": """
        select usr_id from rum
        where ts >= timestamp '2024-04-01' and type = 'action' and action_name = 'purchase'
        group by usr_id
        having sum(amount) >= 300 and max(amount) <= 240 and avg(amount) > 100
    """,
    "new_buyers": """
        select usr_id from rum
        where type = 'action' and action_name = 'purchase'
        group by usr_id
        having min(ts) >= timestamp '2024-06-01' and min(ts) < timestamp '2024-07-01'
    """,
    "undecided": """
        select usr_id from rum
        where type = 'action' and action_name = 'add' and ts >= timestamp '2024-06-01' and ts < timestamp '2024-07-01'
        except
        select usr_id from rum where type = 'action' and action_name = 'purchase'
    """,
    "gone_quiet": """
        select usr_id from rum
        except
        select usr_id from rum where type = 'view' and ts >= timestamp '2024-06-10'
        except
        select usr_id from undecided
    """,
    "abroad_with_error": """
        with seen as (from last_30 where geo_country is null or geo_country <> 'Brazil')
        select session_id from seen where type = 'error'
        except
        select session_id from seen where type = 'action' and action_name in ('support', 'purchase')
    """,
    "loyal": """
        with buyers as (select usr_id from last_90 where type = 'action' and action_name = 'purchase'),
        mobile as (
          select usr_id from last_90 where type = 'view' and device_type = 'mobile'
          group by usr_id having count(distinct ts::date) >= 2
        ),
        campaign as (
          select usr_id from last_90 where type = 'view' and acquisition_channel in ('email', 'social')
          intersect
          select usr_id from last_90 group by usr_id having count(distinct session_id) >= 3
        ),
        premium_plan as (select usr_id from last_90 where usr_email in (select usr_email from premium)),
        refused as (
          select usr_id from last_90 where type = 'error' and error_message = 'payment refused'
          group by usr_id having count(*) >= 2
        ),
        paying as (
          select usr_id from last_90 where usr_email in (select email from plans_now where tier in ('pro', 'premium'))
        )
        select distinct usr_id from buyers
        where usr_id in (from mobile union all from campaign union all from premium_plan)
          and usr_id not in (from new_buyers)
          and usr_id not in (select usr_id from refused where usr_id is not null)
          and usr_id in (from paying)
    """,
    "premium_users": """
        select distinct usr_id from last_60 where usr_email in (select usr_email from premium)
    """,
    "bought_on_free": """
        select distinct usr_id
        from rum join plans on plans.email = rum.usr_email
         and plans.valid_from <= rum.ts and (plans.valid_to is null or rum.ts < plans.valid_to)
        where type = 'action' and action_name = 'purchase' and amount > 0 and tier = 'free'
    """,
    "smooth_buyers": """
        select distinct product.usr_id
        from last_120 as product
        join last_120 as added    using (usr_id, session_id)
        join last_120 as checkout using (usr_id, session_id)
        join last_120 as purchase using (usr_id, session_id)
        where product.type = 'view' and product.view_url_path like '/product/%'
          and added.type = 'action' and added.action_name = 'add'
          and product.n < added.n and added.ts - product.ts <= interval 15 minutes
          and checkout.type = 'action' and checkout.action_name = 'checkout' and added.n < checkout.n
          and purchase.type = 'action' and purchase.action_name = 'purchase'
          and checkout.n < purchase.n and purchase.ts - checkout.ts <= interval 20 minutes
          and purchase.ts - product.ts <= interval 1 hour
          and not exists (
            from last_120 as error
            where error.usr_id = product.usr_id and error.session_id = product.session_id
              and error.type = 'error' and error.n > checkout.n and error.n < purchase.n
          )
    """,
    "straight_but_lost": """
        select cart.usr_id
        from last_90 as cart
        join last_90 as checkout using (usr_id)
        join last_90 as error    using (usr_id)
        where cart.type = 'view' and cart.view_url_path = '/cart'
          and checkout.type = 'action' and checkout.action_name = 'checkout' and cart.n < checkout.n
          and not exists (
            from last_90 as other
            where other.usr_id = cart.usr_id and other.n > cart.n and other.n < checkout.n
              and (other.type = 'view' or other.type = 'action' and other.action_name in ('add', 'checkout'))
          )
          and error.type = 'error' and checkout.n < error.n and error.ts - cart.ts <= interval 2 hours
        except
        select usr_id from last_90 where type = 'action' and action_name = 'purchase'
    """,
    "wishful": """
        with wishes as (  -- catalogue, wish, wish: both wishes at most a day after the catalogue
          select catalog.usr_id, second.n, second.ts
          from last_120 as catalog
          join last_120 as first  using (usr_id)
          join last_120 as second using (usr_id)
          where catalog.type = 'view' and catalog.view_url_path = '/catalog'
            and first.type = 'action' and first.action_type = 'click' and first.action_name = 'wishlist'
            and second.type = 'action' and second.action_type = 'click' and second.action_name = 'wishlist'
            and catalog.n < first.n and first.ts - catalog.ts <= interval 1 day
            and first.n < second.n and second.ts - catalog.ts <= interval 1 day
        ),
        looks as (
          select wishes.usr_id, review.n, review.ts
          from wishes join last_120 as review using (usr_id)
          where review.type = 'view' and review.view_url_path = '/reviews'
            and wishes.n < review.n and review.ts - wishes.ts <= interval 7 days
        )
        select distinct usr_id
        from (from wishes union all from looks) as previous join last_120 as purchase using (usr_id)
        where purchase.type = 'action' and purchase.action_name = 'purchase' and purchase.amount > 20
          and previous.n < purchase.n and purchase.ts - previous.ts <= interval 3 days
    """,
    "careful_upsold": """
        with careful as (  -- both, in either order: where the pair begins and ends
          select usr_id, least(compare.ts, review.ts) as began, greatest(compare.n, review.n) as n
          from rum as compare join rum as review using (usr_id)
          where compare.type = 'view' and compare.view_url_path = '/compare'
            and review.type = 'view' and review.view_url_path = '/reviews'
        )
        select distinct usr_id
        from careful
        join rum as added    using (usr_id)
        join rum as purchase using (usr_id)
        where added.type = 'action' and added.action_name = 'add' and careful.n < added.n
          and purchase.type = 'action' and purchase.action_name = 'purchase' and added.n < purchase.n
          and purchase.ts - added.ts <= interval 1 day
          and purchase.amount > added.amount
          and purchase.ts - careful.began <= interval 30 days
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
