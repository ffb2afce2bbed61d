"""The resources, one file each."""

from central.routes import applications, operations, receipts, token

ROUTERS = (operations.router, token.router, applications.router, receipts.router)
