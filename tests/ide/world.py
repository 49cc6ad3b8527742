"""A small file in which everything has a name."""

TEXT = """\
## Rows of the shop.
source rum {
  from   events
  time   at
  key    usr.id, usr.email = mail
  field  kind        : enum('view', 'buy')
  ## What was paid.
  field  amount      : decimal
  field  geo.country : text = country
  event  view : kind = 'view'
  event  buy  : kind = 'buy'
}

table plans {
  from   plans
  key    usr.email unique
  field  tier : enum('free', 'pro')
}

param country : text = 'Brazil'
define big = amount > 100

## Pays well.
segment payers {
  key   usr.id
  from  rum
  where geo.country = $country
  did buy where big and plans.tier = 'pro'
}

segment lost {
  key  usr.id
  from rum
  in payers
  not in pro via usr.email
  steps within 1 hour {
    view where amount > 1 as look
    then rum.buy where rum.amount > look.amount
  }
}

segment pro { key usr.email  from plans  where tier = 'pro' }

test payers at 2026-03-31 with country = 'Chile' {
  'ana' in {
    2026-03-30T10:00  kind = 'buy', amount = 200, geo.country = 'Chile'
    plans: tier = 'pro'
  }
}
"""


def at(before: str, word: str = "") -> str:
    """The text with the cursor behind its first `before`."""
    assert before in TEXT, before
    return TEXT.replace(before, f"{before}<|>", 1)
