"""Documents of every version of every schema, kept as they were written.

``python -m tests.adapters.codec.golden`` writes the files of new versions. A file that is
there is never written again: documents of its version are out in the world.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fxcrm.adapters.codec import SCHEMAS, Codec, Schema, shape_of
from fxcrm.currencies import ISO
from tests.adapters.codec.examples import by_schema

GOLDEN = Path(__file__).parents[2] / "golden"


def path_of(schema: Schema, version: int) -> Path:
    """The file of one version."""
    return GOLDEN / f"{schema.name}.v{version}.json"


def kept(schema: Schema, version: int) -> dict[str, Any]:
    """What was kept with one version: its ``shape``, and ``documents`` of it."""
    return dict(json.loads(path_of(schema, version).read_text(encoding="utf-8")))


def write(schema: Schema, values: Mapping[str, list[Any]], codec: Codec) -> None:
    """Keep the newest version of a schema."""
    documents = [json.loads(codec.dump(value)) for value in values[schema.name]]
    record = {"shape": dict(shape_of(schema)), "documents": documents}
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    path_of(schema, schema.version).write_text(f"{text}\n", encoding="utf-8")


def main() -> None:
    """Write what is missing."""
    values, codec = by_schema(), Codec(ISO)
    for schema in SCHEMAS:
        if not path_of(schema, schema.version).exists():
            write(schema, values, codec)


if __name__ == "__main__":
    main()
