"""Builds `data/events.parquet` and `data/plans.csv` of the shop example.

    python prepare.py PATH/TO/ecom.csv.gz

`ecom.csv.gz` is the data set that the Python package `retentioneering` 5.2.4 ships in `retentioneering/datasets`. It needs
`duckdb` and nothing else. The same input always gives the same rows: whatever the set does not have is derived from the
MD5 sum of an identifier, never from a random number. `NOTICE` says what is derived.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

DATA = Path(__file__).parent / "data"

# What each of the set's 19 events is in the shape of RUM events:
# event, type, path of the view (null: the page that was open), action name, action type, error message.
EVENTS = """
    ('home',             'view',   '/',                 null,       null,     null),
    ('promo_page',       'view',   '/promo',            null,       null,     null),
    ('catalog',          'view',   '/catalog',          null,       null,     null),
    ('search',           'view',   '/search',           null,       null,     null),
    ('product_view',     'view',   '/product/',         null,       null,     null),
    ('compare',          'view',   '/compare',          null,       null,     null),
    ('review_page',      'view',   '/reviews',          null,       null,     null),
    ('cart',             'view',   '/cart',             null,       null,     null),
    ('payment_details',  'view',   '/checkout/payment', null,       null,     null),
    ('account_page',     'view',   '/account',          null,       null,     null),
    ('filter_results',   'action', null,                'filter',   'click',  null),
    ('add_to_cart',      'action', null,                'add',      'click',  null),
    ('wishlist_add',     'action', null,                'wishlist', 'click',  null),
    ('shipping_details', 'action', null,                'checkout', 'click',  null),
    ('support_chat',     'action', null,                'support',  'click',  null),
    ('purchase',         'action', null,                'purchase', 'custom', null),
    ('error_page',       'error',  null,                null,       null,     'page failed'),
    ('payment_error',    'error',  null,                null,       null,     'payment refused'),
    ('checkout_bug',     'error',  null,                null,       null,     'sent back to the cart')
"""

PREPARE = """
-- A number from 0 to n - 1 that depends on the text alone; `what` keeps the uses of one identifier apart.
create macro pick(what, id, n) as ('0x' || left(md5(what || ':' || id), 8))::bigint % n;

create table mapping as
from (values {events}) as t(event, type, path, action_name, action_type, error_message);

-- One row per event, numbered in order of time; rows of one second keep the order of the file.
create table clicks as
select row_number() over (order by timestamp, user_id, line) as event_id, *
from (select row_number() over () as line, * from read_csv('{csv}'));

-- One row per user: a country and an e-mail address, both invented.
create table users as
select user_id,
       case when pick('country', user_id, 100) < 40 then 'Brazil'
            when pick('country', user_id, 100) < 60 then 'Mexico'
            when pick('country', user_id, 100) < 75 then 'Portugal'
            when pick('country', user_id, 100) < 87 then 'Argentina'
            when pick('country', user_id, 100) < 96 then 'United States'
       end as country,                                                                       -- 4 % unknown
       case when pick('email', user_id, 100) < 8 then null                                   -- 8 % without
            when pick('email', user_id, 100) < 10 then 'O''Brien.' || number || '@example.com'
            when pick('email', user_id, 100) < 12 then upper(user_id) || '@EXAMPLE.COM'
            when pick('email', user_id, 100) < 14 then 'joão+' || number || '@example.com'
            when pick('email', user_id, 100) < 16 then 'family.' || pick('family', user_id, 5) || '@example.com'  -- shared
            else replace(user_id, '_', '.') || '@example.com'
       end as email
from (select distinct user_id, right(user_id, 4) as number from clicks);

create table events as
select event_id::integer as event_id,
       timestamp,
       type,
       -- An action or an error happened on the page that was open in its session, if one was.
       last_value(case when path = '/product/' then path || (100 + pick('product', event_id::text, 40)) else path end ignore nulls)
         over (partition by session_id order by timestamp, event_id) as view_url_path,
       action_name,
       action_type,
       error_message,
       session_id,
       -- In one session of 40 the visitor was not signed in.
       case when pick('signed in', session_id, 40) > 0 then user_id end as usr_id,
       case when pick('signed in', session_id, 40) > 0 then email end as usr_email,
       -- In one session of 20 the visitor travels.
       case when pick('travel', session_id, 20) > 0 then country
            when country = 'Brazil' then 'Argentina'
            else 'Brazil' end as geo_country,
       platform as device_type,
       acquisition_channel,
       -- Purchases, and products put into the cart, have an amount; 1 in 50 is missing, and 1 in 50 is 0.
       case when action_name in ('add', 'purchase') then
         case pick('odd amount', event_id::text, 50)
           when 0 then null
           when 1 then 0
           else case action_name when 'add' then 5 else 15 end
                + pick('amount', event_id::text, case action_name when 'add' then 12000 else 25000 end) / 100
         end
       end::decimal(10, 2) as amount
from clicks join mapping using (event) join users using (user_id);

copy (from events order by event_id) to '{data}/events.parquet' (format parquet, compression zstd, compression_level 19);

-- What a CRM would export: one row per version of an e-mail address's plan. At most one version is valid at any time.
create table customers as
select distinct email, pick('tier', email, 100) as rank, pick('history', email, 100) as history,
       timestamp '2023-07-01' + to_days(pick('since', email, 200)::integer) as since,
       timestamp '2024-02-01' + to_days(pick('change', email, 145)::integer) as changed
from (select lower(email) as email from users where email is not null and pick('crm', email, 100) >= 6   -- 6 % unknown to the CRM
      union all select 'lead.' || n || '@example.org' from range(12) as t(n));                           -- unknown to the shop

create table versions as
select email, tier, since as valid_from, case when history < 30 then changed end as valid_to
from (select *, case when rank < 50 then 'free' when rank < 80 then 'pro' else 'premium' end as tier from customers)
union all  -- 1 in 4 went up a tier or down; 5 % left (their last version has ended)
select email, case when rank < 35 then 'pro' when rank < 65 then 'premium' when rank < 80 then 'free' else 'pro' end,
       changed, null
from customers where history < 25;

create table plans as
select email, tier,
       case when pick('arr', email, 30) = 0 then null
            else case tier when 'free' then 0 when 'pro' then 120 + 12 * pick('arr', email, 30)
                           else 600 + 60 * pick('arr', email, 30) end end::decimal(10, 2) as arr,
       strftime(valid_from, '%Y-%m-%d %H:%M:%S') as valid_from, strftime(valid_to, '%Y-%m-%d %H:%M:%S') as valid_to
from versions;

copy (from plans order by email, valid_from) to '{data}/plans.csv' (header, delimiter ',');
"""


def main(csv: str) -> None:
    """Write both files from the downloaded set."""
    DATA.mkdir(exist_ok=True)
    with duckdb.connect(config={"threads": 1}) as connection:
        quoted = {"csv": csv.replace("'", "''"), "data": str(DATA).replace("'", "''")}
        connection.execute(PREPARE.format(events=EVENTS, **quoted))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
