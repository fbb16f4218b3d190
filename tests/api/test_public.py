"""What all public reading has in common."""

import pytest

PATHS = [
    "areas/",
    "skills/",
    "skills/skill-003/",
    "roles/",
    "roles/ai-engineer/",
    "roles/compare/?role=ai-engineer&role=data-scientist",
    "industries/",
    "resources/",
    "projects/",
    "guides/",
    "questions/",
    "starting-points/",
    "graph/",
    "search/?q=skill",
    "changes/",
]


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_public_and_cacheable(client, whole_catalogue, path):
    first = client.get(f"/api/v1/{path}")
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, max-age=1"
    assert "Cookie" not in first.headers["Vary"]
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in first.headers
    assert not first.cookies
    again = client.get(f"/api/v1/{path}")  # served without entering DRF
    assert again.content == first.content
    different = {"X-Request-ID", "RateLimit"}
    assert {k: v for k, v in again.headers.items() if k not in different} == {
        k: v for k, v in first.headers.items() if k not in different
    }


@pytest.mark.parametrize("path", PATHS)
def test_an_unchanged_answer_is_304(client, whole_catalogue, path):
    etag = client.get(f"/api/v1/{path}").headers["ETag"]
    for asked in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = client.get(f"/api/v1/{path}", headers={"If-None-Match": asked})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == etag
        assert "Content-Type" not in response.headers
    for asked in ('"other"', "", "nonsense", etag[:-2] + '"'):
        assert client.get(f"/api/v1/{path}", headers={"If-None-Match": asked}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_without_a_body(client, whole_catalogue, path):
    expected = client.get(f"/api/v1/{path}")
    response = client.head(f"/api/v1/{path}")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"] == expected.headers["ETag"]
    assert response.headers["Content-Length"] == str(len(expected.content))


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_is_answered(client, whole_catalogue, path):
    response = client.options(
        f"/api/v1/{path}",
        headers={
            "Origin": "https://elsewhere.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert (response.status_code, response.headers.get("Content-Type")) == (204, None)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*;q=0.1", "application/*"])
def test_json_is_served_to_whoever_takes_it(client, whole_catalogue, accept):
    for _ in range(2):
        assert client.get("/api/v1/skills/", headers={"Accept": accept}).status_code == 200
