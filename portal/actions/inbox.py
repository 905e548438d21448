"""A person has read what the house told them."""

from portal import clock
from portal.models import OutgoingMessage, User


def mark_read(user: User) -> int:
    """Mark a person's inbox as read; gives how many were new."""
    new = OutgoingMessage.objects.filter(user=user, channel="INBOX", read_at__isnull=True)
    return new.update(read_at=clock.now())
