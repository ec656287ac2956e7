"""What operators see: request metrics by route template, and log lines without personal data."""

import logging
import time
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNKNOWN_ROUTE = "(no route)"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Counts and durations of requests; labels never hold an id, a code or a query."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "antoan_http_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "antoan_http_request_seconds",
            "Time to answer a request",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._children: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def count(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Take note of one answered request."""
        children = self._children.get((method, route, status))
        if children is None:
            known = method if method in _KNOWN_METHODS else "OTHER"
            children = (
                self._requests.labels(known, route, str(status)),
                self._seconds.labels(route),
            )
            if method in _KNOWN_METHODS:
                self._children[(method, route, status)] = children
        requests, histogram = children
        requests.inc()
        histogram.observe(seconds)

    def text(self) -> bytes:
        """All metrics in the Prometheus text format."""
        return generate_latest(self.registry)


def configure_logging(level: str) -> None:
    """JSON lines on standard error; the server's own access log stays off.

    Access lines of web servers hold the full address, and addresses hold
    owner keys and what people search for.
    """
    numeric = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.getLogger("uvicorn.access").disabled = True


class Observe:
    """ASGI middleware: one metric and one log line for each request that reaches the routes."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics
        self._log = structlog.get_logger("antoan.request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and take note of how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            seconds = time.perf_counter() - started
            route = route_template(scope)
            self._metrics.count(method=scope["method"], route=route, status=status, seconds=seconds)
            self._log.info(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )


def route_template(scope: Scope) -> str:
    """The route that answered, with names in place of ids."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) and path else UNKNOWN_ROUTE
