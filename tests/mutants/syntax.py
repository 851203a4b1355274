"""C++ sources as trees of nodes with extents, by clang's own parser (Debian: python3-clang-19)."""

import pathlib
import re
import sys
import tempfile

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian keeps it, whichever python3 runs

from clang import cindex  # noqa: E402
from clang.cindex import CursorKind as Kind  # noqa: E402,F401

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARGUMENTS = ["-std=c++23", f"-I{ROOT}", f"-I{ROOT / 'include'}"]

FUNCTIONS = {Kind.FUNCTION_DECL, Kind.CXX_METHOD, Kind.FUNCTION_TEMPLATE, Kind.CONSTRUCTOR}


class Node:
    """A cursor inside the file that is read; what macros expand to is left out."""

    __slots__ = ("kind", "name", "start", "end", "at", "parent", "children", "type", "cursor")

    def __init__(self, cursor, parent):
        self.kind = cursor.kind
        self.name = cursor.spelling
        self.start = cursor.extent.start.offset
        self.end = cursor.extent.end.offset
        self.at = cursor.location.offset
        self.parent = parent
        self.cursor = cursor
        self.type = cursor.type.kind
        self.children = []

    def ancestors(self):
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def walk(self):
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def stripped(self):
        """Without the nodes that clang wraps around what stands there."""
        node = self
        while node.kind == Kind.UNEXPOSED_EXPR and len(node.children) == 1 and (
                node.start, node.end) == (node.children[0].start, node.children[0].end):
            node = node.children[0]
        return node

    def function(self):
        """The name of the innermost function around."""
        names = [n.name for n in (self, *self.ancestors()) if n.kind in FUNCTIONS]
        return names[0].split("<")[0] if names else ""


STANDARD = re.compile(rb"^#include <[a-z_0-9]+>$", re.MULTILINE)


def read_sources(paths):
    """The standard headers that they include are read once for all of them."""
    index = cindex.Index.create()
    includes = {line for path in paths for line in STANDARD.findall((ROOT / path).read_bytes())}
    with tempfile.TemporaryDirectory() as folder:
        header = pathlib.Path(folder, "standard.h")
        header.write_bytes(b"\n".join(sorted(includes)) + b"\n")
        index.parse(str(header), args=[*ARGUMENTS, "-x", "c++-header"]).save(f"{header}.pch")
        return [Source(index, path, ["-include-pch", f"{header}.pch"]) for path in paths]


class Source:
    def __init__(self, index, path, arguments):
        self.path = path
        self.bytes = (ROOT / path).read_bytes()
        self.name = str(ROOT / path)
        unit = index.parse(self.name, args=[*ARGUMENTS, "-x", "c++", *arguments])
        errors = [d for d in unit.diagnostics if d.severity >= cindex.Diagnostic.Error]
        if errors:
            raise SystemExit(f"{path}: clang cannot read it: {errors[0]}")
        self.unit = unit
        self.tops = [self.node(cursor, None) for cursor in unit.cursor.get_children()
                     if self.inside(cursor)]

    def inside(self, cursor):
        file = cursor.location.file
        return file is not None and file.name == self.name and (
            cursor.extent.end.offset > cursor.extent.start.offset)

    def node(self, cursor, parent):
        node = Node(cursor, parent)
        node.children = [self.node(child, node) for child in cursor.get_children()
                         if self.inside(child)]
        # Where `a != b` means `!(a == b)`, or `a < b` means `(a <=> b) < 0`, clang lets what is
        # around begin or end at the operator.
        if node.kind in (Kind.UNARY_OPERATOR, Kind.BINARY_OPERATOR, Kind.CALL_EXPR):
            node.start = min([node.start, *(child.start for child in node.children)])
            node.end = max([node.end, *(child.end for child in node.children)])
        return node

    def text(self, start, end):
        return self.bytes[start:end].decode()

    def text_of(self, node):
        return self.text(node.start, node.end)

    def walk(self):
        for top in self.tops:
            yield from top.walk()

    def in_constant(self, node):
        """Whether the node stands where only constant expressions may."""
        below = node
        for around in node.ancestors():
            if around.kind == Kind.STATIC_ASSERT or around.kind in (
                    Kind.ENUM_DECL, Kind.FIELD_DECL, Kind.PARM_DECL):
                return True
            if around.kind == Kind.CASE_STMT and around.children[0] is below:
                return True
            if around.kind == Kind.VAR_DECL and "constexpr" in self.declared(around):
                return True
            if around.kind in FUNCTIONS and "constexpr" in self.declared(around).split("(")[0]:
                return True
            if around.kind == Kind.IF_STMT and self.text(around.start, around.end).startswith(
                    "if constexpr") and below is around.children[0]:
                return True
            below = around
        return False

    def declared(self, node):
        """From the beginning of the declaration's line to its name."""
        line = self.bytes.rfind(b"\n", 0, node.start) + 1
        return self.text(line, max(node.at, node.start))


def parts_of_if(node):
    """(condition, then, else) of an if; all None where the condition declares a variable."""
    parts = [child for child in node.children if child.kind != Kind.DECL_STMT]
    if not 2 <= len(parts) <= 3 or parts[0].kind == Kind.VAR_DECL:
        return None, None, None
    return parts[0], parts[1], parts[2] if len(parts) == 3 else None
