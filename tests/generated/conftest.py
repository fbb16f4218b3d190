from tests.clients.conftest import _now, headers, ids, lena, named  # noqa: F401
