"""The reference interpreter: what a segment means, over plain rows, as slowly and plainly as the contract reads.

It is the oracle of the tests, and knows nothing of SQL. `R4` and the like in a comment is a rule of docs/contract.md.
"""

from segql.reference.analyses import result
from segql.reference.conditions import members

__all__ = ["members", "result"]
