"""What an import of boundaries prints."""

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from data.services.boundaries.boundary_import import BoundaryImportReport
    from data.services.boundaries.population import PopulationReport

_SHOWN = 10


def print_import(report: "BoundaryImportReport", edition: str) -> None:
    """Counts, findings, and what to do next."""
    stored = report.stored
    if stored is None:
        typer.echo(f"read {report.rows:,} / rejected {len(report.refused):,} (dry run)")
    else:
        typer.echo(
            f"read {report.rows:,} / loaded {stored.added + stored.changed:,} / "
            f"unchanged {stored.unchanged:,} / rejected {len(report.refused):,} / "
            f"removed {stored.removed:,}"
        )
    print_quality(report.quality)
    if report.located is not None:
        typer.echo(
            f"venues located: {report.located.located:,}; outside every area: "
            f"{report.located.outside:,}; address names another area: "
            f"{report.located.address_contradicts:,}"
        )
    if stored is not None and not report.is_active:
        typer.echo(f"another edition is shown by default; 'antoan boundaries activate {edition}'")


def print_quality(quality: dict[str, Any]) -> None:
    """The quality report, one fact on a line; lists are cut."""
    coverage: dict[str, dict[str, Any]] = quality.get("coverage", {})
    for level, number in quality.get("units", {}).items():
        typer.echo(f"{level}s: {number:,}")
        facts = coverage.get(level)
        if facts:
            typer.echo(
                f"  overlaps {facts['overlaps_km2']:,} km² in {facts['overlapping_pairs']:,} "
                f"pairs; gaps {facts['gaps_km2']:,} km² in {facts['gaps']:,} places; "
                f"cleaning for display moved {facts['cleaning_moved_km2']:,} km²"
            )
    for key in ("rings_repaired", "rows_joined", "matched_by_name"):
        for level, number in quality.get(key, {}).items():
            typer.echo(f"{key.replace('_', ' ')}, {level}s: {number:,}")
    for key in ("orphans", "made_as_unions", "without_polygon"):
        _print_list(key.replace("_", " "), quality.get(key, []))
    _print_list(
        "refused",
        [f"{row['name']} ({row['reason']})" for row in quality.get("refused", [])],
    )
    for key, value in quality.items():
        if isinstance(value, int) and key not in {"refused_rows"}:
            typer.echo(f"{key.replace('_', ' ')}: {value:,}")
    _print_display(quality.get("display", {}))


def print_totals(report: "PopulationReport") -> None:
    """What the figures of areas with parts are."""
    typer.echo(f"areas with the sum of their parts: {report.summed:,}")
    _print_list("left without a figure, because a part has none", report.incomplete)
    _print_list("own figure kept, though its parts add up to another", report.differing)


def _print_list(title: str, values: list[str]) -> None:
    if values:
        more = f" and {len(values) - _SHOWN:,} more" if len(values) > _SHOWN else ""
        typer.echo(f"{title}: {'; '.join(values[:_SHOWN])}{more}")


def _print_display(display: dict[str, Any]) -> None:
    for level, facts in display.get("levels", {}).items():
        whole = facts.get("all")
        if whole:
            typer.echo(
                f"display, all {level}s: gzip {whole['gzip_bytes'] / 1e3:,.0f} kB, brotli "
                f"{whole['brotli_bytes'] / 1e3:,.0f} kB, detail {whole['tolerance_m']:,} m"
            )
    largest = display.get("largest_parent_file")
    if largest:
        typer.echo(
            f"display, largest of one parent ({largest['file']}): gzip "
            f"{largest['gzip_bytes'] / 1e3:,.0f} kB"
        )
    _print_list("display files above their limit", display.get("over_limit", []))
