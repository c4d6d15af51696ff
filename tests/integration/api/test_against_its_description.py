"""The API is called with what its description allows: it answers as it says, and never with 500."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.throttling import UserRateThrottle
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ka_crm.people.operations import create_token
from ka_crm.wsgi import application

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip


@pytest.fixture
def one_connection():
    """The application is called without a server: it must keep the connection of the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(one_connection, adam, monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "rate", "1000000/min", raising=False)
    _row, secret = create_token(by=adam, user=adam)
    return secret


@pytest.fixture
def described(token):
    headers = {"Authorization": f"Token {token}"}
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", application, headers=headers)


@pytest.mark.slow
def test_every_operation_answers_as_described(described, token, alpha_store, tequila):
    failures = []
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=2,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def call(case):
            case.call_and_validate(headers={"Authorization": f"Token {token}"}, checks=CHECKS)

        try:
            call()
        except FailureGroup as error:
            failures.append(f"{operation.method} {operation.path}: {[str(one) for one in error.exceptions]}")
    assert not failures, "\n".join(failures)
