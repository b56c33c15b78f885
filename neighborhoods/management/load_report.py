"""What does a load of boundaries do, in words?"""

from collections.abc import Iterator, Sequence

from neighborhoods.services.boundaries import LoadReport

SHOWN = 20


def describe(report: LoadReport, *, shown: int | None = SHOWN) -> Iterator[str]:
    """The report line by line, as printed by a dry run and a real load alike.

    Args:
        shown: How many entries of each list; None for all.
    """
    found = report.comparison
    yield f"Names come from the field “{report.name_field}”."
    yield from _section("New", found.new, shown)
    yield from _section(
        "Changed", [f"{changed.name}: {changed.share:.2%} of its area" for changed in found.changed], shown
    )
    yield from _section("Renamed", [f"{old} is now {new}" for old, new in found.renamed], shown)
    yield from _section("Gone", found.gone, shown)
    yield from _section(
        "Repaired",
        [
            f"{repair.name}: {repair.reason}; {area(repair.area_before_m2)} became {area(repair.area_after_m2)}"
            for repair in report.repairs
        ],
        shown,
    )
    yield from _section(
        "Overlapping", [f"{pair.name} and {pair.other_name}: {area(pair.area_m2)}" for pair in report.overlaps], shown
    )
    yield from _section(
        "Gaps",
        [f"{area(gap.area_m2)} near {gap.latitude:.5f}, {gap.longitude:.5f}" for gap in report.gaps],
        shown,
    )
    yield from _section(
        "Residents who move",
        [
            f"{move.from_name or 'no neighborhood'} to {move.to_name or 'no neighborhood'}: {move.resident_count:,}"
            for move in report.moves
        ],
        shown,
    )


def totals(report: LoadReport) -> str:
    """The report in one line."""
    found = report.comparison
    return (
        f"{len(found.new)} new, {len(found.changed)} changed, {len(found.gone)} gone, "
        f"{found.unchanged_count} unchanged, {len(report.repairs)} repaired; "
        f"{len(report.overlaps)} overlapping pairs ({area(sum(pair.area_m2 for pair in report.overlaps))}), "
        f"{len(report.gaps)} gaps ({area(sum(gap.area_m2 for gap in report.gaps))}); "
        f"{report.moved_count} residents moved, {report.unplaced_count} left without a place."
    )


def area(square_meters: float) -> str:
    """An area a person can picture: square meters up to a hectare, then square kilometers."""
    if square_meters < 10_000:
        return f"{square_meters:,.0f} m²"
    return f"{square_meters / 1_000_000:,.3f} km²"


def _section(title: str, entries: Sequence[str], shown: int | None) -> Iterator[str]:
    if not entries:
        return
    yield f"{title}: {len(entries):,}"
    for entry in entries[:shown]:
        yield f"  {entry}"
    if shown is not None and len(entries) > shown:
        yield f"  and {len(entries) - shown:,} more (--verbosity 2 shows all)"
