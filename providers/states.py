"""The two machines of a provider: its filing cases and its standing (domain: 登记和备案办法)."""

from portal.states import Machine, Moves
from providers.models import FilingCase, FilingState, Provider, Standing

FILING_MOVES: Moves = {
    FilingState.DRAFT: {FilingState.SUBMITTED, FilingState.WITHDRAWN},
    FilingState.SUBMITTED: {FilingState.RETURNED, FilingState.RECEIVED, FilingState.WITHDRAWN},
    FilingState.RETURNED: {FilingState.SUBMITTED, FilingState.WITHDRAWN},
    FilingState.RECEIVED: {FilingState.CONFORMING, FilingState.NON_CONFORMING},
    FilingState.CONFORMING: set(),
    FilingState.NON_CONFORMING: set(),  # a new filing is a new case
    FilingState.WITHDRAWN: set(),
}

STANDING_MOVES: Moves = {
    Standing.UNFILED: {Standing.ACTIVE, Standing.CANCELLED},
    Standing.ACTIVE: {Standing.SUSPENDED, Standing.CANCELLED},
    Standing.SUSPENDED: {Standing.ACTIVE, Standing.CANCELLED},
    Standing.CANCELLED: set(),
}

FILING = Machine("filing", FilingCase, FILING_MOVES, title="Filing case (备案件)")
STANDING = Machine("standing", Provider, STANDING_MOVES, field="standing", title="Standing of a provider (机构状态)")

MACHINES: list[Machine] = [FILING, STANDING]
