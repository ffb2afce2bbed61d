"""The bureau's side of updates: a key, and a folder that any web server or stick can serve.

    python -m deploy.update key FILE                 a new update key; FILE.pub is for stations
    python -m deploy.update sign ARCHIVE KEY [OUT]   pieces and signed manifest (OUT: dist/update)

Keep the private key off the network; whoever has it can install programs at every station.
"""

import json
import os
import sys
from pathlib import Path

from joserfc.jwk import OKPKey

from counter_tui.keys.jose import new_key, public_part
from counter_tui.signed_packs import read_key
from counter_tui.updates import MANIFEST, cut, sign


def make_key(path: Path) -> Path:
    """Write a new private key, for its owner only, and the public one beside it; answers that."""
    private = new_key()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(json.dumps(private) + "\n")
    shown = path.with_name(path.name + ".pub")
    shown.write_text(json.dumps(public_part(OKPKey.import_key(private))) + "\n")
    return shown


def publish(archive: Path, key: Path, out: Path) -> Path:
    """Cut and sign `archive` (counter-VERSION.tar.gz) into `out`; answers the manifest."""
    version = archive.name.removeprefix("counter-").removesuffix(".tar.gz")
    manifest = cut(archive, version, out)
    private = OKPKey.import_key(read_key(key.read_text())).as_dict(private=True)
    # The manifest comes last and at once: a station never sees one whose pieces are not there.
    fresh = out / f".{MANIFEST}"
    fresh.write_text(sign(manifest, private) + "\n")
    return fresh.replace(out / MANIFEST)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["key", path]:
            print(make_key(Path(path)))  # noqa: T201
        case ["sign", archive, key, *out] if len(out) < 2:
            print(publish(Path(archive), Path(key), Path(*out or ("dist/update",))))  # noqa: T201
        case _:
            print(__doc__, file=sys.stderr)  # noqa: T201
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
