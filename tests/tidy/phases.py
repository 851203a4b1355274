"""The phases of the checker: which doors each of them goes through.

A door is a header under compiler/check. The sources behind it bear its name, alone or before an underscore.
"""

import re

from tree import Tree

CHECK = "compiler/check/"

# Door: those that it may include, all of which stand above it. Only what a file includes
# itself is checked; what comes along in another header is not.
INPUTS = {
    # What is read, and what is found out.
    "types": (),
    "modules": (),
    "layering": (),
    "reporter": (),
    "typed_schema": ("types",),
    "typed_expr": ("modules", "typed_schema"),
    "typed_policy": ("modules", "typed_schema"),
    "typed": ("typed_expr", "typed_policy", "typed_schema"),
    # What several phases name.
    "seats": ("reporter", "typed_policy", "typed_schema"),
    # Schemas.
    "schema/values": ("reporter", "typed_schema"),
    "schema/declared_types": ("reporter", "typed_schema", "schema/values"),
    "schema/fields": ("reporter", "typed_schema", "schema/values", "schema/declared_types"),
    "schema/sizes": ("reporter", "typed_schema"),
    "schema/schema": ("modules", "reporter", "typed_schema", "schema/values", "schema/declared_types", "schema/fields",
                      "schema/sizes"),
    # Names, and whom to ask what they stand for.
    "names/names": ("modules", "reporter", "typed_schema", "schema/declared_types"),
    "names/scopes": ("reporter", "typed_schema", "names/names"),
    "names/resolver": ("typed_expr", "names/names"),
    # Expressions.
    "expr/flow": (),
    "expr/patterns": ("reporter",),
    "expr/environment": ("modules", "reporter", "typed_schema", "typed_expr", "names/names", "expr/flow",
                         "expr/patterns"),
    "expr/expr_context": ("modules", "typed_expr", "typed_policy"),
    "expr/literals": ("schema/values", "expr/environment"),
    "expr/paths": ("expr/environment", "expr/expr_context"),
    "expr/expressions": ("seats", "schema/values", "names/resolver", "expr/flow", "expr/environment", "expr/expr_context",
                         "expr/literals", "expr/paths"),
    # What constants and defs stand for: the resolver.
    "definitions/constants": ("typed_expr", "expr/expressions"),
    "definitions/inline_size": ("typed_expr",),
    "definitions/definitions": ("schema/declared_types", "names/resolver", "expr/environment", "expr/expr_context",
                                "expr/expressions", "definitions/constants", "definitions/inline_size"),
    # Policies.
    "policy/layers": ("modules", "layering", "reporter", "typed_policy"),
    "policy/collect_items": ("modules", "reporter", "typed_policy"),
    "policy/policy_context": ("typed_policy", "names/scopes", "expr/flow", "expr/environment", "expr/expr_context",
                              "definitions/definitions"),
    "policy/conditions": ("expr/expressions", "policy/policy_context"),
    "policy/messages": ("expr/expressions",),
    "policy/limits": ("expr/expressions", "policy/policy_context"),
    "policy/waits": ("seats", "policy/policy_context"),
    "policy/items": ("policy/policy_context", "policy/conditions", "policy/messages", "policy/limits", "policy/waits"),
    "policy/table_cover": (),
    "policy/cells": ("types", "typed_policy", "policy/table_cover"),
    "policy/table_cells": ("schema/values", "expr/expressions", "policy/cells"),
    "policy/tables": ("policy/policy_context", "policy/conditions", "policy/table_cover", "policy/cells",
                      "policy/table_cells"),
    "policy/policies": ("typed_policy", "names/scopes", "expr/environment", "expr/expressions",
                        "definitions/definitions", "policy/collect_items", "policy/limits", "policy/items",
                        "policy/tables"),
    "policy/overrides": ("typed_policy", "expr/environment"),
    # Tests files.
    "tests/fixture_facts": ("typed",),
    "tests/tests": ("modules", "reporter", "typed", "seats", "policy/layers", "tests/fixture_facts"),
    # All of it, in order.
    "check": ("modules", "layering", "reporter", "typed", "schema/schema", "names/names", "names/scopes",
              "expr/environment", "definitions/definitions", "policy/layers", "policy/policies", "policy/overrides",
              "tests/tests"),
}

# Doors that the rest of Remit may use.
OPEN = {"check", "typed", "seats", "policy/cells", "tests/fixture_facts"}

INCLUDE = re.compile(rf'^\s*#\s*include\s+"{CHECK}([^"]+)\.h"', re.MULTILINE)

ORDER = list(INPUTS)
for door, inputs in INPUTS.items():
    for name in inputs:
        assert name in ORDER[:ORDER.index(door)], f"{door} takes {name}, which does not stand above it"


def door_of(path):
    name = path.removeprefix(CHECK).rsplit(".", 1)[0]
    return max((d for d in INPUTS if name == d or name.startswith(d + "_")), key=len, default=None)


def check_phases(tree):
    used = set()
    for path, text in tree.select(".h", ".cpp"):
        inside = path.startswith(CHECK)
        door = door_of(path) if inside else None
        if inside and door is None:
            yield f"{path}: behind no door of the table of phases"
            continue
        for target in INCLUDE.findall(text):
            if inside and target != door and target not in INPUTS[door]:
                yield f"{path}: {door} does not take {target}"
            elif not inside and target not in OPEN:
                yield f"{path}: {target} is not open to the rest of Remit"
            used.add((door, target))
    for door, inputs in INPUTS.items():
        if f"{CHECK}{door}.h" in tree.files:
            for name in inputs:
                if (door, name) not in used:
                    yield f"{CHECK}{door}.h: {door} is said to take {name}, and does not"


CHECKS = [
    (check_phases, [
        Tree({"compiler/check/expr/flow.h": '#include "compiler/check/expr/paths.h"\n'}),
        Tree({"compiler/check/expr/expressions_sets.cpp": '#include "compiler/check/policy/items.h"\n'}),
        Tree({"compiler/check/policy/table_cells.cpp": '#include "compiler/check/policy/tables.h"\n'}),
        Tree({"compiler/check/stray.cpp": ""}),
        Tree({"compiler/ir/lower.cpp": '#include "compiler/check/names/names.h"\n'}),
        Tree({"compiler/check/expr/patterns.h": ""}),
    ]),
]
