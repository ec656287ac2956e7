"""What all routes share: sessions, settings, kept answers and watched facts."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from sqlalchemy.orm import Session, sessionmaker
from starlette.responses import Response

from dashboard.api.answers import Answer
from dashboard.api.cache import AnswerCache, Mark, Prepared
from dashboard.api.problems import invalid_parameter
from dashboard.api.watch import Watched, Watches
from dashboard.observe import Metrics, route_template
from dashboard.settings import SiteSettings
from data.clock import today
from data.queries.areas import read_boundary_hash
from data.queries.change_marks import ChangeMark, read_level_mark
from data.queries.editions import active_edition_code
from geo.levels import AdminLevel

T = TypeVar("T")

BOUNDARY_RECHECK_SECONDS = 1.0
EDITION_RECHECK_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class ApiContext:
    """Made once for an application; routes get it by `Context`."""

    settings: SiteSettings
    sessions: sessionmaker[Session]
    cache: AnswerCache
    watches: Watches
    metrics: Metrics

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run one piece of reading in a thread, with a session of its own."""

        def with_session() -> T:
            with self.sessions() as session:
                return work(session)

        return await asyncio.to_thread(with_session)

    def watch(
        self, key: Hashable, read: Callable[[Session], T], *, seconds: float | None = None
    ) -> Watched[T]:
        """A fact of the database, read again at most every `recheck_ms`."""

        def with_session() -> T:
            with self.sessions() as session:
                return read(session)

        return self.watches.cell(
            key,
            with_session,
            seconds=self.settings.recheck_ms / 1000 if seconds is None else seconds,
        )

    def watched_today(self) -> Watched[date]:
        """The calendar day in Việt Nam."""
        return self.watches.cell("today", today, seconds=0.5)

    def watched_level_mark(self, edition_code: str, day: date) -> Watched[ChangeMark]:
        """Whether the levels of a day have changed."""
        return self.watch(
            ("levels", edition_code, day),
            lambda session: read_level_mark(session, edition_code=edition_code, day=day),
        )

    def watched_boundary(
        self, edition_code: str, level: AdminLevel, parent_code: str
    ) -> Watched[str | None]:
        """Hash of the current boundary file."""
        return self.watch(
            ("boundary", edition_code, level, parent_code),
            lambda session: read_boundary_hash(
                session, edition_code=edition_code, level=level, parent_code=parent_code
            ),
            seconds=BOUNDARY_RECHECK_SECONDS,
        )


@dataclass(kw_only=True)
class Marks:
    """Collects the facts that one answer depends on while they are being read."""

    context: ApiContext
    _marks: list[Mark]

    @classmethod
    def of(cls, context: ApiContext) -> "Marks":
        """None collected yet."""
        return cls(context=context, _marks=[])

    async def read(self, cell: Watched[T]) -> T:
        """Read a fact and remember that the answer depends on it."""
        value = await cell.get()
        self._marks.append(Mark(cell, value))
        return value

    async def edition(self, code: str | None) -> str:
        """The edition asked for, else the active one.

        Raises:
            NotFoundError: No edition is active.
        """
        if code is not None:
            return code
        return await self.read(
            self.context.watch(
                "active edition", active_edition_code, seconds=EDITION_RECHECK_SECONDS
            )
        )

    async def day(self, day: date | None) -> tuple[date, bool]:
        """The day asked for, else today; and whether it is today.

        Raises:
            ProblemError: The day is after today.
        """
        now = await self.read(self.context.watched_today())
        if day is not None and day > now:
            raise invalid_parameter("day", f"{day} is after today, {now}")
        return day or now, day is None or day == now

    def prepared(self, key: Hashable, answer: Answer) -> Prepared:
        """The answer with all facts collected."""
        return Prepared(key, answer, tuple(self._marks))


async def respond(request: Request, context: ApiContext, prepared: Prepared) -> Response:
    """Answer with kept bytes, and let the same address be answered from memory next time."""
    encodings = request.headers.get("accept-encoding", "")
    known = request.headers.get("if-none-match", "")
    answer = prepared.answer
    response = await asyncio.to_thread(
        answer.response, accept_encoding=encodings, if_none_match=known
    )
    context.cache.put(prepared.key, answer)
    if request.method == "GET":
        context.cache.remember_target(
            request.scope["path"],
            request.scope["query_string"],
            prepared,
            route_template(request.scope),
        )
    return response


def context_of(request: Request) -> ApiContext:
    """The application's context."""
    context: Any = request.app.state.context
    if not isinstance(context, ApiContext):
        raise TypeError("the application has no API context")
    return context


Context = Annotated[ApiContext, Depends(context_of)]
