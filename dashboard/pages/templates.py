"""Server-rendered pages: the template environment and the addresses of their static files."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

# No inline script or style: these pages need neither.
PAGE_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PRIVATE_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": PAGE_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@cache
def static_url(path: str) -> str:
    """Address of a file of `dashboard/static`; changes with its content.

    Args:
        path: Such as `assess/assess.css`.
    """
    content = files("dashboard").joinpath("static", *path.split("/")).read_bytes()
    return f"/static/{path}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def template_environment() -> Environment:
    """The templates of `dashboard/templates`; a name without a value is an error."""
    environment = Environment(
        loader=PackageLoader("dashboard", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static_url"] = static_url
    return environment


def render(template: str, **values: object) -> str:
    """One template with its values, escaped."""
    return template_environment().get_template(template).render(**values)


def private_page(template: str, *, status_code: int = 200, **values: object) -> HTMLResponse:
    """A page for one person: never cached, no inline script or style."""
    return HTMLResponse(
        render(template, **values), status_code=status_code, headers=dict(PRIVATE_HEADERS)
    )
