"""The generated files of `waymark-client` match the OpenAPI document."""

import os

import generate_client
from waymark_client import Client

from guidance.api.docs import document


def test_the_client_has_every_operation_as_the_schema_says():
    for file, text in generate_client.files(document()).items():
        if os.environ.get("UPDATE_CLIENT"):
            file.write_text(text)
        # Compared as a whole: pytest would take minutes to show how 2,000 lines differ.
        assert (file.read_text() == text) is True, f"{file.name} is not up to date: UPDATE_CLIENT=1 pytest {__file__}"


def test_only_what_reads_a_list_is_iterated():
    """A method that writes answers with the first page of what it wrote: an iterator over it would read another list and write
    nothing."""
    paths = document()["paths"].values()
    written = {
        generate_client._identifier(operation["operationId"])
        for path in paths
        for method, operation in path.items()
        if method != "get" and "operationId" in operation
    }
    assert "confirm_proven_levels" in written
    assert {name for name in written if hasattr(Client, f"iter_{name}")} == set()
