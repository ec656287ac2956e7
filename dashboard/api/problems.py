"""Errors as problem documents (RFC 9457): one sentence, a stable type, nothing internal."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from data.errors import ConflictError, InputError, NotFoundError
from geo.errors import AnToanError

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger("antoan.problem")

# Every `type` that an answer can have; scripts may compare them, so none is ever renamed.
PROBLEM_TYPES: Mapping[str, str] = {
    "unknown-parameter": "A parameter has a name that this address does not know",
    "invalid-parameter": "A parameter has a value that cannot be taken",
    "invalid-body": "The body of the request cannot be taken",
    "not-found": "There is no such edition, area, venue, criteria set or address",
    "boundary-replaced": "The boundary file has another content hash now",
    "method-not-allowed": "The address does not take this method",
    "owner-key-required": "The address takes an API key of the venue's account as a Bearer token",
    "owner-key-refused": "The API key is wrong, revoked or another venue's",
    "forged": "The request was sent by a page of another site",
    "conflict": "The request contradicts what is stored",
    "refused": "The request cannot be done as asked",
    "body-too-large": "The body of the request is too long",
    "unavailable": "The data cannot be read at the moment",
    "internal": "Something went wrong on our side",
}


class ParameterProblem(BaseModel):
    """What is wrong with one parameter or field."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="The parameter, or the path of the field in the body")
    where: str = Field(description="query, path, header or body")
    reason: str


class ProblemDocument(BaseModel):
    """A problem document (RFC 9457)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "type": "/problems/invalid-parameter",
                "title": "A parameter has a value that cannot be taken",
                "status": 422,
                "detail": "day: 2031-01-01 is after today",
                "errors": [
                    {"name": "day", "where": "query", "reason": "2031-01-01 is after today"}
                ],
            }
        },
    )

    type: str = Field(description="Stable, relative: /problems/…")
    title: str
    status: int
    detail: str
    errors: list[ParameterProblem] | None = None
    current: str | None = Field(default=None, description="The address to use instead")


class ProblemError(AnToanError):
    """An answer that is a problem document of a given kind."""

    def __init__(
        self,
        kind: str,
        status: int,
        detail: str,
        *,
        errors: list[dict[str, str]] | None = None,
        current: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.status = status
        self.errors = errors
        self.current = current


def invalid_parameter(name: str, reason: str, *, where: str = "query") -> ProblemError:
    """A 422 that names the parameter and says why its value cannot be taken."""
    return ProblemError(
        "invalid-parameter",
        422,
        f"{name}: {reason}",
        errors=[{"name": name, "where": where, "reason": reason}],
    )


def problem_response(
    kind: str,
    status: int,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    current: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document as a response."""
    document: dict[str, Any] = {
        "type": f"/problems/{kind}",
        "title": PROBLEM_TYPES[kind],
        "status": status,
        "detail": detail,
    }
    if errors:
        document["errors"] = errors
    if current:
        document["current"] = current
    return Response(
        _as_json(document),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"cache-control": "no-store", **(headers or {})},
    )


def _as_json(document: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(document)
    except TypeError:
        # JSON bodies can name halves of surrogate pairs ("\\ud800"), which no UTF-8 can hold.
        text = json.dumps(document, ensure_ascii=False)
        return text.encode("utf-8", "replace")


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(AnToanError, _on_known)
    app.add_exception_handler(SQLAlchemyError, _on_database)
    app.add_exception_handler(Exception, _on_unknown)


def parameter_problems(error: RequestValidationError) -> list[dict[str, str]]:
    """What is wrong, by parameter; values that people sent are not repeated."""
    found = []
    for item in error.errors():
        where, *path = (str(part) for part in item["loc"])
        name = ".".join(path) or where
        if item["type"] == "extra_forbidden":
            reason = "is not a parameter of this address"
        elif item["type"] == "missing":
            reason = "is required"
        elif item["type"] in ("too_long", "too_short"):
            word, most = (
                ("most", "max_length")
                if item["type"] == "too_long"
                else (
                    "least",
                    "min_length",
                )
            )
            reason = f"takes at {word} {item['ctx'][most]} items"
        else:
            reason = str(item["msg"]).removeprefix("Value error, ")
        found.append({"name": name, "where": where, "reason": reason})
    return found


async def _on_validation(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    problems = parameter_problems(error)
    first = problems[0]
    unknown = any(item["type"] == "extra_forbidden" for item in error.errors())
    kind = (
        "invalid-body"
        if first["where"] == "body"
        else "unknown-parameter"
        if unknown
        else "invalid-parameter"
    )
    detail = "; ".join(f"{item['name']}: {item['reason']}" for item in problems[:5])
    return problem_response(kind, 422, detail, errors=problems)


async def _on_http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    kinds = {
        404: ("not-found", "there is nothing at this address"),
        405: ("method-not-allowed", "this address does not take this method"),
        413: ("body-too-large", "the body is longer than this address takes"),
        422: ("invalid-body", "the body cannot be read"),
        400: ("invalid-body", "the body cannot be read"),
    }
    kind, detail = kinds.get(
        error.status_code,
        (
            "refused" if error.status_code < 500 else "internal",
            HTTPStatus(error.status_code).phrase,
        ),
    )
    status = 422 if kind == "invalid-body" else error.status_code
    return problem_response(kind, status, detail, headers=error.headers)


async def _on_known(_request: Request, error: Exception) -> Response:
    if isinstance(error, ProblemError):
        headers = {"www-authenticate": "Bearer"} if error.status == 401 else None
        return problem_response(
            error.kind,
            error.status,
            str(error),
            errors=error.errors,
            current=error.current,
            headers=headers,
        )
    if isinstance(error, NotFoundError):
        return problem_response("not-found", 404, str(error))
    if isinstance(error, ConflictError):
        return problem_response("conflict", 409, str(error))
    if isinstance(error, InputError):
        return problem_response("refused", 422, str(error))
    return problem_response("refused", 422, str(error))


async def _on_database(_request: Request, error: Exception) -> Response:
    # Only the kind of the error: messages of the database hold statements and values.
    log.error("database", error=type(error).__name__)
    if isinstance(error, OperationalError | PoolTimeoutError):
        return problem_response(
            "unavailable",
            503,
            "the data cannot be read at the moment; try again in a few seconds",
            headers={"retry-after": "5"},
        )
    return problem_response("internal", 500, "something went wrong on our side; it was noted")


async def _on_unknown(_request: Request, error: Exception) -> Response:
    log.error("internal", error=type(error).__name__)
    return problem_response("internal", 500, "something went wrong on our side; it was noted")
