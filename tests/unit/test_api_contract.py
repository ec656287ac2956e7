"""The API as a whole: every route has an audience, an example and its place in docs/api.md."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from dashboard.api.audience import AUDIENCES, KEY
from dashboard.api.docs import build_docs_markdown, operations
from dashboard.api.examples import EXAMPLES
from dashboard.api.problems import PROBLEM_TYPES
from dashboard.api.router import build_api_router
from dashboard.security import page_policy
from tests.api_app import api_app

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
NO_EXAMPLE = {"/healthz", "/readyz", "/metrics", "/api/v1/criteria/{set_id}"}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return api_app()


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def test_every_operation_declares_its_audience(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation.get(KEY) in AUDIENCES, f"{method} {path} has no rule of who may call it"
        is_writing = method != "GET" and not path.endswith("/score")
        assert not is_writing or operation[KEY] == "owner", f"anyone could {method} {path}"
        assert ("security" in operation) == (operation[KEY] == "owner")


def test_hidden_routes_are_few_and_known(app: FastAPI) -> None:
    shown = set(app.openapi()["paths"])
    hidden = {
        path
        for path in all_paths(app)
        if path not in shown and path not in ("/api/v1/openapi.json", "/api/v1/docs")
    }
    assert hidden == {"/api/{path:path}"}


def all_paths(app: FastAPI) -> set[str]:
    """Paths of all routes, those of included routers too."""
    found: set[str] = set()

    def walk(routes: Any, prefix: str) -> None:
        for route in routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                walk(inner.routes, prefix + getattr(route.include_context, "prefix", ""))
            elif isinstance(path := getattr(route, "path", None), str):
                found.add(prefix + path)

    walk(app.routes, "")
    return found


def test_no_route_of_the_router_is_missing_in_the_document(document: dict[str, Any]) -> None:
    assert len(document["paths"]) >= 15
    assert build_api_router().routes


def test_docs_file_is_true(document: dict[str, Any]) -> None:
    assert DOCS.read_text(encoding="utf-8") == build_docs_markdown(document), (
        "docs/api.md is old: run 'python -m dashboard.api.write_docs'"
    )


def test_every_route_has_an_example_that_fits_its_model(
    app: FastAPI, document: dict[str, Any]
) -> None:
    models = {(method.lower(), path): model for method, path, model in response_models(app)}
    for method, path, operation in operations(document):
        content = operation["responses"].get("200", {}).get("content", {})
        if path in NO_EXAMPLE or "application/geo+json" in content:
            continue
        key = (method.lower(), path)
        assert key in EXAMPLES, f"{method} {path} has no example"
        TypeAdapter(models[key]).validate_python(EXAMPLES[key])


def response_models(app: FastAPI) -> list[tuple[str, str, Any]]:
    found = []

    def walk(routes: Any, prefix: str) -> None:
        for route in routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                walk(inner.routes, prefix + getattr(route.include_context, "prefix", ""))
            elif isinstance(route, APIRoute):
                found.extend(
                    (method, prefix + route.path, route.response_model) for method in route.methods
                )

    walk(app.routes, "")
    return found


def test_documents_and_pages_of_the_api_load_nothing_from_elsewhere(app: FastAPI) -> None:
    client = TestClient(app)
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert client.get("/api/v1/openapi.json").json()["paths"]
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v2/levels"])
def test_unknown_addresses_of_the_api_are_problems(app: FastAPI, path: str) -> None:
    response = TestClient(app).get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "/problems/not-found"


def test_a_parameter_given_twice_is_refused_by_name(app: FastAPI) -> None:
    response = TestClient(app).get("/api/v1/levels?level=province&level=ward")
    assert response.status_code == 422
    assert response.json()["errors"] == [
        {
            "name": "level",
            "where": "query",
            "reason": "stands 2 times in the address; give it once",
        }
    ]


def test_wrong_method_is_a_problem(app: FastAPI) -> None:
    response = TestClient(app).request("DELETE", "/api/v1/editions")
    assert response.status_code in (404, 405)
    assert response.headers["content-type"] == "application/problem+json"


def test_problem_types_are_never_renamed() -> None:
    assert {
        "unknown-parameter",
        "invalid-parameter",
        "invalid-body",
        "not-found",
        "boundary-replaced",
        "method-not-allowed",
        "owner-key-required",
        "owner-key-refused",
        "forged",
        "conflict",
        "refused",
        "body-too-large",
        "unavailable",
        "internal",
    } == set(PROBLEM_TYPES)


def test_headers_of_answers(app: FastAPI) -> None:
    headers = TestClient(app).get("/healthz").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    page = TestClient(app).get("/api/v1/docs").headers["content-security-policy"]
    assert page.startswith("default-src 'none'")
    assert "script-src" not in page
    assert "style-src 'self';" in page
    for policy in (page, page_policy(["'sha256-x'"], is_https=True)):
        assert "unsafe" not in policy
        assert "http" not in policy


def test_a_long_body_is_refused_before_it_is_read(app: FastAPI) -> None:
    client = TestClient(app)
    long = b'{"answers": {"a": "' + b"x" * 300_000 + b'"}}'
    for send in (long, iter([long[:100], long[100:]])):
        response = client.post(
            "/api/v1/criteria/school-1467/score",
            content=send,
            headers={"content-type": "application/json"},
        )
        assert response.status_code == 413
        assert response.json()["type"] == "/problems/body-too-large"


def test_head_is_get_without_a_body(app: FastAPI) -> None:
    client = TestClient(app)
    response = client.head("/api/v1/criteria")
    assert response.status_code == 200
    assert response.content == b""
    assert (
        response.headers["content-length"]
        == client.get("/api/v1/criteria").headers["content-length"]
    )


def test_metrics_hold_templates_and_no_codes(app: FastAPI) -> None:
    client = TestClient(app)
    client.get("/api/v1/criteria/no-such-set?x=1")
    text = client.get("/metrics").text
    assert 'route="/api/v1/criteria/{set_id}"' in text
    assert "no-such-set" not in text
