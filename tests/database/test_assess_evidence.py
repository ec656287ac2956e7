"""Evidence over HTTP: who may send, see and take back files, and what becomes of them."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response
from PIL import Image
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from data.clock import now, today
from data.errors import NotFoundError
from data.models import AssessmentResult, EvidenceFile
from data.scope import Role, scoped_sessions
from data.services.assessing.evidence import keep_file, make_store, open_evidence
from data.services.assessing.evidence_retention import delete_due_evidence
from data.uploads import accept_upload
from tests.assess_site import AssessSite
from tests.level_data import add_tree
from tests.people import make_account
from tests.unit import hostile_files as files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANTOAN_EVIDENCE_DIR", str(tmp_path / "evidence"))
    return tmp_path / "evidence"


@pytest.fixture
def site(sessions: sessionmaker[Session]) -> AssessSite:
    return AssessSite(sessions)


def send(
    site: AssessSite, content: bytes, *, criterion: str = "1", name: str = "a.jpg"
) -> Response:
    return site.client.post(
        f"{site.desk}/evidence",
        headers={"X-CSRF-Token": site.csrf, "Accept": "application/json"},
        files={f"f.{criterion}": (name, content, "image/jpeg")},
        data={"lang": "vi"},
    )


def evidence_ids(site: AssessSite) -> list[str]:
    with site.sessions() as session:
        return list(
            session.scalars(
                select(EvidenceFile.evidence_id)
                .where(EvidenceFile.removed_at.is_(None))
                .order_by(EvidenceFile.evidence_pk)
            )
        )


def test_photo_is_stored_anew_and_served_safely(site: AssessSite, folder: Path) -> None:
    answer = send(site, files.exif_jpeg(), name="../../../etc/passwd\0.html")
    assert answer.status_code == 200, answer.text
    (evidence_id,) = evidence_ids(site)
    assert evidence_id in answer.json()["evidence"]
    assert "passwd" not in answer.text
    (stored,) = [one for one in folder.rglob("*") if one.is_file()]
    assert stored.name == evidence_id
    assert files.GPS not in stored.read_bytes()
    seen = site.client.get(f"{site.desk}/evidence/{evidence_id}")
    assert seen.content == stored.read_bytes()
    assert seen.headers["content-type"] == "image/jpeg"
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in seen.headers["content-security-policy"]
    assert seen.headers["content-disposition"].startswith("inline; filename=")
    assert seen.headers["cache-control"] == "no-store"
    small = site.client.get(f"{site.desk}/evidence/{evidence_id}?size=small")
    with Image.open(io.BytesIO(small.content)) as image:
        assert max(image.size) <= 240
    send(site, files.pdf())
    document = site.client.get(f"{site.desk}/evidence/{evidence_ids(site)[1]}")
    assert document.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_refused_file_is_explained_and_leaves_nothing(
    site: AssessSite, folder: Path, lang: str
) -> None:
    answer = site.client.post(
        f"{site.desk}/evidence",
        headers={"X-CSRF-Token": site.csrf, "Accept": "application/json"},
        files={"f.1": ("photo.jpg", files.html(), "image/jpeg")},
        data={"lang": lang},
    )
    assert answer.status_code == 422
    said = {"vi": "Tệp không phải ảnh", "en": "The file is not a JPEG"}[lang]
    assert said in answer.json()["evidence"]
    assert evidence_ids(site) == []
    assert not folder.exists() or [one for one in folder.rglob("*") if one.is_file()] == []


def test_only_staff_and_the_areas_committee_see_it(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        ids = add_tree(session)
    ward = next(code for code in ids if len(code) > 3)
    site = AssessSite(sessions, area_id=ids[ward])
    send(site, files.jpeg())
    (evidence_id,) = evidence_ids(site)
    inside = make_account(sessions, role="committee", areas=(("e3", "01"),))
    outside = make_account(sessions, role="committee", areas=(("e3", "48"),))
    stranger = make_account(sessions)
    assert open_evidence(scoped_sessions(sessions, inside), evidence_id).media_type == "image/jpeg"
    ministry = make_account(sessions, role="ministry")
    for actor in (outside, stranger, ministry, make_account(sessions, role="administrator")):
        with pytest.raises(NotFoundError):
            open_evidence(scoped_sessions(sessions, actor), evidence_id)
    client, csrf = site.browser(stranger)
    assert client.get(f"{site.desk}/evidence/{evidence_id}").status_code == 404
    other = AssessSite(sessions)
    # The address names a venue of theirs, the file is another's.
    assert other.client.get(f"{other.desk}/evidence/{evidence_id}").status_code == 404
    answer = client.post(
        f"{site.desk}/evidence/{evidence_id}/remove", headers={"X-CSRF-Token": csrf}, data={}
    )
    assert answer.status_code == 404
    assert evidence_ids(site) == [evidence_id]


def test_staff_do_not_see_what_the_public_reported(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        ids = add_tree(session)
    site = AssessSite(sessions, area_id=next(ids[code] for code in ids if len(code) > 3))
    with sessions.begin() as session:
        venue_pk = session.scalars(
            text("SELECT venue_pk FROM venue WHERE venue_id = :id"), {"id": site.venue_id}
        ).one()
        kept = keep_file(session, make_store(), accept_upload(files.jpeg()), venue_pk=venue_pk)
        evidence_id = kept.evidence_id
    assert site.client.get(f"{site.desk}/evidence/{evidence_id}").status_code == 404
    committee = make_account(sessions, role="committee", areas=(("e3", "01"),))
    assert open_evidence(scoped_sessions(sessions, committee), evidence_id).data


@pytest.mark.parametrize("role", ["ministry", "administrator"])
def test_the_country_sees_no_file_on_any_page_nor_in_the_database(
    sessions: sessionmaker[Session], role: Role
) -> None:
    """Evidence is for the staff and the area's committee alone, of drafts and of submissions."""
    site = AssessSite(sessions)
    send(site, files.jpeg(), criterion="2")
    site.fill()
    site.review()
    send(site, files.jpeg())  # of the next draft
    actor = make_account(sessions, role=role)
    client, _ = site.browser(actor)
    for evidence_id in evidence_ids(site):
        for address in ("/committee", site.desk):
            assert client.get(f"{address}/evidence/{evidence_id}").status_code == 404
    with scoped_sessions(sessions, actor).begin() as session:
        assert session.scalars(select(EvidenceFile.evidence_pk)).all() == []
        session.execute(update(EvidenceFile).values(size=0))  # reaches no row
    with sessions() as session:
        assert (
            len(session.scalars(select(EvidenceFile.size).where(EvidenceFile.size > 0)).all()) == 2
        )


