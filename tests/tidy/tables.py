"""Every row of the tables is seen by a test, and every diagnostic has its page."""

import re

from tree import Tree

OPCODE = "REMIT_(?:OPCODE|OPERATION)"
DIAGNOSTICS = "lang/diagnostics.def"
TESTS = ("tests/unit/", "tests/images/", "tests/lit/", "tests/oracle/", "tests/fuzz/")


def rows(tree, path, macro):
    """The arguments of each row, as written, split at commas outside quotes."""
    for line in re.findall(rf"^{macro}\((.*)\)", tree.text(path), re.MULTILINE):
        yield [word.strip().strip('"') for word in re.findall(r'\s*("(?:[^"\\]|\\.)*"|[^,]+)', line)]


def unseen(tree, path, macro, patterns, texts=()):
    """Rows that no test mentions. `patterns` makes of a row the expressions to look for, by folder of tests;
    `texts` is what counts as a test beside them."""
    sources = [(name, text) for name, text in tree.select("", under=TESTS)]
    found = False
    for row in rows(tree, path, macro):
        found = True
        wanted = {folder: re.compile(pattern, re.MULTILINE) for folder, pattern in patterns(row).items()}
        seen = any(pattern.search(text) for folder, pattern in wanted.items()
                   for name, text in [*sources, *texts] if name.startswith(folder))
        if not seen:
            yield f"{path}: no test mentions {row[0]}"
    if not found:
        yield f"{path}: no {macro} rows found"


def check_opcodes_are_tested(tree):
    """By name in a unit test, or by mnemonic in the disassembly that a lit test expects."""
    yield from unseen(tree, "vm/image/opcodes.def", OPCODE, lambda row: {
        "tests/unit/": rf"\bOpcode::{row[0]}\b", "tests/lit/": rf"CHECK.*\b{row[1]}\b"})


def check_load_faults_are_tested(tree):
    yield from unseen(tree, "include/remit/load_faults.def", "REMIT_LOAD_FAULT", lambda row: {
        "": rf"\bLoadFault::{row[0]}\b|\"{re.escape(row[1])}[\":]"})


def check_faults_are_tested(tree):
    tests = list(tree.select(".test.rule", under=("examples/",)))
    yield from unseen(tree, "include/remit/faults.def", "REMIT_FAULT", lambda row: {
        "": rf"\bFault::{row[0]}\b|{re.escape(row[1])}\b"}, tests)


def check_pair_faults_are_tested(tree):
    yield from unseen(tree, "include/remit/pair_faults.def", "REMIT_PAIR_FAULT", lambda row: {
        "": rf"\bPairFault::{row[0]}\b"})


def check_reload_faults_are_tested(tree):
    yield from unseen(tree, "include/remit/reload_faults.def", "REMIT_RELOAD_FAULT", lambda row: {
        "": rf"\bReloadFault::{row[0]}\b"})


def check_diagnostics_are_tested(tree):
    """A page counts: the documentation test holds its `## Refused` blocks against the code."""
    pages = [(path, path) for path, text in tree.select(".md", under=("docs/errors/",)) if "\n## Refused" in text]
    yield from unseen(tree, DIAGNOSTICS, "REMIT_DIAGNOSTIC", lambda row: {"": rf"\b{row[0]}\b"}, pages)


def check_diagnostics_have_a_page(tree):
    codes = {row[0] for row in rows(tree, DIAGNOSTICS, "REMIT_DIAGNOSTIC")}
    pages = {match[1] for path in tree.files if (match := re.fullmatch(r"docs/errors/([EW]\d{4})\.md", path))}
    for code in sorted(codes - pages):
        yield f"docs/errors/{code}.md: missing"
    for code in sorted(pages - codes):
        yield f"docs/errors/{code}.md: {DIAGNOSTICS} has no such row"
    if not codes:
        yield f"{DIAGNOSTICS}: no rows found"


VERIFIER = "docs/reference/verifier.md"


