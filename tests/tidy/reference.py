"""The tables of the reference pages, made from the lists that the code is compiled from.

A page holds `<!-- table NAME -->`, the table, and `<!-- end -->`. The check says where a page differs;
`python3 tests/tidy/reference.py` rewrites the pages.
"""

import re

from tables import OPCODE, rows
from tree import ROOT, Tree, read_tree

BLOCK = re.compile(r"(<!-- table (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
WIDTHS = {"std::uint8_t": "u8", "std::uint16_t": "u16", "std::uint32_t": "u32", "std::int64_t": "i64",
          "CodeRange": "range", "Hash": "hash", "CurrencyCode": "code", "bool": "u8"}
BYTES = {"u8": 1, "u16": 2, "u32": 4, "i64": 8, "range": 8, "hash": 32, "code": 3}


def table(heads, lines):
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for line in lines:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"


def code(text):
    return f"`{text}`" if text else ""


def opcodes(tree):
    def operand(word):
        return "" if word == "None" else word.lower()
    listed = rows(tree, "vm/image/opcodes.def", OPCODE)
    return table(("byte", "instruction", "a", "b", "c", "stack", "steps", "meaning"), (
        (str(number), code(row[1]), *map(operand, row[2:5]), code(row[5]), row[6].lower(), row[7])
        for number, row in enumerate(listed)))


def operators(tree):
    """The operators of the language, each with the instructions that carry it out."""
    spellings = dict(re.findall(r'REMIT_(?:RESERVED|PUNCT)\((\w+), "([^"]+)"\)', tree.text("lang/tokens.def")))
    carried_out = rows(tree, "vm/image/opcodes.def", "REMIT_OPERATION")
    by_operator = {}
    for row in carried_out:
        by_operator.setdefault(row[8], []).append(code(row[1]))
    lines = []
    for family in ("COMPARISON", "ARITHMETIC", "RELATION", "QUANTIFIER"):
        for name, token, *rest in rows(tree, "lang/operators.def", f"REMIT_{family}"):
            words = [spellings.get(token, token)]
            if family == "RELATION" and rest[0] != "End":
                words.append(spellings.get(rest[0], rest[0]))
            lines.append((code(" ".join(words)), ", ".join(by_operator.get(name, []))))
    return table(("operator", "instructions"), lines)


def load_faults(tree):
    return table(("fault", "meaning"), (
        (code(row[1]), row[2]) for row in rows(tree, "include/remit/load_faults.def", "REMIT_LOAD_FAULT")))


def faults(tree):
    return table(("fault", "when"), (
        (code(row[1]), row[2]) for row in rows(tree, "include/remit/faults.def", "REMIT_FAULT")))


def pair_faults(tree):
    return table(("fault", "why there is no answer"), (
        (code(row[1]), row[2]) for row in rows(tree, "include/remit/pair_faults.def", "REMIT_PAIR_FAULT")))


def reload_faults(tree):
    return table(("fault", "why a candidate or an option is refused"), (
        (code(row[1]), row[2]) for row in rows(tree, "include/remit/reload_faults.def", "REMIT_RELOAD_FAULT")))


def duties(tree):
    return table(("byte", "duty", "parameter"), (
        (str(number), code(row[1]), "" if row[2] == "None" else row[2].lower())
        for number, row in enumerate(rows(tree, "include/remit/duties.def", "REMIT_DUTY"))))


def types(tree):
    return table(("byte", "type"), (
        (str(number), code(row[1])) for number, row in enumerate(rows(tree, "include/remit/types.def", "REMIT_TYPE"))))


def items(tree):
    return table(("byte", "kind of item"), (
        (str(number), code(row[1])) for number, row in enumerate(rows(tree, "include/remit/items.def", "REMIT_ITEM"))))


def metrics(tree):
    return table(("metric", "type", "labels", "meaning"), (
        (code(row[1]), row[2], ", ".join(code(label) for label in row[3].split()), row[4])
        for row in rows(tree, "vm/metrics/metrics.def", "REMIT_METRIC")))


def diagnostics(tree):
    """Every code with its page, under the headings of the list."""
    lines, heading = [], ""
    for line in tree.text("lang/diagnostics.def").splitlines():
        if found := re.match(r"// ([a-z][\w ]+)$", line):
            heading = found[1]
        for row in rows(Tree({"row": line}), "row", "REMIT_DIAGNOSTIC"):
            lines.append((f"[{row[0]}](../errors/{row[0]}.md)", heading, row[3]))
    return table(("code", "of", "meaning"), lines)


def sections(tree):
    return table(("entry", "section"), (
        (str(number), code(row[0])) for number, row in enumerate(rows(tree, "vm/image/sections.def", "REMIT_SECTION"))))


def patch(tree, name):
    """What an example of tests/adding changes, without the lines around it."""
    yield "```diff"
    for line in tree.text(f"tests/adding/{name}.diff").splitlines():
        if line.startswith("+++ b/"):
            yield f"@@ {line.removeprefix('+++ b/')} @@"
        elif line[:1] in ("+", "-") and not line.startswith("---"):
            yield line
    yield "```"


def limits(tree):
    """The constants of limits.h under its own headings."""
    lines, heading = [], ""
    for line in tree.text("include/remit/limits.h").splitlines():
        if found := re.match(r"// ([A-Z][\w ,:-]*)[.]?$", line):
            heading = found[1]
        if found := re.match(r"inline constexpr [\w:]+ k(\w+) = (.*);", line):
            value = re.sub(r"std::size_t\{(\d+)\}", r"\1", found[2]).replace("'", " ")
            value = re.sub(r"(\d+) << 10$", r"\1 KiB", re.sub(r"(\d+) << 20$", r"\1 Mi", value))
            lines.append((heading, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", found[1]).lower(), value))
    return table(("of", "bound", "value"), lines)


def width(tree, name):
    """How a C++ type of a row lies in a file."""
    if name in WIDTHS:
        return WIDTHS[name]
    if name.startswith("RangeOf<"):
        return "range"
    for path in ("vm/image/columns.h", "vm/image/rows.h", "vm/image/instruction.h", "include/remit/type.h", "include/remit/duty.h",
                 "include/remit/decision.h", "include/remit/item.h", "include/remit/window.h", "stdlib/money.h",
                 "stdlib/seat.h"):
        if found := re.search(rf"enum class {name} : (std::uint\d+_t)", tree.text(path)):
            return WIDTHS[found[1]]
    raise KeyError(f"vm/image/rows.h: {name} has no width")


def row_layouts(tree):
    """Fields of each row in file order (vm/image/row_fields.h), with the types that they are declared with (vm/image/rows.h)."""
    declared = {}
    structs = r"struct (\w+) \{(.*?)\n\};"
    for text in (tree.text("vm/image/rows.h"), tree.text("vm/image/instruction.h")):
        for name, body in re.findall(structs, text, re.DOTALL):
            declared[name] = {field: kind for kind, fields in
                              re.findall(r"^  ([\w:<>]+) ((?:\w+(?: = [\w:-]+|\{\})?(?:, )?)+);", body, re.MULTILINE)
                              for field in re.findall(r"(\w+)(?: = [\w:-]+|\{\})?", fields)}
    lines = []
    visited = re.findall(r"RowOf<(\w+)> auto& r, auto&& v\) \{\s*v\(([^)]*)\)", tree.text("vm/image/row_fields.h"))
    for name, fields in visited:
        words = [field.strip().removeprefix("r.") for field in fields.split(",")]
        widths = [width(tree, declared[name][word]) for word in words]
        listed = ", ".join(f"{word} {kind}" for word, kind in zip(words, widths))
        lines.append((code(name), str(sum(BYTES[kind] for kind in widths)), listed))
    return table(("row", "bytes", "fields"), lines)


TABLES = {"opcodes": opcodes, "operators": operators, "operator_patch": lambda tree: patch(tree, "operator"),
          "type_patch": lambda tree: patch(tree, "type"), "load_faults": load_faults,
          "faults": faults, "duties": duties, "types": types, "items": items, "sections": sections, "limits": limits,
          "diagnostics": diagnostics, "metrics": metrics, "rows": row_layouts, "pair_faults": pair_faults,
          "reload_faults": reload_faults}


def refreshed(tree, text):
    return BLOCK.sub(lambda m: m[1] + "\n".join(TABLES[m[2]](tree)) + "\n" + m[4], text)


def check_reference_tables(tree):
    seen = set()
    for path, text in tree.select(".md", under=("docs/",)):
        seen |= {found[2] for found in BLOCK.finditer(text)}
        if refreshed(tree, text) != text:
            yield f"{path}: a table differs from the code; run tests/tidy/reference.py"
    for name in sorted(TABLES.keys() - seen):
        yield f"docs/: no page has the table `{name}`"


def check_cli_reference(tree):
    """Every verb of the one table of verbs has its help on the page of the program."""
    commands = tree.text("cli/commands.cpp").partition("kCommands[] =")[2]
    verbs = re.findall(r'^    \{"(\w+)",', commands, re.MULTILINE)
    for verb in verbs:
        if f"\n$ remit {verb} --help\n" not in tree.text("docs/reference/cli.md"):
            yield f"docs/reference/cli.md: does not show `remit {verb} --help`"
    if not verbs:
        yield "cli/commands.cpp: no verbs found"


CHECKS = [
    (check_cli_reference, [
        Tree({}),
        Tree({"cli/commands.cpp": 'kCommands[] = {\n    {"check", "parse"},\n',
              "docs/reference/cli.md": "remit check --help"}),
    ]),
    (check_reference_tables, [
        Tree({}),
        Tree({"docs/a.md": "".join(f"<!-- table {name} -->\n| old |\n<!-- end -->\n" for name in TABLES)}),
    ]),
]


if __name__ == "__main__":
    repository = read_tree()
    for page, content in repository.select(".md", under=("docs/",)):
        if refreshed(repository, content) != content:
            (ROOT / page).write_text(refreshed(repository, content), encoding="utf-8")
            print(page)
