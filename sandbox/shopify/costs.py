"""What a query costs: one point for each object, two and its content for each list of them, ten for each mutation.

The vendor's present weights are not published; these are its documented rules of thumb. What a query may cost is
told from its text, what it did cost from its answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

MUTATION = 10
LIST = 2
GUESSED = 10
"""How many a list has that was not told how many to give."""


@dataclass(frozen=True)
class _Reader:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def cost(self, chosen: SelectionSetNode | None, parent: GraphQLNamedType) -> int:
        """Of everything selected below an object of this type."""
        total = 0
        for one in chosen.selections if chosen else ():
            if isinstance(one, FieldNode):
                total += self._field(one, parent)
            elif isinstance(one, InlineFragmentNode):
                on = self.schema.type_map[one.type_condition.name.value] if one.type_condition else parent
                total += self.cost(one.selection_set, on)
            elif isinstance(one, FragmentSpreadNode):
                found = self.fragments[one.name.value]
                total += self.cost(found.selection_set, self.schema.type_map[found.type_condition.name.value])
        return total

    def _field(self, one: FieldNode, parent: GraphQLNamedType) -> int:
        fields = getattr(parent, "fields", {})
        if one.name.value not in fields:
            return 0  # __typename
        kind = get_named_type(fields[one.name.value].type)
        if not is_composite_type(kind):
            return 0
        inner = self.cost(one.selection_set, kind)
        if kind.name.endswith("Connection"):
            return LIST + self._size(one) * inner
        if kind.name.endswith(("Edge", "PageInfo")):
            return inner
        return (1 + inner) * (self._size(one) if _is_cut(one) else 1)

    def _size(self, one: FieldNode) -> int:
        for argument in one.arguments or ():
            if argument.name.value in {"first", "last"}:
                value = argument.value
                if isinstance(value, VariableNode):
                    return int(self.variables.get(value.name.value) or GUESSED)
                if isinstance(value, IntValueNode):
                    return int(value.value)
        return GUESSED


def _is_cut(one: FieldNode) -> bool:
    """Whether it is a list without pages of which so many are asked for, as the parcels of an order."""
    return any(argument.name.value == "first" for argument in one.arguments or ())


def requested(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> int:
    """The most that this operation can cost."""
    if operation.operation is OperationType.MUTATION:
        return MUTATION * len(operation.selection_set.selections)
    fragments = {
        one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
    }
    assert schema.query_type is not None
    return _Reader(schema, fragments, variables).cost(operation.selection_set, schema.query_type)


def actual(data: dict[str, Any] | None) -> int:
    """What an answer cost: its objects and its lists."""
    return sum(_objects(one) for one in (data or {}).values())


def _objects(data: Any) -> int:
    if isinstance(data, list):
        return sum(_objects(one) for one in data)
    if not isinstance(data, dict):
        return 0
    inner = sum(_objects(one) for name, one in data.items() if name != "pageInfo")
    if data.keys() & {"edges", "nodes"}:
        return LIST + inner
    return inner if data.keys() <= {"cursor", "node"} else 1 + inner
