"""The resources, one file each."""

from central.routes import (
    applications,
    audit,
    blobs,
    created,
    lookups,
    matters,
    operations,
    packs,
    parts,
    receipts,
    records,
    searches,
    sites,
    staff,
    token,
)

ROUTERS = (
    operations.router,
    token.router,
    applications.router,
    parts.router,
    receipts.router,
    searches.router,
    matters.router,
    created.router,
    records.router,
    lookups.router,
    sites.router,
    packs.router,
    blobs.router,
    staff.router,
    audit.router,
)
