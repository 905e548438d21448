"""The API against its own OpenAPI: whatever is sent, no 500, and every answer is one that the schema promises.

A small fixed number of examples in each run; `DEEP=1` draws more, and others each time.
"""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from django.conf import settings as site
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.middleware.csrf import CSRF_SECRET_LENGTH
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.wsgi import application
from tests.factories import providers as make

DEEP = bool(os.environ.get("DEEP"))
EXAMPLES = 400 if DEEP else 15
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection,
]  # fmt: skip

PROMISED = SchemaGenerator().get_schema(request=None, public=True)
del PROMISED["components"]["securitySchemes"]  # who asks is decided by the tests, not drawn
SCHEMA = schemathesis.openapi.from_dict(PROMISED)
SCHEMA.app = application
SCHEMA.config.checks.negative_data_rejection.expected_statuses = ["4xx"]  # 412 may come before the body is judged
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """As Django's own test client: a request neither opens nor closes the connection that the test's rows are on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def provider(city):
    """A provider with a class, a notice and a run beside it, for addresses that lead somewhere."""
    return make.class_group().provider


@pytest.fixture
def doors(provider, client_of) -> dict[str, dict]:
    """What the request carries: nothing, or the session of the provider's owner."""
    owner = client_of(make.owner_of(provider))
    token = "a" * CSRF_SECRET_LENGTH
    cookies = {site.SESSION_COOKIE_NAME: owner.cookies[site.SESSION_COOKIE_NAME].value, site.CSRF_COOKIE_NAME: token}
    return {"a stranger": {}, "the owner": {"cookies": cookies, "headers": {"X-CSRFToken": token}}}


def drawn(label: str, real: dict[str, str]) -> st.SearchStrategy:
    """A good or a bad request of the operation, half of them to a row that is there."""
    operation = OPERATIONS[label]
    ways = [operation.as_strategy(mode) for mode in GenerationMode]
    if "{public_id}" in label:
        ways += [operation.as_strategy(mode, path_parameters=real) for mode in GenerationMode]
    return st.one_of(ways)


@pytest.mark.parametrize("who", ["a stranger", "the owner"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_sent_the_answer_is_as_promised(label, who, doors, provider):
    @settings(
        max_examples=EXAMPLES, derandomize=not DEEP, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=drawn(label, {"public_id": str(provider.public_id)}))
    def send(case) -> None:
        with transaction.atomic():  # each example finds the rows as they were
            case.call_and_validate(checks=CHECKS, **doors[who])
            transaction.set_rollback(True)

    send()
