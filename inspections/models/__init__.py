"""Tables of inspections."""

from inspections.models.checklists import CheckGroup, Checklist, ChecklistItem, Level
from inspections.models.decisions import ClassSuspension, Decision, DecisionKind
from inspections.models.findings import (
    AnswerVerdict,
    Finding,
    FindingAnswer,
    FindingExtension,
    FindingFile,
    FindingState,
)
from inspections.models.ratings import Assessment, AssessmentState, RatingScheme, RatingSpan
from inspections.models.visits import CheckResult, Draw, Outcome, Visit, VisitKind, VisitResult, VisitState

__all__ = [
    "AnswerVerdict", "Assessment", "AssessmentState", "CheckGroup", "CheckResult", "Checklist", "ChecklistItem",
    "ClassSuspension", "Decision", "DecisionKind", "Draw", "Finding", "FindingAnswer", "FindingExtension",
    "FindingFile", "FindingState", "Level", "Outcome", "RatingScheme", "RatingSpan", "Visit",
    "VisitKind", "VisitResult", "VisitState",
]  # fmt: skip
