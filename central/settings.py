"""Where a centre keeps things and what it allows."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes after decoding; rates in calls a second with the burst they may save up."""

    body: int = 1 << 20
    piece: int = 256 << 10
    body_seconds: float = 30.0
    station_rate: float = 400.0
    station_burst: int = 2000
    search_rate: float = 5.0
    search_burst: int = 30
    address_rate: float = 20.0
    address_burst: int = 100
    failures: int = 5
    lock_seconds: float = 900.0


@dataclass(frozen=True)
class Settings:
    """One worker's settings. Several workers share the database, the identity and the blobs."""

    database: URL
    identity: Path
    blobs: Path
    packs: Path
    """Earlier versions of policy packs, as canonical JSON."""
    public_url: str | None = None
    """What stations call this centre, when a proxy stands before it; DPoP proofs name it."""
    limits: Limits = field(default_factory=Limits)

    @property
    def sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database.get_backend_name() == "sqlite"


def settings_for(
    database: str,
    identity: Path | None = None,
    blobs: Path | None = None,
    public_url: str | None = None,
    limits: Limits | None = None,
) -> Settings:
    """Settings for a database address; the rest lies beside a SQLite file, else in this folder.

    Raises ValueError for an address that is neither SQLite nor PostgreSQL.
    """
    url = make_url(database)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+asyncpg")
        home, stem = Path(), "centre"
    elif url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        home, stem = Path(url.database).parent, Path(url.database).stem
    else:
        raise ValueError("the database is sqlite:///FILE or postgresql://USER@HOST/NAME")
    return Settings(
        database=url,
        identity=identity or home / f"{stem}.identity.json",
        blobs=blobs or home / f"{stem}.blobs",
        packs=home / f"{stem}.packs",
        public_url=public_url,
        limits=limits or Limits(),
    )
