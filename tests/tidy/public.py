"""The public headers: what they declare is in the inline namespace of the ABI, and where it is defined too."""

import re

from tree import Tree

INLINE = "namespace remit::inline v0"
OPENED = re.compile(r"^(namespace [\w: ]+?) \{", re.MULTILINE)
# A directive with its continuations, or a comment: a header with nothing else declares nothing.
NO_DECLARATION = re.compile(r"^\s*(?:#(?:.*\\\n)*.*|//.*)?\n", re.MULTILINE)


def check_public_headers_open_the_inline_namespace(tree):
    for path, text in tree.select(".h", under=("include/remit/",), but=("include/remit/internal/",)):
        namespaces = OPENED.findall(text)
        for namespace in namespaces:
            if namespace != INLINE and not namespace.startswith(INLINE + "::"):
                yield f"{path}: opens `{namespace}`, not `{INLINE}`"
        if not namespaces and NO_DECLARATION.sub("", text):
            yield f"{path}: declares something outside `{INLINE}`"


def check_public_functions_are_defined_where_they_are_declared(tree):
    """A function that is defined in `namespace remit` is another one than its header declares."""
    for path, text in tree.select(".h", ".cpp", under=("stdlib/", "vm/", "compiler/", "lang/")):
        if "namespace remit" in OPENED.findall(text):
            yield f"{path}: opens `namespace remit`, not `{INLINE}`"


CHECKS = [
    (check_public_headers_open_the_inline_namespace, [
        Tree({"include/remit/fault.h": "#pragma once\n\nnamespace remit {\nenum class Fault;\n}  // namespace remit\n"}),
        Tree({"include/remit/limits.h": "namespace remit::limits {\n}\n"}),
        Tree({"include/remit/fault.h": "#pragma once\nint f();\n"}),
    ]),
    (check_public_functions_are_defined_where_they_are_declared, [
        Tree({"vm/decide/decision.cpp": "namespace remit {\nint f() { return 0; }\n}\n"}),
    ]),
]
