"""A typed client of the Waymark API. `Client` blocks, `AsyncClient` has methods to await; both have a method for every
operation.

from waymark_client import Client

with Client("http://localhost:8000") as waymark:
    plan = waymark.plan({"role": "ai-engineer", "hours_per_week": 8})
    print(plan["finish"])
"""

from waymark_client import models
from waymark_client.client import AsyncClient, Client
from waymark_client.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    PreconditionFailed,
    Problem,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unprocessable,
)

__all__ = [
    "AsyncClient",
    "Client",
    "Conflict",
    "Forbidden",
    "Gone",
    "Invalid",
    "NotFound",
    "PreconditionFailed",
    "Problem",
    "TooManyRequests",
    "Unauthorized",
    "Unavailable",
    "Unprocessable",
    "models",
]
