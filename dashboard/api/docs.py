"""The API's documentation for people: one page made from the OpenAPI document, without scripts."""

from collections.abc import Iterator
from html import escape
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from dashboard.api import PREFIX
from dashboard.api.audience import KEY, PUBLIC
from dashboard.api.problems import PROBLEM_TYPES

# The page runs nothing; browsers ask for the site's own icon beside its style sheet.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
METHODS = ("get", "post", "put", "patch", "delete")

router = APIRouter(prefix=PREFIX)


@router.get("/docs", include_in_schema=False, openapi_extra=PUBLIC)
async def get_docs(request: Request) -> Response:
    """The documentation page."""
    page = build_docs_page(request.app.openapi())
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of every route, in the order of the document."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def type_words(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(type_words(one) for one in schema[union])
    if schema.get("type") == "array":
        inner = schema.get("items")
        return f"list of {type_words(inner)}" if isinstance(inner, dict) and inner else "list"
    words = str(schema.get("format") or schema.get("type") or "any")
    low, high = schema.get("minimum"), schema.get("maximum")
    return f"{words}, {low} to {high}" if low is not None and high is not None else words


def meaning(parameter: dict[str, Any]) -> str:
    """What a parameter means."""
    schema = parameter["schema"]
    found = [parameter.get("description"), schema.get("description")]
    found += [one.get("description") for one in schema.get("anyOf", ())]
    return next((words for words in found if words), "")


def value_words(parameter: dict[str, Any]) -> str:
    """What values a parameter takes; that it may be left out is said elsewhere."""
    return type_words(parameter["schema"]).removesuffix(" or null")


def answer_words(operation: dict[str, Any]) -> list[tuple[str, str]]:
    """Status and meaning of every answer."""
    found = []
    for status, response in operation.get("responses", {}).items():
        words = response.get("description", "")
        content = response.get("content", {}).get("application/json", {})
        if status.startswith("2") and content.get("schema"):
            words = type_words(content["schema"])
        found.append((status, words))
    return found


def build_docs_page(document: dict[str, Any]) -> str:
    """The page: plain HTML that any browser and any screen reader shows."""
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8>",
        '<meta name=viewport content="width=device-width,initial-scale=1">',
        '<link rel=stylesheet href="/static/site/docs.css">',
        "<title>An Toàn Map: API</title></head><body><main>",
        f"<h1>An Toàn Map: API {escape(document['info']['version'])}</h1>",
        '<p>The same as a machine reads it: <a href="openapi.json">openapi.json</a>.',
        " Days are calendar days in Asia/Ho_Chi_Minh; codes are texts with their leading zeros;",
        " an unknown parameter is refused.</p>",
    ]
    for method, path, operation in operations(document):
        parts.append(
            f"<section><h2><code>{method} {escape(path)}</code></h2>"
            f"<p><b>{escape(operation['summary'])}</b> ({escape(operation[KEY])}). "
            f"{escape(operation.get('description', ''))}</p>"
        )
        if operation.get("parameters"):
            parts.append("<table><tr><th>parameter<th>in<th>value<th>meaning</tr>")
            parts.extend(
                f"<tr><td><code>{escape(one['name'])}</code>{' *' if one.get('required') else ''}"
                f"<td>{escape(one['in'])}<td>{escape(value_words(one).replace('`', ''))}"
                f"<td>{escape(meaning(one))}</tr>"
                for one in operation["parameters"]
            )
            parts.append("</table>")
        parts.append("<ul>")
        parts.extend(
            f"<li>{escape(status)}: {escape(words.replace('`', ''))}"
            for status, words in answer_words(operation)
        )
        parts.append("</ul></section>")
    parts.append("<h2>Problems</h2><ul>")
    parts.extend(
        f"<li><code>/problems/{escape(kind)}</code>: {escape(title)}"
        for kind, title in PROBLEM_TYPES.items()
    )
    parts.append("</ul></main></body></html>")
    return "".join(parts)


def build_docs_markdown(document: dict[str, Any]) -> str:
    """The same as Markdown: `docs/api.md`."""
    lines = [
        "# The API",
        "",
        "Made by `python -m dashboard.api.write_docs` from the OpenAPI document; do not edit.",
        "A running site shows the same at `/api/v1/docs`, for machines at `/api/v1/openapi.json`.",
        "",
        "Days are calendar days in Asia/Ho_Chi_Minh; codes are texts with their leading zeros;",
        'lists answer `{"items": […], "next": cursor or null}`; an unknown parameter is refused.',
        "Answers carry an `ETag` and `Cache-Control`; a repeated question with `If-None-Match`",
        "costs a 304. Errors are problem documents (RFC 9457), see the end.",
        "",
    ]
    for method, path, operation in operations(document):
        lines += [
            f"## {method} {path}",
            "",
            f"**{operation['summary']}** ({operation[KEY]}). {operation.get('description', '')}",
            "",
        ]
        if operation.get("parameters"):
            lines += ["| parameter | in | value | meaning |", "|---|---|---|---|"]
            lines += [
                f"| `{one['name']}`{' (required)' if one.get('required') else ''} | {one['in']} "
                f"| {value_words(one)} | {meaning(one)} |"
                for one in operation["parameters"]
            ]
            lines.append("")
        lines += [f"- {status}: {words}" for status, words in answer_words(operation)] + [""]
    lines += ["## Documents", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        if "properties" not in schema or name in ("HTTPValidationError", "ValidationError"):
            continue
        lines += [f"### {name}", "", schema.get("description", "").strip(), ""]
        lines += ["| field | value | meaning |", "|---|---|---|"]
        lines += [
            f"| `{field}` | {type_words(one)} | {one.get('description', '')} |"
            for field, one in schema["properties"].items()
        ]
        lines.append("")
    lines += ["## Problems", "", "| type | title |", "|---|---|"]
    lines += [f"| `/problems/{kind}` | {title} |" for kind, title in PROBLEM_TYPES.items()]
    return "\n".join(lines).rstrip() + "\n"
