"""Every address refuses a stranger, except those on a written list. A new address must choose."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# Addresses anybody may open, with the reason.
PUBLIC = {
    # health
    "livez", "readyz",
    # what the law wants public, and what explains it
    "notices", "notice", "policies", "policy", "verify", "verify_code", "privacy", "accessibility", "help",
    # preferences of a visitor
    "set_language", "set_elder",
    # the demo's own pages (404 outside the demo)
    "demo", "demo_next_workday", "styleguide",
    # an invitation opens with its secret link
    "invitation",
    # logging in
    "account_login", "account_logout", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_inactive",
    "account_email_verification_sent", "account_confirm_email", "account_reauthenticate", "mfa_authenticate",
    "account_confirm_login_code", "account_request_login_code",
    # the API's public part
    "api_schema", "api_docs", "api_areas", "api_notices", "api_notice", "api_search",
}  # fmt: skip
# Public pages of the apps: (namespace, name).
PUBLIC_OF_APPS = {
    "search",  # the parents' search
    "district_outlines",  # what the map draws
    "providers:register",  # what registering needs; sending it needs an account
    "subsidies:policies",  # the subsidy policies as data
    "quotas:public",  # places per 1,000 residents
}

SAMPLES = {"uuid": str(uuid.UUID(int=1)), "int": "1", "str": "x", "slug": "x", "path": "x"}


def addresses(patterns=None, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Every (name, path) of the site with sample values in the places of variables."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, prefix + route, inner)
        elif isinstance(pattern, URLPattern):
            path = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES.get(m[1] or "str", "x"), prefix + route)
            path = re.sub(r"\(\?P<\w+>[^)]*\)", "x", path).strip("^$").replace("\\", "")
            yield f"{namespace}{pattern.name or route}", f"/{path}"


ALL = sorted(set(addresses()))


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "path"), ALL, ids=[name for name, _path in ALL])
def test_a_stranger_is_refused(client, name, path):
    if name in PUBLIC | PUBLIC_OF_APPS:
        return
    for method in ("get", "post"):
        answer = getattr(client, method)(path)
        to_login = answer.status_code == 302 and "/accounts/login/" in answer["Location"]
        assert to_login or answer.status_code in {401, 403, 404, 405}, (method, path, answer.status_code)


def test_the_written_list_has_no_ghosts():
    """What is public and gone must leave the list, or a later page of that name would be open unseen."""
    names = {name for name, _path in ALL}
    assert names >= PUBLIC_OF_APPS
    assert PUBLIC - names <= {"account_confirm_login_code", "account_request_login_code", "api_search"}


@pytest.mark.django_db
def test_admin_is_not_exposed(client):
    assert client.get("/admin/").status_code == 404
