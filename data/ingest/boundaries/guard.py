"""What a boundary file may be before anything opens it: kind by content, and size unpacked."""

import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Final

from data.errors import InputError

DEFAULT_MAX_UNPACKED_MB: Final = 4_096
_MAX_ENTRIES: Final = 20_000
_HEAD_BYTES: Final = 4_096
_KINDS_INSIDE: Final = (".shp", ".geojson", ".json", ".topojson", ".gpkg", ".fgb", ".kml")


class FileKind(StrEnum):
    """Kinds of vector file that are read, told by their first bytes and not by their name."""

    GEOPACKAGE = "GeoPackage"
    SHAPEFILE = "Shapefile"
    JSON = "GeoJSON or TopoJSON"
    FLATGEOBUF = "FlatGeobuf"
    PARQUET = "GeoParquet"
    KML = "KML"
    ZIP = "zip archive"


_SIGNS: Final = (
    (b"PK\x03\x04", FileKind.ZIP),
    (b"PAR1", FileKind.PARQUET),
    (b"SQLite format 3\x00", FileKind.GEOPACKAGE),
    (b"fgb", FileKind.FLATGEOBUF),
    (b"\x00\x00\x27\x0a", FileKind.SHAPEFILE),
)


def file_kind(path: Path, *, max_unpacked_mb: int = DEFAULT_MAX_UNPACKED_MB) -> FileKind:
    """The kind of a file.

    A file that can make its reader open other files or addresses (a virtual
    layer, a database dump) is none of the kinds, whatever its name says.

    Raises:
        InputError: There is no such file, it is empty, of no known kind, or unpacks to too much.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head:
        raise InputError(f"{path} is empty")
    kind = _kind_of(head, path)
    if kind is None:
        raise InputError(
            f"{path} is none of the kinds that are read: GeoPackage, zipped Shapefile, GeoJSON, "
            "FlatGeobuf, GeoParquet, TopoJSON, KML, KMZ"
        )
    if kind is FileKind.ZIP:
        _check_archive(path, max_unpacked_mb)
    elif path.stat().st_size > max_unpacked_mb * 1_000_000:
        raise InputError(_too_large(path, path.stat().st_size, max_unpacked_mb))
    return kind


def _kind_of(head: bytes, path: Path) -> FileKind | None:
    for sign, kind in _SIGNS:
        if head.startswith(sign) and (kind is not FileKind.SHAPEFILE or path.suffix == ".shp"):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return FileKind.JSON
    return FileKind.KML if text.startswith(b"<") and b"<kml" in text else None


def _check_archive(path: Path, max_unpacked_mb: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise InputError(f"{path} is a damaged zip archive") from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MAX_ENTRIES:
        raise InputError(f"{path} holds {len(entries)} files; at most {_MAX_ENTRIES} are read")
    if unpacked > max_unpacked_mb * 1_000_000:
        raise InputError(_too_large(path, unpacked, max_unpacked_mb))
    if not members(path):
        raise InputError(
            f"{path} holds no vector file; a zipped Shapefile holds .shp, .shx, .dbf and .prj"
        )


def members(path: Path) -> list[str]:
    """Names of the vector files in a zip archive, in the order of their names."""
    with zipfile.ZipFile(path) as archive:
        return sorted(
            entry.filename
            for entry in archive.infolist()
            if entry.filename.lower().endswith(_KINDS_INSIDE)
            and not entry.filename.startswith("__MACOSX")
        )


def _too_large(path: Path, size: int, limit_mb: int) -> str:
    return (
        f"{path} unpacks to {size / 1e6:,.0f} MB, above the limit of {limit_mb:,} MB; raise it "
        "with --max-unpacked-mb if the file is really that large"
    )
