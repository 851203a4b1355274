#!/usr/bin/env python3
"""Remit on tools and calls that others wrote.

The corpora lie in a folder `shared` beside the checkout, or the one that REMIT_CORPORA names, and are never copied in. What needs one that is
not there is skipped, saying so.

Usage: run_corpus.py REMIT; prints `N passed, M failed`.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPORA = pathlib.Path(os.environ.get("REMIT_CORPORA", ROOT.parent / "shared/corpora"))
AIRLINE = CORPORA / "tau_airline"
GITHUB = CORPORA / "github_mcp"
MCP = CORPORA / "mcp"
# The policies that came with the design of the language.
DESIGN = CORPORA.parent / "design/examples"


class Failed(Exception):
    pass


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=ROOT, timeout=300)
    if done.returncode != 0:
        raise Failed(f"`{' '.join(map(str, command))}` exits {done.returncode}: {(done.stdout + done.stderr)[-1500:]}")
    return done.stdout


def decided(remit, corpus, count, folder):
    """The decisions on recorded calls: each has a verdict and a reason, and none a fault."""
    requests, decisions = folder / "requests.jsonl", folder / "decisions.jsonl"
    requests.write_text(run(sys.executable, "scripts/airline_requests.py", corpus), encoding="utf-8")
    decisions.write_text(run(remit, "decide", "examples/airline", requests, "--format", "json"), encoding="utf-8")
    print(run(sys.executable, "scripts/verdict_table.py", requests, decisions, folder / "one.json"), end="")
    records = [json.loads(line) for line in decisions.read_text(encoding="utf-8").splitlines()]
    if len(records) != count:
        raise Failed(f"{len(records)} decisions on {count} calls")
    for number, record in enumerate(records, 1):
        if record["fault"] is not None:
            raise Failed(f"call {number}: {record['fault']} at {record['at']}")
        if not record["by"]:
            raise Failed(f"call {number}: a {record['verdict']} without a reason")
    return records


def test_recorded_calls(remit, folder):
    records = decided(remit, AIRLINE / "calls.jsonl", 1164, folder)
    if {record["verdict"] for record in records} != {"permit", "queue", "escalate", "deny"}:
        raise Failed("the calls do not show every verdict")


def test_gold_calls(remit, folder):
    """What the customers were to get: nothing of it may be refused."""
    records = decided(remit, AIRLINE / "gold.jsonl", 158, folder)
    denied = sum(record["verdict"] == "deny" for record in records)
    if denied:
        raise Failed(f"{denied} of the calls that are right are denied")


def damage_of(remit, log, *options):
    """The first problem of a log that must be damaged, as `dropped 3`."""
    done = subprocess.run([str(remit), "replay", "--verify-chain", str(log), "--format", "json", *options],
                          capture_output=True, text=True, timeout=300)
    if done.returncode != 5:
        raise Failed(f"a damaged log exits {done.returncode}: {done.stdout[-300:]}")
    problem = json.loads(done.stdout)["chain"]["problems"][0]
    return f"{problem['damage']} {problem['line']}"


def test_recorded_calls_replayed(remit, folder):
    """Logged and decided again with identical bytes; every kind of damage to the log is found in its line."""
    requests, log = folder / "requests.jsonl", folder / "calls.log"
    requests.write_text(run(sys.executable, "scripts/airline_requests.py", AIRLINE / "calls.jsonl"), encoding="utf-8")
    records = run(remit, "decide", "examples/airline", requests, "--format", "json", "--log", log).splitlines()
    lines = log.read_bytes().splitlines(keepends=True)
    if [json.loads(line)["decision"] for line in lines] != [json.loads(record) for record in records]:
        raise Failed("the log does not hold the decisions that were printed")
    replayed = json.loads(run(remit, "replay", log, "examples/airline", "--count", "1164", "--format", "json"))
    if replayed["same"] != 1164:
        raise Failed(f"{replayed['same']} of 1164 decisions are the same again")
    again = folder / "again.log"
    run(remit, "decide", "examples/airline", requests, "--log", again)
    if again.read_bytes() != log.read_bytes():
        raise Failed("the same calls give another log")

    damaged, middle = folder / "damaged.log", len(lines) // 2
    flipped = bytearray(lines[middle])
    flipped[len(flipped) // 2] ^= 1
    # The lines in the file, and the first problem in them.
    cases = [([*lines[:middle], bytes(flipped), *lines[middle + 1:]], f"changed {middle + 1}"),
             ([*lines[:middle], *lines[middle + 1:]], f"dropped {middle + 1}"),
             ([*lines[:middle], lines[middle + 1], lines[middle], *lines[middle + 2:]], f"reordered {middle + 2}"),
             ([*lines[:-1], lines[-1][:-20]], "truncated 1164")]
    for content, expected in cases:
        damaged.write_bytes(b"".join(content))
        if (found := damage_of(remit, damaged)) != expected:
            raise Failed(f"found `{found}`, expected `{expected}`")
    head = json.loads(lines[-1])["hash"]
    damaged.write_bytes(b"".join(lines[:-1]))
    if (found := damage_of(remit, damaged, "--head", head)) != "tail 1163":
        raise Failed(f"found `{found}` where the last line is missing")


# A bundle of an imported schema, which decides nothing for a request that is right.
POLICY = """edition 1
policy corpus.policy
guard nobody on any {
  deny
  when tenant.id == "nobody"
  because "Nobody's"
}
"""


def imported(remit, kind, manifest, namespace, count, folder, *options):
    """The manifest as a bundle: it is sound, formatted, and does not differ from the manifest."""
    schema = folder / "schema.rule"
    schema.write_text(run(remit, "import", kind, manifest, "--namespace", namespace, *options), encoding="utf-8")
    (folder / "policy.rule").write_text(POLICY, encoding="utf-8")
    run(remit, "check", "--strict", schema)
    run(remit, "fmt", "--check", schema)
    text = schema.read_text(encoding="utf-8")
    tools = sum(line.startswith("tool ") for line in text.splitlines())
    if tools != count:
        raise Failed(f"{tools} tools of {count}")
    compared = [option for option in options if option not in ("--effects", "hints")]
    run(remit, "import", kind, manifest, "--check", schema, *compared)
    run(remit, "import", kind, manifest, "--update", schema, *compared)
    if schema.read_text(encoding="utf-8") != text:
        raise Failed("an update changes what was imported")
    return text


def resolved(document, schema):
    """The schema that a reference within the tool's schema leads to; of alternatives the first that is not null."""
    if "$ref" in schema:
        target = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return resolved(document, target)
    for key in ("anyOf", "oneOf"):
        for one in schema.get(key, []):
            if one.get("type") != "null":
                return resolved(document, {**schema, **one, key: []})
    return schema


