"""Who may include whom: an include is legal when the folder's line in these tables says so."""

import re

from tree import Tree

# Folder: the folders it may include, itself among them. The longest matching folder counts.
MAY_INCLUDE = {
    "include/remit": {"include/remit"},
    "lang": {"include/remit", "lang"},
    "stdlib": {"include/remit", "stdlib"},
    "vm": {"include/remit", "stdlib", "vm"},
    "vm/json": {"include/remit", "stdlib", "vm", "vm/json"},
    "compiler": {"include/remit", "lang", "stdlib", "vm", "vm/json", "compiler"},
    "analysis": {"include/remit", "lang", "stdlib", "vm", "vm/json", "compiler", "analysis"},
    "cli": {"include/remit", "lang", "stdlib", "vm", "vm/json", "compiler", "analysis", "cli"},
}

# What a header from outside begins with: the folders that may use it.
OUTSIDE = {
    "fmt/": {"lang", "stdlib", "vm", "vm/json", "compiler", "analysis", "cli"},
    "re2/": {"stdlib", "vm"},
    "sodium": {"stdlib", "vm", "cli"},
    "simdjson": {"vm/json"},
    "utf8proc": {"lang", "stdlib", "cli"},
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


def check_headers_once(tree):
    for path, text in tree.select(".h"):
        if "#pragma once" not in text:
            yield f"{path}: no `#pragma once`"


CHECKS = [
    (check_layering, [
        Tree({"vm/link.cpp": '#include "lang/ast.h"\n'}),
        Tree({"lang/ast.h": '#include "vm/image.h"\n'}),
        Tree({"stdlib/money.h": '#include "vm/image.h"\n'}),
        Tree({"vm/link.cpp": '#include "vm/json/decode.h"\n'}),
        Tree({"include/remit/facts.h": "#include <fmt/core.h>\n"}),
        Tree({"compiler/emit.cpp": "#include <simdjson.h>\n"}),
        Tree({"compiler/emit.cpp": '#include "emit.h"\n'}),
        Tree({"compiler/emit.cpp": "#include <iostream>\n"}),
    ]),
    (check_headers_once, [Tree({"lang/token.h": "struct Token;\n"})]),
]
