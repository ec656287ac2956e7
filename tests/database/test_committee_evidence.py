"""A review beside its evidence: for the area's committee, and what the ministry reads instead."""

import hashlib

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from assessments.levels import VenueLevel
from dashboard.app import create_app
from data.models import Assessment, EvidenceFile
from tests.api_app import site_settings
from tests.people import make_account, sign_in
from tests.town import Town

FILE = "0123456789ABCDEF0123456789ABCDEF"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_ministry_reads_answers_and_is_told_why_no_files_stand_beside_them(
    sessions: sessionmaker[Session], lang: str
) -> None:
    town = Town(sessions)
    town.submit(VenueLevel.SAFE)
    page = f"/committee/reviews/{town.review()}?lang={lang}"
    with sessions.begin() as session:
        stored = session.scalars(select(Assessment)).one()
        session.add(
            EvidenceFile(
                evidence_id=FILE,
                venue_pk=stored.venue_pk,
                assessment_pk=stored.assessment_pk,
                criterion_id=min(stored.answers),
                media_type="image/jpeg",
                size=1,
                sha256=hashlib.sha256(b"x").digest(),
            )
        )
    client = TestClient(create_app(site_settings(), sessions), follow_redirects=False)
    told = {"vi": "Ảnh và giấy tờ minh chứng chỉ cơ sở", "en": "Photos and documents are shown to"}
    sign_in(client, sessions, town.committee)
    read = client.get(page).text
    assert f"/committee/evidence/{FILE}" in read
    assert told[lang] not in read
    sign_in(client, sessions, make_account(sessions, role="ministry"))
    read = client.get(page).text
    assert FILE not in read
    assert told[lang] in read
    nothing = {"vi": "Không có minh chứng", "en": "No evidence"}
    assert nothing[lang] not in read