def test_a_criterion_has_six_files_at_most(site: AssessSite) -> None:
    assert send(site, files.webp()).status_code == 200
    with site.sessions.begin() as session:
        first = session.scalars(select(EvidenceFile)).one()
        session.add_all(
            EvidenceFile(
                evidence_id=f"{number:032}",
                venue_pk=first.venue_pk,
                draft_pk=first.draft_pk,
                criterion_id="1",
                media_type="image/jpeg",
                size=1,
                sha256=b"x",
            )
            for number in range(5)
        )
    full = send(site, files.jpeg())
    assert full.status_code == 422
    assert "đã đủ tệp" in full.json()["evidence"]
    assert "Đã đủ 6 tệp" in full.json()["evidence"]
    assert send(site, files.jpeg(), criterion="2").status_code == 200
    assert len(evidence_ids(site)) == 7


def test_an_account_sends_so_many_in_an_hour(
    site: AssessSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTOAN_EVIDENCE_PER_HOUR", "2")
    assert send(site, files.html()).status_code == 422
    assert send(site, files.jpeg()).status_code == 200
    answer = send(site, files.jpeg())
    assert "quá nhiều tệp trong một giờ" in answer.json()["evidence"]
    assert len(evidence_ids(site)) == 1


def test_forged_and_unknown_uploads_store_nothing(site: AssessSite) -> None:
    forged = site.client.post(f"{site.desk}/evidence", files={"f.1": ("a", files.jpeg())})
    assert forged.status_code == 403
    assert send(site, files.jpeg(), criterion="99").status_code == 422
    assert send(site, files.jpeg(), criterion="../1").status_code == 422
    no_form = site.client.post(
        f"{site.desk}/evidence",
        headers={"X-CSRF-Token": site.csrf, "Content-Type": "multipart/form-data"},
        content=b"nonsense",
    )
    assert no_form.status_code == 409
    assert evidence_ids(site) == []


def test_without_a_script_files_and_answers_are_sent_together(site: AssessSite) -> None:
    page = site.client.get(f"{site.path}?step=before")
    fields = site.fields(page) | {"a.1": "pass"}
    answer = site.client.post(
        f"{site.desk}/evidence", data=fields, files={"f.2": ("a.png", files.png(), "text/html")}
    )
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("#q-2")
    page = site.client.get(f"{site.path}?step=before")
    assert 'name="a.1" value="pass" checked' in page.text
    (evidence_id,) = evidence_ids(site)
    assert f"/evidence/{evidence_id}?size=small" in page.text
    removed = site.client.post(
        f"{site.desk}/evidence/{evidence_id}/remove", data=site.fields(page) | {"a.3": "fail"}
    )
    assert removed.status_code == 303
    assert evidence_ids(site) == []
    page = site.client.get(f"{site.path}?step=before")
    assert 'name="a.3" value="fail" checked' in page.text
    refused = site.client.post(
        f"{site.desk}/evidence",
        data=site.fields(page),
        files={"f.2": ("a.png", files.svg(), "image/png")},
    )
    assert refused.status_code == 422
    assert "Tệp không phải ảnh" in refused.text


def test_submitted_evidence_stays(site: AssessSite) -> None:
    send(site, files.jpeg())
    site.fill()
    place = site.review().headers["location"]
    (evidence_id,) = evidence_ids(site)
    assert evidence_id in site.client.get(place).text
    answer = site.client.post(
        f"{site.desk}/evidence/{evidence_id}/remove",
        headers={"X-CSRF-Token": site.csrf, "Accept": "application/json"},
        data={"criterion": "1"},
    )
    assert answer.status_code == 200
    assert evidence_ids(site) == [evidence_id]
    assert site.client.get(f"{site.desk}/evidence/{evidence_id}").status_code == 200


def test_what_is_due_is_deleted_and_nothing_else(
    site: AssessSite, sessions: sessionmaker[Session], folder: Path
) -> None:
    send(site, files.jpeg())
    site.fill()
    site.review()
    send(site, files.jpeg(), criterion="2")  # of the next draft
    kept, removed = evidence_ids(site)
    store = make_store()
    orphan = store.write(b"of a venue that is gone")
    young = store.write(b"on its way to a row")
    old = time.time() - 3 * 24 * 3600
    for name in (orphan, kept, removed):
        (place,) = folder.rglob(name)
        os.utime(place, (old, old))
    with sessions.begin() as session:
        session.execute(
            update(EvidenceFile)
            .where(EvidenceFile.evidence_id == removed)
            .values(removed_at=now() - timedelta(days=2))
        )
    assert delete_due_evidence(sessions, store, today(), days=365) == 2
    assert {one.name for one in folder.rglob("*") if one.is_file()} == {kept, young}
    with sessions.begin() as session:
        session.execute(update(AssessmentResult).values(valid_until=today() - timedelta(days=365)))
        session.execute(update(EvidenceFile).values(uploaded_at=now() - timedelta(days=400)))
    assert delete_due_evidence(sessions, store, today(), days=365) == 0
    with sessions.begin() as session:
        session.execute(update(AssessmentResult).values(valid_until=today() - timedelta(days=366)))
    assert delete_due_evidence(sessions, store, today(), days=365) == 1
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(EvidenceFile)) == 0