def example(document, schema):
    """A value that the schema allows, found without the importer."""
    schema = resolved(document, schema)
    if "enum" in schema:
        return schema["enum"][-1]
    type_ = schema.get("type", "string")
    type_ = next(one for one in type_ if one != "null") if isinstance(type_, list) else type_
    if type_ == "object":
        return {name: example(document, one) for name, one in schema.get("properties", {}).items()}
    if type_ == "array":
        return [example(document, schema["items"])] * max(1, schema.get("minItems", 0))
    if type_ in ("integer", "number"):
        return schema.get("default", schema.get("minimum", schema.get("maximum", 1)))
    return {"boolean": True, "string": schema.get("default", "x" * max(1, schema.get("minLength", 0)))}[type_]


def fault_of(remit, bundle, requests):
    """What decoding finds wrong with each request."""
    lines = bundle / "requests.jsonl"
    lines.write_text("".join(json.dumps({"actor": {"id": "a", "kind": "agent"}, "tenant": {"id": "t"}, **request}) + "\n"
                             for request in requests), encoding="utf-8")
    records = run(remit, "decide", bundle, lines, "--format", "json").splitlines()
    faults = [(record["fault"], record["at"]) for record in map(json.loads, records)]
    if len(faults) != len(requests):
        raise Failed(f"{len(faults)} decisions on {len(requests)} requests")
    return faults


def takes_null(schema):
    return "null" in schema.get("type", []) or any(map(takes_null, schema.get("anyOf", [])))


def examples_decode(remit, bundle, tools):
    """Of tools, each a name and a schema: their examples are taken, and what is not in the schema is not."""
    requests, expected = [], []

    def ask(name, arguments, fault, at):
        requests.append({"tool": name, "args": arguments})
        expected.append((fault, at))

    for name, schema in tools:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        whole = {key: example(schema, one) for key, one in properties.items()}
        ask(name, whole, None, None)
        ask(name, {key: whole[key] for key in required}, None, None)
        ask(name, {**whole, "zzz": 1}, "engine.invalid_request", "args.zzz")
        for key in required:
            if takes_null(properties[key]):
                continue  # null is absence
            ask(name, {other: value for other, value in whole.items() if other != key}, "engine.invalid_request", f"args.{key}")
        for key, one in properties.items():
            if "enum" in one:
                ask(name, {**whole, key: "no such value"}, "engine.invalid_request", f"args.{key}")
    for request, found, wanted in zip(requests, fault_of(remit, bundle, requests), expected):
        if found != wanted:
            raise Failed(f"{json.dumps(request)[:600]}: {found}, expected {wanted}")


def test_airline_tools(remit, folder):
    manifest = AIRLINE / "tools.json"
    tools = [(tool["function"]["name"], tool["function"]["parameters"])
             for tool in json.loads(manifest.read_text(encoding="utf-8"))]
    for options in ([], ["--number", "int"], ["--text-max", "1000"]):
        imported(remit, "openai", manifest, "airline", 14, folder, *options)
        examples_decode(remit, folder, tools)


