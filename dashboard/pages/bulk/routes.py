"""`/venue/bulk`: templates, the upload of many venues or assessments, and what became of them."""

from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from assessments.criteria import CriteriaSet, criteria_set_on, load_criteria_sets
from dashboard.api.audience import SIGNED_IN
from dashboard.auth.person import Person
from dashboard.auth.turned_away import TurnedAway
from dashboard.pages.answers import download, go_to
from dashboard.pages.bulk.templates import assessment_columns, build_template, venue_columns
from dashboard.pages.bulk.view import upload_view
from dashboard.pages.bulk.words import bulk_texts
from dashboard.pages.context import PageContext
from dashboard.pages.days import moment_text
from dashboard.pages.forms import Form, PageForm
from dashboard.pages.site import site_page
from dashboard.pages.uploads import Upload, UploadForm
from dashboard.texts.catalogue import Texts
from data.clock import day_of
from data.errors import ConflictError, NotFoundError
from data.ingest.uploaded_tables import MOST_ROWS
from data.services.bulk.runner import BulkRunner
from data.services.bulk.uploads import (
    BulkKind,
    TooManyUploadsError,
    UploadRecord,
    add_upload,
    confirm_upload,
    discard_upload,
    list_uploads,
    read_rest,
    read_upload_record,
)
from data.services.bulk.work import is_waiting, work_on
from data.uploads import MOST_UPLOAD_BYTES

PATH: Final = "/venue/bulk"
ONE: Final = "/venue/bulk/upload/{upload_id}"
MEDIA_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MOST_NAME_SIGNS: Final = 100

Language = Annotated[str | None, Query(alias="lang", max_length=8)]
FileKind = Annotated[Literal["xlsx", "csv"], Query(alias="format")]
SetId = Annotated[str | None, Query(alias="set", max_length=80)]


def build_router(context: PageContext) -> APIRouter:
    """The addresses below `/venue/bulk` that are not the posters'."""
    pages = BulkPages(context)
    router = APIRouter(include_in_schema=False)

    @router.get(PATH, openapi_extra=SIGNED_IN)
    def show(request: Request, lang: Language = None) -> Response:
        return pages.show(request, lang)

    @router.get(f"{PATH}/template", openapi_extra=SIGNED_IN)
    def template(
        request: Request,
        kind: BulkKind,
        file_kind: FileKind,
        set_id: SetId = None,
        lang: Language = None,
    ) -> Response:
        return pages.template(request, kind, file_kind, set_id, lang)

    @router.post(PATH, openapi_extra=SIGNED_IN)
    def take(request: Request, upload: Upload) -> Response:
        return pages.take(request, upload)

    @router.get(ONE, openapi_extra=SIGNED_IN)
    def show_one(request: Request, upload_id: str, lang: Language = None) -> Response:
        return pages.show_one(request, upload_id, lang)

    @router.get(f"{ONE}/state", openapi_extra=SIGNED_IN)
    def state(request: Request, upload_id: str) -> Response:
        return pages.state(request, upload_id)

    @router.get(f"{ONE}/rest", openapi_extra=SIGNED_IN)
    def rest(request: Request, upload_id: str, lang: Language = None) -> Response:
        return pages.rest(request, upload_id, lang)

    @router.post(f"{ONE}/confirm", openapi_extra=SIGNED_IN)
    def confirm(request: Request, upload_id: str, form: Form) -> Response:
        return pages.confirm(request, upload_id, form)

    @router.post(f"{ONE}/discard", openapi_extra=SIGNED_IN)
    def discard(request: Request, upload_id: str, form: Form) -> Response:
        return pages.discard(request, upload_id, form)

    return router


def open_sets(today: date) -> list[CriteriaSet]:
    """Criteria sets that can be filled on a day, each in the version of that day."""
    found = (criteria_set_on(set_id, today) for set_id in load_criteria_sets())
    return [one for one in found if one is not None]


