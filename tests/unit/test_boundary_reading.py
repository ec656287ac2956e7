import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from data.errors import InputError
from data.ingest.boundaries.columns import Columns, choose_columns, raw_units
from data.ingest.boundaries.guard import FileKind, file_kind
from data.ingest.boundaries.reading import read_boundary_layer
from geo.levels import AdminLevel

BOX = shapely.box(105.0, 20.0, 105.5, 20.5)


def layer(*shapes: object, crs: str | None = "EPSG:4326", **columns: object) -> gpd.GeoDataFrame:
    shapes = shapes or (BOX,)
    values = {"code": ["01"] * len(shapes), "name": ["Tỉnh A"] * len(shapes), **columns}
    return gpd.GeoDataFrame(values, geometry=np.array(shapes, dtype=object), crs=crs)


def write(frame: gpd.GeoDataFrame, path: Path, **options: object) -> Path:
    frame.to_file(path, **options)
    return path


def zipped_shapefile(tmp_path: Path, frame: gpd.GeoDataFrame, *, without: str = "") -> Path:
    folder = tmp_path / "shp"
    folder.mkdir()
    frame.to_file(folder / "a.shp")
    target = tmp_path / "a.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for part in sorted(folder.iterdir()):
            if part.suffix != without:
                archive.write(part, part.name)
    return target


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "parquet", "zip"])
def test_every_kind_in_any_crs_comes_back_in_degrees(tmp_path: Path, suffix: str) -> None:
    frame = layer() if suffix == "geojson" else layer().to_crs("EPSG:32648")
    path = tmp_path / f"a.{suffix}"
    if suffix == "parquet":
        frame.to_parquet(path)
    elif suffix == "zip":
        path = zipped_shapefile(tmp_path, frame)
    else:
        frame.to_file(path)
    read = read_boundary_layer(path)
    assert read.crs == "EPSG:4326"
    assert np.allclose(read.total_bounds, BOX.bounds, atol=0.01)
    assert read["name"].tolist() == ["Tỉnh A"]


def test_topojson(tmp_path: Path) -> None:
    path = tmp_path / "a.topojson"
    arc = [[105, 20], [106, 20], [106, 21], [105, 20]]
    unit = {"type": "Polygon", "arcs": [[0]], "properties": {"code": "01", "name": "Tỉnh A"}}
    topology = {
        "type": "Topology",
        "objects": {"units": {"type": "GeometryCollection", "geometries": [unit]}},
        "arcs": [arc],
    }
    path.write_text(json.dumps(topology), encoding="utf-8")
    assert read_boundary_layer(path)["code"].tolist() == ["01"]


KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Phường A</name>
<ExtendedData><SchemaData><SimpleData name="Quan">Quận B</SimpleData></SchemaData></ExtendedData>
<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>105,20,0 106,20,0 106,21,0
105,20,0</coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry>
</Placemark></Document></kml>"""


def test_kml_and_kmz_keep_their_extended_data(tmp_path: Path) -> None:
    plain = tmp_path / "a.kml"
    plain.write_text(KML, encoding="utf-8")
    packed = tmp_path / "a.kmz"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("doc.kml", KML)
    for path in (plain, packed):
        read = read_boundary_layer(path)
        assert read[["name", "Quan"]].to_numpy().tolist() == [["Phường A", "Quận B"]]


def test_xml_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text('<!DOCTYPE kml [<!ENTITY a "b">]>' + KML, encoding="utf-8")
    with pytest.raises(InputError, match="entities"):
        read_boundary_layer(path)


def test_no_crs_is_refused(tmp_path: Path) -> None:
    path = zipped_shapefile(tmp_path, layer(), without=".prj")
    with pytest.raises(InputError, match=r"does not say its CRS .* --crs"):
        read_boundary_layer(path)
    assert len(read_boundary_layer(path, crs="EPSG:4326")) == 1


def test_wrong_geometry_type_is_refused(tmp_path: Path) -> None:
    path = write(layer(shapely.Point(105, 20)), tmp_path / "a.gpkg")
    with pytest.raises(InputError, match="1 shapes of type Point; boundaries must be polygons"):
        read_boundary_layer(path)


def test_missing_column_is_refused(tmp_path: Path) -> None:
    frame = read_boundary_layer(write(layer(), tmp_path / "a.gpkg"))
    columns, required = choose_columns("antoan", AdminLevel.PROVINCE, Columns(name="Ten"))
    with pytest.raises(InputError, match=r"no column 'Ten' for the name; it has: code, name"):
        raw_units(frame, columns, required, AdminLevel.PROVINCE, "a.gpkg")


@pytest.mark.parametrize(
    "shape",
    [shapely.box(20.0, 105.0, 20.5, 105.5), shapely.box(10.0, 80.0, 10.5, 89.5)],
)
def test_swapped_axes_are_refused(tmp_path: Path, shape: shapely.Geometry) -> None:
    path = tmp_path / "a.parquet"
    layer(shape).to_parquet(path)
    with pytest.raises(InputError, match=r"axes swapped|not Việt Nam"):
        read_boundary_layer(path)


def test_swapped_axes_are_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    layer(shapely.box(20.0, 105.0, 20.5, 105.5)).to_parquet(path)
    with pytest.raises(InputError, match="latitude stands where longitude belongs"):
        read_boundary_layer(path)


def test_zero_features_are_refused(tmp_path: Path) -> None:
    path = write(layer().iloc[:0], tmp_path / "a.gpkg", geometry_type="Polygon")
    with pytest.raises(InputError, match="has no features"):
        read_boundary_layer(path)


def test_metres_called_degrees_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    layer(shapely.box(500_000, 2_000_000, 500_100, 2_000_100)).to_parquet(path)
    with pytest.raises(InputError, match="in degrees, but its coordinates go to"):
        read_boundary_layer(path)


def test_layer_must_be_chosen_where_there_are_several(tmp_path: Path) -> None:
    path = write(layer(), tmp_path / "a.gpkg", layer="one")
    write(layer(), path, layer="two")
    with pytest.raises(InputError, match=r"several layers \(one, two\)"):
        read_boundary_layer(path)
    with pytest.raises(InputError, match="no layer 'three'"):
        read_boundary_layer(path, layer="three")
    assert len(read_boundary_layer(path, layer="two")) == 1


def test_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * 3_000_000)
    assert path.stat().st_size < 10_000
    with pytest.raises(InputError, match="unpacks to 3 MB, above the limit of 2 MB"):
        read_boundary_layer(path, max_unpacked_mb=2)


@pytest.mark.parametrize(
    "content",
    [
        b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd",
        b"CREATE TABLE x",
        b"GIF89a",
    ],
)
def test_files_that_open_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(InputError, match="none of the kinds"):
        file_kind(path)


def test_damaged_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        file_kind(tmp_path / "none.gpkg")
    path = tmp_path / "a.geojson"
    path.write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        file_kind(path)
    path.write_bytes(b'{"type": "FeatureColl')
    assert file_kind(path) is FileKind.JSON
    with pytest.raises(InputError, match="damaged or cut"):
        read_boundary_layer(path)


def test_presets_name_the_columns_of_the_level() -> None:
    columns, _ = choose_columns("gadm", AdminLevel.DISTRICT, Columns())
    assert (columns.code, columns.name, columns.parent_code) == ("GID_2", "NAME_2", "GID_1")
    columns, _ = choose_columns("cod", AdminLevel.WARD, Columns(name="ADM3_EN"))
    assert (columns.code, columns.name, columns.parent_name) == (
        "ADM3_PCODE",
        "ADM3_EN",
        "ADM2_VI",
    )
    with pytest.raises(InputError, match="no preset 'esri'"):
        choose_columns("esri", AdminLevel.WARD, Columns())


def test_codes_that_became_numbers_get_their_zeros_back() -> None:
    frame = layer(code=[1.0], province_code=[4])
    columns, required = choose_columns("antoan", AdminLevel.WARD, Columns())
    row = raw_units(frame, columns, required, AdminLevel.WARD, "a")[0]
    assert (row.code, row.province_code) == ("00001", "04")
