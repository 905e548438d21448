"""Tables of the portal."""

from portal.models.areas import Area, AreaLevel, AreaSpan
from portal.models.audit import AuditEvent, Draft, IdempotentAnswer, Seal
from portal.models.clock import DemoDay
from portal.models.law import CalendarDay, Clause, LawKey, LawValue, PolicyDocument, PolicyStatus
from portal.models.papers import Interest, NoticeState, Objection, OutgoingMessage, PublicNotice, StoredFile
from portal.models.people import Department, Invitation, Membership, Role, User
from portal.models.runs import Run, RunChunk, RunState

__all__ = [
    "Area", "AreaLevel", "AreaSpan", "AuditEvent", "CalendarDay", "Clause", "DemoDay", "Department", "Draft",
    "IdempotentAnswer", "Interest", "Invitation", "LawKey", "LawValue", "Membership", "NoticeState", "Objection",
    "OutgoingMessage", "PolicyDocument", "PolicyStatus", "PublicNotice", "Role", "Run", "RunChunk", "RunState",
    "Seal", "StoredFile", "User",
]  # fmt: skip
