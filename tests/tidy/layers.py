"""Who may include whom: an include is legal when the folder's line in these tables says so."""

import re

from tree import Tree

# Folder: what stands directly below it. It may include these, all below them, and itself. The
# longest matching folder counts.
BELOW = {
    "include/remit": (),
    "stdlib": ("include/remit",),
    "lang": ("stdlib",),
    "vm/image": ("stdlib",),
    "vm/verify": ("vm/image",),
    "vm/decide": ("vm/verify",),
    "vm/answer": ("vm/decide",),
    "vm/narrow": ("vm/decide",),
    "vm/log": ("vm/answer",),
    "vm/metrics": ("vm/answer",),
    "vm/json": ("vm/answer",),
    "vm/engine": ("vm/narrow", "vm/log", "vm/metrics", "vm/json"),
    "vm/reload": ("vm/engine",),
    "vm/replay": ("vm/engine",),
    "vm": (),  # rooms only
    "compiler/check": ("lang",),
    "compiler/ir": ("compiler/check", "vm/image"),
    "compiler/review": ("compiler/ir",),
    "compiler/emit": ("compiler/ir", "vm/verify"),
    "compiler": ("compiler/emit", "compiler/review"),
    "compiler/rule_tests": ("compiler", "vm/engine"),
    "analysis": ("compiler/rule_tests", "vm/reload", "vm/replay"),
    "cli": ("analysis",),
}


def with_all_below(folder):
    return {folder}.union(*(with_all_below(below) for below in BELOW[folder]))


MAY_INCLUDE = {folder: with_all_below(folder) for folder in BELOW}
VM = {folder for folder in BELOW if folder.startswith("vm/")}
COMPILER = {folder for folder in BELOW if folder.startswith("compiler")}

# What a header from outside begins with: the folders that may use it.
OUTSIDE = {
    "fmt/": {"lang", "stdlib", "analysis", "cli"} | VM | COMPILER,
    "re2/": {"stdlib"},
    "sodium": {"stdlib"},
    "openssl/": {"stdlib"},
    "simdjson": {"vm/json"},
    "utf8proc": {"lang", "stdlib"},
    "toml++/": {"compiler"},
    "nlohmann/": {"cli"},
    "CLI/": {"cli"},
    "z3": {"analysis"},
    "arpa/inet.h": {"stdlib"},  # reading and printing addresses; no network
    "fcntl.h": {"cli"},
    "sys/": {"cli"},
    "unistd.h": {"cli"},
}

# Heavy or stateful headers of the standard library that no folder here includes.
UNWANTED = {"iostream", "regex", "fmt/ranges.h"}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]', re.MULTILINE)


def folder_of(path):
    return max((f for f in MAY_INCLUDE if path.startswith(f + "/")), key=len, default=None)


def check_layering(tree):
    for path, text in tree.select(".h", ".cpp", ".def", ".in"):
        folder = folder_of(path)
        if folder is None:
            continue
        for bracket, header in INCLUDE.findall(text):
            target = folder_of(f"include/{header}" if header.startswith("remit/") else header)
            if header in UNWANTED:
                yield f"{path}: <{header}> is not used in this repository"
            elif target is not None:
                if target not in MAY_INCLUDE[folder]:
                    yield f"{path}: {folder} does not include {target} ({header})"
            elif bracket == '"':
                yield f'{path}: "{header}" is not a path from the repository root'
            else:
                users = next((u for prefix, u in OUTSIDE.items() if header.startswith(prefix)), None)
                if folder not in users if users else not re.fullmatch("[a-z_]+", header):
                    yield f"{path}: {folder} does not use <{header}>"


def check_expressions_are_lowered_once(tree):
    """What `compiler/ir/ir.h` promises: after lowering nothing reads an expression of the syntax tree."""
    rooms = ("compiler/ir/", "compiler/review/", "compiler/emit/")
    for path, text in tree.select(".h", ".cpp", under=rooms, but=("compiler/ir/lower.cpp",)):
        if re.search(r"\bast::(?:\w*Expr|ExprKind)\b", text):
            yield f"{path}: reads expressions of the syntax tree"


def check_headers_once(tree):
    for path, text in tree.select(".h"):
        if "#pragma once" not in text:
            yield f"{path}: no `#pragma once`"


CHECKS = [
    (check_layering, [
        Tree({"vm/decide/link.cpp": '#include "lang/ast.h"\n'}),
        Tree({"lang/ast.h": '#include "vm/image/image.h"\n'}),
        Tree({"stdlib/money.h": '#include "vm/image/image.h"\n'}),
        Tree({"stdlib/money.h": '#include "lang/token.h"\n'}),
        Tree({"vm/decide/link.cpp": '#include "vm/json/decode.h"\n'}),
        Tree({"vm/image/layout.cpp": '#include "vm/verify/parts.h"\n'}),
        Tree({"vm/log/log.cpp": '#include "vm/metrics/meter.h"\n'}),
        Tree({"vm/engine/load.cpp": '#include "vm/reload/state.h"\n'}),
        Tree({"vm/stray.cpp": '#include "vm/image/image.h"\n'}),
        Tree({"include/remit/facts.h": "#include <fmt/core.h>\n"}),
        Tree({"compiler/emit/emit.cpp": "#include <simdjson.h>\n"}),
        Tree({"compiler/emit/emit.cpp": '#include "emit.h"\n'}),
        Tree({"compiler/emit/emit.cpp": "#include <iostream>\n"}),
        Tree({"compiler/check/check.cpp": '#include "compiler/manifest.h"\n'}),
    ]),
    (check_expressions_are_lowered_once, [
        Tree({"compiler/emit/emit.cpp": "void emit(const ast::CallExpr& call);\n"}),
    ]),
    (check_headers_once, [Tree({"lang/token.h": "struct Token;\n"})]),
]