class BulkPages:
    """The pages' requests."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self.runner = BulkRunner()

    def show(self, request: Request, lang: str | None) -> Response:
        """Templates, the forms, and the uploads of before."""
        person, t = self._enter(request, None, lang)
        return self._overview(person, t)

    def template(
        self, request: Request, kind: BulkKind, file_kind: str, set_id: str | None, lang: str | None
    ) -> Response:
        """A template as a file."""
        person, t = self._enter(request, None, lang)
        if kind == "venues":
            columns, name = venue_columns(t), t("bulk.file.venues")
        else:
            criteria_set = self._set(set_id)
            if criteria_set is None:
                raise self._missing(request, person, lang)
            columns = assessment_columns(t, criteria_set)
            name = f"{t('bulk.file.assessments')}-{criteria_set.id}"
        content = build_template(t, columns, is_workbook=file_kind == "xlsx")
        return download(content, media_type=MEDIA_TYPES[file_kind], name=f"{name}.{file_kind}")

    def take(self, request: Request, upload: UploadForm) -> Response:
        """Keep a file and begin to read it; on to its page."""
        person, t = self._enter(request, upload.form, upload.form.get("lang"))
        kind: BulkKind = "assessments" if upload.form.get("kind") == "assessments" else "venues"
        criteria_set = self._set(upload.form.get("set")) if kind == "assessments" else None
        content = upload.files.get("file", b"")
        problem = ""
        if not upload.is_readable or not content:
            problem = "no_file"
        elif len(content) > MOST_UPLOAD_BYTES:
            problem = "too_big"
        elif kind == "assessments" and criteria_set is None:
            problem = "no_set"
        if problem:
            return self._overview(person, t, problem=problem, kind=kind)
        try:
            upload_id = add_upload(
                self._context.sessions,
                person.actor,
                kind=kind,
                set_id=criteria_set.id if criteria_set else None,
                content=content,
                at=self._context.now(),
            )
        except TooManyUploadsError:
            return self._overview(person, t, problem="too_many", kind=kind)
        self._start(person, t, upload_id)
        return go_to(f"{PATH}/upload/{upload_id}?lang={t.language}")

    def show_one(self, request: Request, upload_id: str, lang: str | None) -> Response:
        """The progress, the preview, or the end of one upload."""
        person, t = self._enter(request, None, lang)
        record = self._record(request, person, upload_id, lang)
        if record.is_working and is_waiting(self._context.sessions, person.actor, upload_id):
            self._start(person, t, upload_id)
        return self._page(person, t, record)

    def state(self, request: Request, upload_id: str) -> Response:
        """The state alone, for a page that waits."""
        person, _ = self._enter(request, None, None)
        record = self._record(request, person, upload_id, None)
        return JSONResponse({"state": record.state}, headers={"Cache-Control": "no-store"})

    def rest(self, request: Request, upload_id: str, lang: str | None) -> Response:
        """The rows that were not taken, in the kind of file that was uploaded."""
        person, t = self._enter(request, None, lang)
        try:
            content, kind = read_rest(self._context.sessions, person.actor, upload_id)
        except NotFoundError:
            raise self._missing(request, person, lang) from None
        name = f"{t('bulk.file.rest')}.{kind}"
        return download(content, media_type=MEDIA_TYPES[kind], name=name)

    def confirm(self, request: Request, upload_id: str, form: PageForm) -> Response:
        """Store what was previewed; said twice, it is done once."""
        person, t = self._enter(request, form, form.get("lang"))
        record = self._record(request, person, upload_id, t.language)
        name = " ".join(form.get("declared_name").split())[:MOST_NAME_SIGNS]
        if record.kind == "assessments" and (not name or form.get("declared") != "yes"):
            return self._page(person, t, record, problem="declare", declared_name=name)
        try:
            confirm_upload(
                self._context.sessions,
                person.actor,
                upload_id,
                mode="good" if form.get("mode") == "good" else "all",
                with_doubtful=form.get("with_doubtful") == "yes",
                with_changes=form.get("with_changes") == "yes",
                declared_name=name,
            )
        except ConflictError:
            return go_to(f"{PATH}/upload/{upload_id}?lang={t.language}")
        self._start(person, t, upload_id)
        return go_to(f"{PATH}/upload/{upload_id}?lang={t.language}")

    def discard(self, request: Request, upload_id: str, form: PageForm) -> Response:
        """Throw an upload away; nothing of it is stored."""
        person, t = self._enter(request, form, form.get("lang"))
        self._record(request, person, upload_id, t.language)
        try:
            discard_upload(self._context.sessions, person.actor, upload_id)
        except ConflictError:
            return go_to(f"{PATH}/upload/{upload_id}?lang={t.language}")
        return go_to(f"{PATH}?lang={t.language}")

    def _enter(
        self, request: Request, form: PageForm | None, lang: str | None
    ) -> tuple[Person, Texts]:
        """The person, if bulk uploads are theirs: owners, committees, the ministry."""
        person = self._context.door.require_person(request, form, lang=lang or None)
        if person.actor.role == "administrator":
            raise self._missing(request, person, lang)
        return person, self._context.door.text_of(request, person, lang or None)

    def _missing(self, request: Request, person: Person, lang: str | None) -> TurnedAway:
        refusal = self._context.door.refusal(
            request, "missing", 404, person=person, lang=lang or None
        )
        return TurnedAway(refusal)

    def _record(
        self, request: Request, person: Person, upload_id: str, lang: str | None
    ) -> UploadRecord:
        try:
            record = read_upload_record(self._context.sessions, person.actor, upload_id)
        except NotFoundError:
            raise self._missing(request, person, lang) from None
        if record.state == "discarded":
            raise self._missing(request, person, lang)
        return record

    def _set(self, set_id: str | None) -> CriteriaSet | None:
        sets = {one.id: one for one in open_sets(day_of(self._context.now()))}
        return sets.get(set_id or "")

    def _start(self, person: Person, t: Texts, upload_id: str) -> None:
        sessions, actor, words = self._context.sessions, person.actor, bulk_texts(t)
        self.runner.start(upload_id, lambda: work_on(sessions, actor, upload_id, words))

    def _overview(
        self, person: Person, t: Texts, *, problem: str = "", kind: str = "venues"
    ) -> Response:
        sets = open_sets(day_of(self._context.now()))
        return site_page(
            "bulk_overview.html",
            t=t,
            person=person,
            path=PATH,
            status_code=422 if problem else 200,
            problem=problem,
            problem_kind=kind,
            sets=[(one.id, one.title.of(t.language)) for one in sets],
            uploads=list_uploads(self._context.sessions, person.actor),
            moment_text=lambda at: moment_text(at, t),
            most_rows=t.number(MOST_ROWS),
            most_megabytes=MOST_UPLOAD_BYTES // 2**20,
        )

    def _page(
        self,
        person: Person,
        t: Texts,
        record: UploadRecord,
        *,
        problem: str = "",
        declared_name: str | None = None,
    ) -> Response:
        return site_page(
            "bulk_upload.html",
            t=t,
            person=person,
            path=f"{PATH}/upload/{record.upload_id}",
            status_code=422 if problem else 200,
            upload=record,
            view=upload_view(t, record),
            problem=problem,
            declared_name=person.name if declared_name is None else declared_name,
        )
