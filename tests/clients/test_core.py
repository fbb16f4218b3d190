"""The generated files of `waymark-client` match the OpenAPI document."""

import os

import generate_client

from guidance.api.docs import document


def test_the_client_has_every_operation_as_the_schema_says():
    for file, text in generate_client.files(document()).items():
        if os.environ.get("UPDATE_CLIENT"):
            file.write_text(text)
        # Compared as a whole: pytest would take minutes to show how 2,000 lines differ.
        assert (file.read_text() == text) is True, f"{file.name} is not up to date: UPDATE_CLIENT=1 pytest {__file__}"
