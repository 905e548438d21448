"""The whole ledger recomputed naively in plain Python, to be compared with what runs have posted.

Independent of the SQL of a close: it reads rows as they stand and shares with the run only the law itself (`assess`)
and the reading of versions. Slow and simple on purpose.
"""

from subsidies.queries.recount.compare import Difference, differences, expected, providers_of, waiting

__all__ = ["Difference", "differences", "expected", "providers_of", "waiting"]
