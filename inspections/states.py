"""The machines of inspections: visits, findings, assessments (domain §6)."""

from inspections.models import Assessment, AssessmentState, Finding, FindingState, Visit, VisitState
from portal.states import Machine, Moves

VISIT_MOVES: Moves = {
    VisitState.PLANNED: {VisitState.UNDER_WAY, VisitState.CANCELLED},
    VisitState.UNDER_WAY: {VisitState.FINISHED},
    VisitState.FINISHED: {VisitState.PUBLISHED},
    VisitState.PUBLISHED: set(),
    VisitState.CANCELLED: set(),
}

FINDING_MOVES: Moves = {
    FindingState.OPEN: {FindingState.ANSWERED, FindingState.WITHDRAWN},
    FindingState.ANSWERED: {FindingState.OPEN, FindingState.CLEARED, FindingState.WITHDRAWN},
    FindingState.CLEARED: set(),  # what comes back is a new finding
    FindingState.WITHDRAWN: set(),
}

ASSESSMENT_MOVES: Moves = {
    AssessmentState.SCORED: {AssessmentState.CONFIRMED, AssessmentState.RETURNED},
    AssessmentState.RETURNED: {AssessmentState.SCORED},
    AssessmentState.CONFIRMED: set(),
}

VISIT = Machine("visit", Visit, VISIT_MOVES, title="Visit on site (现场检查)")
FINDING = Machine("finding", Finding, FINDING_MOVES, title="Finding (隐患整改)")
ASSESSMENT = Machine("assessment", Assessment, ASSESSMENT_MOVES, title="Assessment (星级评定)")

MACHINES: list[Machine] = [VISIT, FINDING, ASSESSMENT]