def proofs(text):
    """(faults, tests) of each row of the page of the verifier."""
    for table in re.findall(r"^\| what is relied on \| fault \| test \|\n\|[-|]+\n((?:\|.*\n)*)", text, re.MULTILINE):
        for line in table.splitlines():
            cells = [re.findall(r"`([^`]+)`", cell) for cell in line.strip("|").split("|")]
            yield cells[-2], cells[-1]


def check_verifier_page_names_faults_and_tests(tree):
    """Every fault of a row or of code is on the page, beside a test that exists and names it."""
    bodies = {}
    for _, text in tree.select(".cpp", under=("tests/",)):
        for suite, name, body in re.findall(r"^TEST(?:_F)?\((\w+), (\w+)\) \{( .*|\n(?:(?!\}).*\n)*)\}$", text,
                                            re.MULTILINE):
            bodies[f"{suite}.{name}"] = body
    seen = set()
    for faults, tests in proofs(tree.text(VERIFIER)):
        seen.update(faults)
        if not tests:
            yield f"{VERIFIER}: no test for {', '.join(faults)}"
        if tests == ["Mutation"]:  # mutated images, where a test is named after none of them
            continue
        for test in tests:
            if test not in bodies:
                yield f"{VERIFIER}: there is no test {test}"
        for fault in faults:
            named = re.compile(rf'"{re.escape(fault)}[":]')  # alone, or with what it says
            if not fault.endswith("*") and not any(named.search(bodies.get(test, "")) for test in tests):
                yield f"{VERIFIER}: no test of its row names {fault}"
    for row in rows(tree, "include/remit/load_faults.def", "REMIT_LOAD_FAULT"):
        if not row[1].startswith(("file.", "host.")) and row[1] not in seen:
            yield f"{VERIFIER}: {row[1]} is missing"
    if not seen:
        yield f"{VERIFIER}: no rows found"


PROOF = "| what is relied on | fault | test |\n|---|---|---|\n| names are names | `row.bad_name` | `{}` |\n"

CHECKS = [
    (check_opcodes_are_tested, [
        Tree({}),
        Tree({"vm/image/opcodes.def": 'REMIT_OPCODE(Not, "not", None, 1, "negation")\n',
              "tests/unit/vm/a_test.cpp": "// not an Opcode::Nothing\n", "tests/lit/a.rule": "// not\n"}),
    ]),
    (check_load_faults_are_tested, [
        Tree({"include/remit/load_faults.def": 'REMIT_LOAD_FAULT(BadHash, "file.bad_hash", "no")\n'}),
    ]),
    (check_faults_are_tested, [
        Tree({"include/remit/faults.def": 'REMIT_FAULT(Halted, "engine.halted", "on")\n'}),
    ]),
    (check_pair_faults_are_tested, [
        Tree({"include/remit/pair_faults.def": 'REMIT_PAIR_FAULT(Halted, "pair.halted", "on")\n'}),
    ]),
    (check_reload_faults_are_tested, [
        Tree({"include/remit/reload_faults.def": 'REMIT_RELOAD_FAULT(TooSlow, "reload.too_slow", "slow")\n'}),
    ]),
    (check_diagnostics_are_tested, [
        Tree({DIAGNOSTICS: 'REMIT_DIAGNOSTIC(E0101, Error, "x")\n', "docs/errors/E0101.md": "# no block\n"}),
    ]),
    (check_diagnostics_have_a_page, [
        Tree({DIAGNOSTICS: 'REMIT_DIAGNOSTIC(E0101, Error, "x")\n'}),
        Tree({DIAGNOSTICS: 'REMIT_DIAGNOSTIC(E0101, Error, "x")\n', "docs/errors/E0101.md": "",
              "docs/errors/E0102.md": ""}),
    ]),
    (check_verifier_page_names_faults_and_tests, [
        Tree({}),
        Tree({VERIFIER: PROOF.format("Verify.Names")}),
        Tree({VERIFIER: PROOF.format("Verify.Names"), "tests/a_test.cpp": 'TEST(Verify, Names) {\n  "row.bad"\n}\n'}),
        Tree({VERIFIER: PROOF.format("Mutation"),
              "include/remit/load_faults.def": 'REMIT_LOAD_FAULT(BadText, "row.bad_text", "no")\n'}),
    ]),
]
