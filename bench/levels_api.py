"""Requests per second of one province's wards, beside tipg on the same database."""

import zlib

import orjson
from sqlalchemy import Engine, text

from bench.load import requests_per_second
from bench.report import Row, at_least
from bench.server import HOST, fetch, web_server
from data.clock import today

CONNECTIONS = 32
VIEW = """
CREATE OR REPLACE VIEW bench_ward_level AS
SELECT a.area_id, a.code, top.code AS province, a.name, l.venues, l.safe, l.at_risk, l.unsafe,
       a.geom
FROM area a
JOIN area top ON top.area_id = a.path[1]
LEFT JOIN area_level_daily l ON l.area_id = a.area_id AND l.day = '{day}'
WHERE a.admin_level = 3 AND a.edition_code = '{edition}'
"""


def run(engine: Engine, edition_code: str, port: int, url: str) -> list[Row]:
    """Both servers in turn, one worker each; tipg without geometry, its quickest answer."""
    province = _province_with_most_wards(engine, edition_code)
    ours_path = f"/api/v1/levels?level=ward&parent={province}&day={today()}&edition={edition_code}"
    areas = len(orjson.loads(_plain(fetch(port, ours_path)))["items"])
    with engine.begin() as connection:
        connection.exec_driver_sql(VIEW.format(day=today().isoformat(), edition=edition_code))
    tipg_path = (
        f"/collections/public.bench_ward_level/items?province={province}"
        f"&limit={areas}&geom-column=none&f=geojson"
    )
    environment = {
        "DATABASE_URL": url.replace("postgresql+psycopg://", "postgresql://"),
        "TIPG_TABLE_CONFIG__public_bench_ward_level__pk": "area_id",
        "TIPG_CATALOG_TTL": "0",
    }
    try:
        with web_server("tipg.main:app", ready="/healthz", environment=environment) as tipg_port:
            found = len(orjson.loads(_plain(fetch(tipg_port, tipg_path)))["features"])
            if found != areas:
                raise RuntimeError(f"tipg answered {found} areas, we {areas}")
            ours, theirs = [], []
            for _ in range(3):
                ours.append(requests_per_second(HOST, port, ours_path, connections=CONNECTIONS))
                theirs.append(
                    requests_per_second(HOST, tipg_port, tipg_path, connections=CONNECTIONS)
                )
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP VIEW bench_ward_level"))
    ratio = sorted(a / b for a, b in zip(ours, theirs, strict=True))[1]
    return [
        Row(
            what=f"GET /api/v1/levels, the {areas} wards of a province, {CONNECTIONS} connections",
            peer="tipg on the same database, same areas, without geometry",
            ours=f"{sorted(ours)[1]:,.0f} requests/s",
            theirs=f"{sorted(theirs)[1]:,.0f} requests/s",
            ratio=ratio,
            target="≥ 20×",
            is_met=at_least(ratio, 20.0),
        )
    ]


def _plain(body: bytes) -> bytes:
    return zlib.decompress(body, wbits=47) if body[:2] == b"\x1f\x8b" else body


def _province_with_most_wards(engine: Engine, edition_code: str) -> str:
    with engine.connect() as connection:
        code: str = connection.execute(
            text(
                "SELECT top.code FROM area a JOIN area top ON top.area_id = a.path[1]"
                " WHERE a.edition_code = :edition AND a.admin_level = 3"
                " GROUP BY top.code ORDER BY count(*) DESC, top.code LIMIT 1"
            ),
            {"edition": edition_code},
        ).scalar_one()
    return code
