"""Putting the centre together."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central import contract, routes
from central.bodies import BodyGuard
from central.centre import Centre
from central.housekeeping import keep_house
from central.model import dotted
from central.problems import Problem
from central.resource import Resource
from central.storage.port import Busy


def build(centre: Centre) -> FastAPI:
    """The application of one worker."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        await centre.store.start()
        keeper = asyncio.create_task(keep_house(centre))
        centre.ready = True
        yield
        centre.ready = False
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        await centre.store.stop()

    app = FastAPI(lifespan=running, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.centre = centre
    bodies = {
        name: model
        for router in routes.ROUTERS
        if isinstance(router, Resource)
        for name, model in router.bodies.items()
    }
    app.openapi = lambda: contract.openapi(app, bodies)
    for router in routes.ROUTERS:
        app.include_router(router)
    _refusals(app, centre)
    app.add_middleware(BodyGuard, limits=centre.settings.limits)
    app.add_middleware(Watch, centre=centre)
    return app


def _refusals(app: FastAPI, centre: Centre) -> None:
    async def problem(_: Request, error: Any) -> Response:
        centre.metrics.problems.labels(error.name).inc()
        return error.response()

    async def busy(_: Request, __: Exception) -> Response:
        return Problem("unavailable", headers={"Retry-After": "2"}).response()

    async def http(_: Request, error: Any) -> Response:
        name = {404: "not-found", 405: "method-not-allowed", 415: "unsupported-type"}.get(
            error.status_code, "invalid"
        )
        return Problem(name, headers=dict(error.headers or {})).response()

    async def invalid(_: Request, error: Any) -> Response:
        first = error.errors()[0]
        place = dotted(tuple(first["loc"][1:]))
        return Problem("invalid", field=place, message=str(first["type"])).response()

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(Busy, busy)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


class Watch:
    """ASGI middleware: counts and logs every call by its route, never by its address."""

    def __init__(self, app: ASGIApp, centre: Centre) -> None:
        self._app, self._centre = app, centre

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller gets an answer.
            route, method = _route(scope), scope["method"]
            self._centre.log.error("fault", error=error, method=method, route=route)
            if status == 0:
                await Problem("fault").response()(scope, receive, sending)
        self._centre.metrics.answered(
            scope["method"], _route(scope), status, time.perf_counter() - began
        )


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "unknown")
