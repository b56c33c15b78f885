"""Which field of a file holds the names?"""

import unicodedata

from django.contrib.gis.gdal.feature import Feature as OgrFeature
from django.contrib.gis.gdal.field import OFTString
from django.contrib.gis.gdal.layer import Layer

from neighborhoods.loading.problems import BadFile
from neighborhoods.rules import NAME_MAX_LENGTH

# Without capitals, blanks and underscores; the cut ones are what a shapefile's ten characters leave over.
OBVIOUS_NAMES = frozenset(
    {
        "name",
        "fullname",
        "label",
        "title",
        "hood",
        "hoodname",
        "nhood",
        "nhoodname",
        "nbhd",
        "nbhdname",
        "nbrhood",
        "neighborhood",
        "neighborhoodname",
        "neighborho",
        "neighbourhood",
        "neighbourhoodname",
        "neighbourh",
        "community",
        "communityname",
    }
)


def choose_name_field(file_name: str, layer: Layer, wanted: str | None) -> str:
    """The field to take names from: the wanted one, or the only one that is obviously meant for it.

    Raises:
        BadFile: There is no such field, or it is not obvious; the text lists the fields with an example of each.
    """
    if wanted is not None:
        return find_field(file_name, layer, wanted)
    texts = [
        name
        for name, kind in zip(layer.fields, layer.field_types, strict=True)
        if kind is OFTString and name.casefold().replace("_", "").replace(" ", "") in OBVIOUS_NAMES
    ]
    filled = [name for name in texts if all(clean_text(feature, name) for feature in layer)]
    candidates = filled or texts
    if len(candidates) == 1:
        return candidates[0]
    why = (
        f"the names could be in {_listed(candidates)}"
        if candidates
        else "it is not obvious which field holds the names"
    )
    raise BadFile(file_name, [f"{why}. Say which with --name-field. {describe_fields(layer)}"])


def find_field(file_name: str, layer: Layer, wanted: str) -> str:
    """The field called so; capitals count only where two fields differ by nothing else."""
    if wanted in layer.fields:
        return wanted
    alike = [name for name in layer.fields if name.casefold() == wanted.casefold()]
    if len(alike) == 1:
        return str(alike[0])
    raise BadFile(file_name, [f"there is no field “{wanted}”. {describe_fields(layer)}"])


def describe_fields(layer: Layer) -> str:
    """Every field with its type and the first value, for a person to choose from."""
    if not layer.fields:
        return "The file has no fields at all."
    first = next(iter(layer), None)
    described = []
    for name, kind in zip(layer.fields, layer.field_types, strict=True):
        example = clean_text(first, name)[:40] if first is not None else ""
        described.append(f"{name} ({kind.__name__.removeprefix('OFT')}{f', such as “{example}”' if example else ''})")
    return f"Its fields: {'; '.join(described)}."


def clean_text(feature: OgrFeature, field: str) -> str:
    """A field's value as text in one spelling: composed letters, single blanks; empty when there is none.

    Raises:
        UnicodeDecodeError: The bytes are no text in the file's encoding.
    """
    value = feature[field].as_string()
    return " ".join(unicodedata.normalize("NFC", str(value or "")).split())


def problem_with(value: str, field: str) -> str | None:
    """What is wrong with a name or key, in words; None when nothing is."""
    if not value:
        return f"the field “{field}” is empty"
    if len(value) > NAME_MAX_LENGTH:
        return f"the field “{field}” has {len(value)} characters, at most {NAME_MAX_LENGTH} fit: “{value[:40]}…”"
    return None


def _listed(names: list[str]) -> str:
    return " or ".join(f"“{name}”" for name in names)
