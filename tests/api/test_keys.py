"""Every operation answers its own example with the keys that its schema has, no more and no fewer."""

import json

import pytest
from django.utils import timezone

from accounts import tokens
from guidance.catalog.models import Resource
from tests.api.described import OPERATIONS, OWN
from tests.api.own.conftest import confirmed, signed_in
from tests.api.test_schema import content, strict, validator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named")]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_answer_has_the_keys_of_its_schema(operation):
    lena = confirmed("lena")
    token, _text = tokens.make(owner=lena, name="Old", scope="read", days=1, now=timezone.now())
    client = signed_in(lena)
    for other in OPERATIONS:  # something is there to be read
        if other.path.startswith(OWN) and other.method in {"put", "post"} and other.path != operation.path:
            address, body = other.right({"resources": Resource.objects.get().pk, "tokens": token.pk})
            assert client.generic(other.method.upper(), address, json.dumps(body), "application/json").status_code < 300
    address, body = operation.right({"resources": Resource.objects.get().pk, "tokens": token.pk})
    response = client.generic(
        operation.method.upper(), address, json.dumps(body) if body is not None else "", "application/json"
    )
    status = str(response.status_code)
    assert status in {"200", "201", "204"}, response.content
    if status == "204":
        assert not response.content
    else:
        validator(content(operation.described, status)["schema"], strict).validate(response.json())
