"""Posters of many venues in one file: `/venue/bulk/posters`."""

import threading
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.audience import SIGNED_IN
from dashboard.auth.person import Person
from dashboard.documents.poster_job import PosterJobError, build_posters_apart
from dashboard.documents.sheet import Paper
from dashboard.pages.answers import download
from dashboard.pages.codes.files import posters_of
from dashboard.pages.context import PageContext
from dashboard.pages.site import site_page
from dashboard.pages.uploads import Upload, UploadForm
from dashboard.texts.catalogue import Texts
from data import clock
from data.ingest.venue_list import (
    MOST_LINES,
    LineProblem,
    VenueListError,
    match_venues,
    read_venue_list,
    write_venue_list,
)
from data.queries.place_codes import (
    OwnVenue,
    find_own_venues,
    list_own_venues,
    list_venue_places,
)
from data.services.codes.place_codes import ensure_codes

PATH: Final = "/venue/bulk/posters"
MOST_SHOWN: Final = 50
JOBS_AT_ONCE: Final = 2
PATIENCE_S: Final = 20.0

Language = Annotated[str | None, Query(alias="lang", max_length=8)]


class _Refusal(Exception):  # noqa: N818  (an answer to the person, not a failure)
    """Why no file is made: a text's last word, or the lines that are wrong."""

    def __init__(self, kind: str = "", problems: Sequence[LineProblem] = ()) -> None:
        self.kind = kind
        self.problems = problems
        super().__init__(kind)


def build_router(context: PageContext) -> APIRouter:
    """The address `/venue/bulk/posters`."""
    pages = PosterPages(context)
    router = APIRouter(include_in_schema=False)

    @router.get(PATH, openapi_extra=SIGNED_IN)
    def show(request: Request, lang: Language = None) -> Response:
        return pages.show(request, lang)

    @router.get(f"{PATH}/list.csv", openapi_extra=SIGNED_IN)
    def template(request: Request) -> Response:
        return pages.template(request)

    @router.post(PATH, openapi_extra=SIGNED_IN)
    def make(request: Request, upload: Upload) -> Response:
        return pages.make(request, upload)

    return router


class PosterPages:
    """The page's requests."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._jobs = threading.BoundedSemaphore(JOBS_AT_ONCE)

    def show(self, request: Request, lang: str | None) -> Response:
        """The form."""
        door = self._context.door
        person = door.require_person(request, lang=lang)
        return self._page(person, door.text_of(request, person, lang))

    def template(self, request: Request) -> Response:
        """The person's venues as a CSV file: a template that is filled in already."""
        person = self._context.door.require_person(request)
        with person.scoped(self._context.sessions)() as session:
            venues = list_own_venues(session, person.actor.account_pk, limit=MOST_LINES)
        return download(
            write_venue_list(venues), media_type="text/csv; charset=utf-8", name="posters.csv"
        )

    def make(self, request: Request, upload: UploadForm) -> Response:
        """The file, or the form again with what is wrong, line by line."""
        door = self._context.door
        lang = upload.form.get("lang") or None
        person = door.require_person(request, upload.form, lang=lang)
        text = door.text_of(request, person, lang)
        asked = upload.form.get("paper")
        paper: Paper = "a5" if asked == "a5" else "a4"
        try:
            venues = self._choose(person, upload)
            content = self._build(person, venues, paper)
        except _Refusal as refusal:
            return self._page(person, text, refusal=refusal, paper=paper, status_code=422)
        return download(content, media_type="application/pdf", name=f"posters-{paper}.pdf")

    def _choose(self, person: Person, upload: UploadForm) -> list[OwnVenue]:
        content = upload.files.get("file")
        # Who chose a file means that file, also where the first choice was left as it was.
        is_all = upload.form.get("which") == "all" and not content
        with person.scoped(self._context.sessions)() as session:
            if is_all:
                venues = list_own_venues(session, person.actor.account_pk, limit=MOST_LINES + 1)
                if len(venues) > MOST_LINES:
                    raise _Refusal("large")
                if not venues:
                    raise _Refusal("none")
                return venues
            if content is None:
                raise _Refusal("no_file")
            try:
                listed = read_venue_list(content)
            except VenueListError as error:
                raise _Refusal(error.problem) from None
            found = find_own_venues(
                session, person.actor.account_pk, [one.value for one in listed if one.value]
            )
        venues, problems = match_venues(listed, found)
        if problems:
            raise _Refusal(problems=problems)
        return venues

    def _build(self, person: Person, venues: Sequence[OwnVenue], paper: Paper) -> bytes:
        pks = [venue.venue_pk for venue in venues]
        with person.scoped(self._context.sessions).begin() as session:
            ensure_codes(session, pks)
            places = list_venue_places(session, pks)
        posters = posters_of(
            (places[pk] for pk in pks), public_url=self._context.settings.public_url
        )
        now = self._context.now()
        if not self._jobs.acquire(timeout=PATIENCE_S):
            raise _Refusal("busy")
        try:
            return build_posters_apart(
                posters, paper=paper, printed_on=clock.day_of(now), made_at=now
            )
        except PosterJobError:
            raise _Refusal("failed") from None
        finally:
            self._jobs.release()

    def _page(
        self,
        person: Person,
        text: Texts,
        *,
        refusal: _Refusal | None = None,
        paper: Paper = "a4",
        status_code: int = 200,
    ) -> Response:
        with person.scoped(self._context.sessions)() as session:
            count = len(list_own_venues(session, person.actor.account_pk, limit=MOST_LINES + 1))
        problems = refusal.problems if refusal else ()
        refused = (
            text(f"codes.many.refused.{refusal.kind}", most=MOST_LINES)
            if refusal and refusal.kind
            else ""
        )
        return site_page(
            "codes_many.html",
            t=text,
            person=person,
            path=PATH,
            status_code=status_code,
            most=MOST_LINES,
            paper=paper,
            count=count if count <= MOST_LINES else f"> {MOST_LINES}",
            refused=refused,
            problem_count=len(problems),
            path_of_list=f"{PATH}/list.csv",
            lines=[_line(problem, text) for problem in problems[:MOST_SHOWN]],
            hidden=max(0, len(problems) - MOST_SHOWN),
        )


def _line(problem: LineProblem, text: Texts) -> str:
    reason = text(f"codes.many.problem.{problem.reason}", value=problem.value, first=problem.first)
    if not problem.column:
        return text("codes.many.line", line=problem.line, reason=reason)
    return text("codes.many.cell", line=problem.line, column=problem.column, reason=reason)
