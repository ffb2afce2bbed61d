"""The contract: OpenAPI 3.1, from the routes themselves."""

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from central.resource import ProblemDocument

_PREFIX = "#/components/schemas/{model}"

HEADERS: dict[str, dict[str, Any]] = {
    "If-None-Match": {"schema": {"type": "string"}, "description": "`*`: create, never overwrite"},
    "If-Match": {"schema": {"type": "string"}, "description": "The ETag that is to be changed"},
    "Idempotency-Key": {
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": "Minted by the station with the action; kept for ever",
    },
    "Approval": {
        "schema": {"type": "string"},
        "description": "A second person's signature (compact JWS) over the hash of the body",
    },
    "Override-Duplicate": {
        "schema": {"type": "string"},
        "description": "Why this is no duplicate: UTF-8, percent-encoded",
    },
    "DPoP": {"schema": {"type": "string"}, "description": "RFC 9449 proof by the station's key"},
}


def openapi(app: FastAPI, bodies: Mapping[str, type[BaseModel]]) -> dict[str, Any]:
    """The document; made once. `bodies` are the models of what routes take, by name."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    document = get_openapi(
        title="counter: the centre",
        version="1",
        openapi_version="3.1.0",
        summary="Holds what stations accept, once and for ever, and answers with signed receipts",
        routes=app.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    models: list[tuple[Any, Literal["validation"]]] = [
        (model, "validation") for model in bodies.values()
    ]
    references, definitions = models_json_schema(
        [*models, (ProblemDocument, "serialization")], ref_template=_PREFIX
    )
    schemas.update(definitions.get("$defs", {}))
    schemas["Problem"] = schemas.pop("ProblemDocument")
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for operations in document["paths"].values():
        for operation in operations.values():
            _finish(operation, references, bodies)
    document["components"]["securitySchemes"] = {
        "station": {
            "type": "http",
            "scheme": "DPoP",
            "description": "RFC 9449: `Authorization: DPoP <token>` with a `DPoP` proof",
        }
    }
    app.openapi_schema = document
    return document


def _finish(
    operation: dict[str, Any], references: dict[Any, Any], bodies: Mapping[str, type[BaseModel]]
) -> None:
    name = operation.pop("x-body", None)
    media_type = operation.pop("x-media-type", "application/json")
    if name is not None:
        schema = references[(bodies[name], "validation")]
        operation["requestBody"] = {"required": True, "content": {media_type: {"schema": schema}}}
    for name in operation.pop("x-headers", []):
        parameter = {"name": name, "in": "header", "required": False, **HEADERS[name]}
        operation.setdefault("parameters", []).append(parameter)
    if "x-roles" in operation:
        operation["security"] = [{"station": []}]
    unprocessable = operation["responses"].get("422", {}).get("content", {})
    if "application/json" in unprocessable:
        unprocessable.pop("application/json")
        if not unprocessable:
            del operation["responses"]["422"]
