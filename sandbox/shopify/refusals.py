"""What is wrong with a document, in the vendor's words and with its codes, where those are known."""

import re

from graphql import GraphQLError

from sandbox.shopify.records import Json

_NO_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")
_NO_ARGUMENT = re.compile(r"Unknown argument '(\w+)' on field '(\w+)\.(\w+)'")


def told(error: GraphQLError) -> Json:
    """One error of an answer."""
    shown: Json = {**error.formatted}
    if found := _NO_FIELD.match(error.message):
        field, kind = found.groups()
        shown["message"] = f"Field '{field}' doesn't exist on type '{kind}'"
        shown["extensions"] = {"code": "undefinedField", "typeName": kind, "fieldName": field}
    elif found := _NO_ARGUMENT.match(error.message):
        argument, kind, field = found.groups()
        shown["message"] = f"Field '{field}' doesn't accept argument '{argument}'"
        shown["extensions"] = {
            "code": "argumentNotAccepted",
            "name": field,
            "typeName": "Field",
            "argumentName": argument,
        }
    return shown
