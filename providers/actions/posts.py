"""Who works for a provider in this portal (机构账号)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, clock
from portal.models import User
from portal.problems import NotAllowed, Refusal
from providers.actions.standing import lock
from providers.models import Post, PostRole
from providers.permissions import may_run


class LastOwner(Refusal):
    """A provider is never left without an owner."""

    code = "last-owner"
    text = _("The last owner stays. Name another owner first.")


@transaction.atomic
def grant_post(provider_id: int, *, user: User, role: str, by: User) -> Post:
    """Let a person with an account work for the provider; a second grant changes the role."""
    provider = lock(provider_id)
    if not may_run(by, provider):
        raise NotAllowed
    held = Post.objects.filter(provider=provider, user=user, ended_at__isnull=True).first()
    if held is not None:
        if held.role == role:
            return held
        _end(held)
    post = Post.objects.create(provider=provider, user=user, role=role, granted_at=clock.now(), granted_by=by)
    audit.record(provider, "grant_post", by=by, user=user.username, role=role)
    return post


@transaction.atomic
def end_post(post_id: int, *, by: User) -> None:
    """End a person's access. Raises LastOwner."""
    provider = lock(Post.objects.values_list("provider_id", flat=True).get(pk=post_id))
    post = Post.objects.select_for_update().select_related("user").get(pk=post_id)
    if not may_run(by, provider):
        raise NotAllowed
    if post.ended_at is None:
        _end(post)
        audit.record(provider, "end_post", by=by, user=post.user.username, role=post.role)


def _end(post: Post) -> None:
    others = Post.objects.filter(provider=post.provider, role=PostRole.OWNER, ended_at__isnull=True).exclude(pk=post.pk)
    if post.role == PostRole.OWNER and not others.exists():
        raise LastOwner
    Post.objects.filter(pk=post.pk).update(ended_at=clock.now())