def test_airline_calls_decode(remit, folder):
    """Every recorded call fits the imported schema, but the one with a field that its tool does not describe: a JSON
    Schema lets others pass, a record does not."""
    undescribed = ("engine.invalid_request", "args.flights[0].destination")
    imported(remit, "openai", AIRLINE / "tools.json", "airline", 14, folder)
    for name, expected in [("calls.jsonl", [undescribed] + [(None, None)] * 1163), ("gold.jsonl", [(None, None)] * 158)]:
        calls = [json.loads(line) for line in (AIRLINE / name).read_text(encoding="utf-8").splitlines()]
        faults = fault_of(remit, folder, [{"tool": call["tool"], "args": call["args"]} for call in calls])
        if sorted(faults, key=str, reverse=True) != sorted(expected, key=str, reverse=True):
            raise Failed(f"{name}: {[fault for fault in faults if fault != (None, None)][:9]} are refused")


def test_github_tools(remit, folder):
    manifest = GITHUB / "github_tools.json"
    tools = [(tool["name"], tool["inputSchema"]) for tool in json.loads(manifest.read_text(encoding="utf-8"))["tools"]]
    for options in ([], ["--number", "int"]):
        imported(remit, "mcp", manifest, "github", 117, folder, *options)
        examples_decode(remit, folder, tools)


def test_github_effects(remit, folder):
    """A first guess by hints: whatever a tool does, it is not guessed to read if it says that it does not."""
    manifest = GITHUB / "github_tools.json"
    text = imported(remit, "mcp", manifest, "github", 117, folder, "--effects", "hints")
    guessed = dict(re.findall(r'^tool \S+ named "(\w+)" \{\n  effect +(\w+)  // by its hint$', text, re.MULTILINE))
    hints = {tool["name"]: tool["annotations"] for tool in json.loads(manifest.read_text(encoding="utf-8"))["tools"]}
    if guessed.keys() != hints.keys():
        raise Failed(f"{len(guessed)} effects of {len(hints)}")
    for name, effect in guessed.items():
        if (effect == "read") != hints[name].get("readOnlyHint", False):
            raise Failed(f"{name} is guessed to be `{effect}`: {hints[name]}")


def test_mcp_examples(remit, folder):
    """The tools of the protocol's own examples, each as a list of one."""
    examples = MCP / "examples-2026-07-28"
    for path in sorted(examples.glob("Tool-*.json")):
        manifest = folder / "tools.json"
        tool = json.loads(path.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps({"tools": [tool]}), encoding="utf-8")
        if "oneOf" in tool["inputSchema"]:
            refused(remit, f"tool `{tool['name']}`: its arguments have several forms, `oneOf`", "mcp", manifest)
            continue
        imported(remit, "mcp", manifest, "example", 1, folder)
        examples_decode(remit, folder, [(tool["name"], tool["inputSchema"])])
    for path in sorted(examples.glob("ListToolsResult*.json")):
        refused(remit, "the list goes on", "mcp", path)
        last = folder / "last.json"
        last.write_text('{"tools": []}', encoding="utf-8")
        run(remit, "import", "mcp", path, last, "--namespace", "example")


def refused(remit, message, *words):
    done = subprocess.run([str(word) for word in (remit, "import", *words, "--namespace", "example")],
                          capture_output=True, text=True, timeout=300)
    if done.returncode != 2 or message not in done.stderr or done.stdout:
        raise Failed(f"`import` exits {done.returncode}: {done.stderr[-500:]}, expected `{message}`")


def test_design_examples(remit, folder):
    """Seven policies that use all of the language, and their tests. Three things are found in them: two tools that no
    product may call, and a model that is known by its name."""
    found = json.loads(run(remit, "check", DESIGN, "--format", "json"))["diagnostics"]
    places = sorted(f"{one['code']} {pathlib.Path(one['file']).name}:{one['line']}" for one in found)
    expected = ["W1307 spend.rule:56", "W1316 acme_schema.rule:32", "W1316 acme_schema.rule:83"]
    if places != expected:
        raise Failed(f"{places} is found, expected {expected}")
    report = json.loads(run(remit, "test", DESIGN, "--format", "json"))
    if report["passed"] != 121 or report["failed"] or report["unmatched"]:
        raise Failed(f"{report['passed']} of 121 tests pass, {len(report['unmatched'])} items match in none")


TESTS = [(test_design_examples, DESIGN), (test_recorded_calls, AIRLINE), (test_recorded_calls_replayed, AIRLINE), (test_gold_calls, AIRLINE),
         (test_airline_tools, AIRLINE), (test_airline_calls_decode, AIRLINE), (test_github_tools, GITHUB),
         (test_github_effects, GITHUB), (test_mcp_examples, MCP)]


def main():
    remit, passed, failed = pathlib.Path(sys.argv[1]).resolve(), 0, 0
    for test, corpus in TESTS:
        name = test.__name__.removeprefix("test_")
        if not corpus.is_dir():
            print(f"SKIP corpus {name}: {corpus} is not there")
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(remit, pathlib.Path(folder))
                passed += 1
            except (Failed, OSError, subprocess.TimeoutExpired) as problem:
                failed += 1
                print(f"FAIL corpus {name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
