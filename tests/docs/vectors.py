#!/usr/bin/env python3
"""The published hash vectors, computed by a second implementation and held against the engine.

docs/reference/vectors/vectors.json holds values as trees, `[kind, payload…]`, and the hash of each. This script knows
only the encoding of docs/reference/record.md; the bundle and the requests beside it are what `remit` is asked.

A requirement's condition may be a tree, `["condition", [operator, part…]]`, whose parts stand in any order: here they are
flattened and sorted (docs/decisions/0013-requirements-of-rows.md).

Usage: vectors.py REMIT [--update]; prints `N passed, M failed`. --update writes the hashes into the file.
"""

import argparse
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "docs/reference/vectors"
PREFIXES = {"tools": "remit/tool/2", "actions": "remit/action/2", "requirements": "remit/req/2"}
TAGS = {kind: number for number, kind in enumerate(
    "absent bool int money duration timestamp timeofday string id enum tool host path email url ip record set list text"
    .split())}


def sized(text):
    raw = text if isinstance(text, bytes) else text.encode()
    return struct.pack(">I", len(raw)) + raw


def operands(tree):
    """Those of nested `and`s, or `or`s, as one list."""
    for part in tree[1:]:
        if isinstance(part, list) and part[0] == tree[0]:
            yield from operands(part)
        else:
            yield part


def condition(tree):
    """The prefix form of a condition. Where order means nothing it is bytewise; the keys of a limit have one."""
    if isinstance(tree, str):
        return tree
    operator, *parts = tree
    if operator in ("and", "or"):
        return f"({operator} {' '.join(ordered(operands(tree)))})"
    if operator == "set":
        return f"(set {' '.join(ordered(parts))})"
    if operator == "keys":
        return f"({' '.join(parts)})"
    if operator == "cell":
        header, *values = parts
        if isinstance(values[0], list) and values[0][0] == "not":
            return f"(cell {condition(header)} (not {' '.join(ordered(values[0][1:]))}))"
        return f"(cell {condition(header)} {' '.join(ordered(values))})"
    return f"({operator} {' '.join(map(condition, parts))})"


def ordered(parts):
    return sorted(map(condition, parts), key=str.encode)


def encoded(tree):
    kind, *payload = tree
    if kind == "condition":
        return encoded(["text", condition(payload[0])])
    if kind == "hash":  # the hash of another vector, by its name
        return bytes([TAGS["text"]]) + sized(bytes.fromhex(payload[0]))
    tag = bytes([TAGS[kind]])
    if kind == "absent":
        return tag
    if kind == "bool":
        return tag + bytes([payload[0]])
    if kind == "money":
        return tag + payload[0].encode() + struct.pack(">q", payload[1])
    if kind in ("int", "duration", "timestamp", "timeofday"):
        return tag + struct.pack(">q", payload[0])
    if kind in ("record", "set", "list"):
        parts = [encoded(part) for part in payload]
        return tag + struct.pack(">I", len(parts)) + b"".join(sorted(parts) if kind == "set" else parts)
    return tag + sized(payload[0])


def digest(group, tree):
    return hashlib.sha256(PREFIXES[group].encode() + b"\0" + encoded(tree)).hexdigest()


def named_hashes(tree, hashes):
    """The tree with the names of other vectors replaced by their hashes."""
    if tree[0] == "condition":
        return tree
    if tree[0] == "hash":
        return ["hash", hashes[tree[1]]]
    return [tree[0], *(named_hashes(part, hashes) if isinstance(part, list) else part for part in tree[1:])]


def from_engine(remit):
    """Group and name to the hash that the engine has."""
    def run(*command):
        return json.loads(subprocess.run([remit, *map(str, command), "--format", "json"], check=True, timeout=60,
                                         capture_output=True, text=True).stdout)
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder) / "vectors.remit"
        subprocess.run([remit, "build", FOLDER, "-o", image], check=True, capture_output=True, timeout=60)
        inspected = run("inspect", image)
    found = {("tools", tool["name"]): tool["hash"] for tool in inspected["tools"]}
    for layer in inspected["layers"]:
        for policy in layer["policies"]:
            for item in policy["items"]:
                found["requirements", f"{policy['name']}.{item['name']}"] = item["requirement"]
    for request in sorted(path.name for path in FOLDER.glob("*.json") if path.name != "vectors.json"):
        found["actions", request] = run("decide", FOLDER, FOLDER / request, "--digest")["digest"]
    return found


def written(value, indent=""):
    """JSON in which what fits a line stands on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= 110 or not isinstance(value, (dict, list)):
        return line
    inner = indent + " "
    parts = ([f"{json.dumps(key)}: {written(part, inner)}" for key, part in value.items()]
             if isinstance(value, dict) else [written(part, inner) for part in value])
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{closing}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("remit")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    path = FOLDER / "vectors.json"
    vectors = json.loads(path.read_text(encoding="utf-8"))
    engine, hashes, passed, failures = from_engine(options.remit), {}, 0, []
    for group in PREFIXES:
        for name, vector in vectors[group].items():
            hashes[name] = digest(group, named_hashes(vector["value"], hashes))
            if options.update:
                vector["sha256"] = hashes[name]
            for whose, other in (("the file", vector.get("sha256")), ("the engine", engine.get((group, name)))):
                if other == hashes[name]:
                    passed += 1
                else:
                    failures.append(f"{group} {name}: {whose} has {other}, its encoding hashes to {hashes[name]}")
    unlisted = {(group, name) for (group, name), value in engine.items() if value and name not in vectors[group]}
    failures += [f"{group} {name}: not in vectors.json" for group, name in sorted(unlisted)]
    if options.update:
        path.write_text(written(vectors) + "\n", encoding="utf-8")
    for failure in failures:
        print("FAIL vectors", failure)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
