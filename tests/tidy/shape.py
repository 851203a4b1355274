"""Proportions and leftovers: lengths of files and lines, switched-off tests, paths of one machine."""

import pathlib
import re
import subprocess
import tempfile

from tree import ROOT, Tree

CODE = (".h", ".cpp", ".def", ".py", ".sh", ".cmake")
LINES_MAX = 800
LINES_USUAL = 400
COLUMNS_MAX = 100


def check_file_sizes(tree):
    sizes = {path: text.count("\n") for path, text in tree.select(*CODE)}
    for path, lines in sizes.items():
        if lines > LINES_MAX:
            yield f"{path}: {lines} lines, at most {LINES_MAX}"
    long = [f"{path} ({lines})" for path, lines in sizes.items() if lines > LINES_USUAL]
    if len(long) * 10 > len(sizes):
        yield f"{len(long)} of {len(sizes)} files have over {LINES_USUAL} lines: {', '.join(long)}"


def check_columns(tree):
    """Tables (.def) are exempt: a row stays a row."""
    for path, text in tree.select(".h", ".cpp"):
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > COLUMNS_MAX and "http" not in line and 'R"' not in line:
                yield f"{path}:{number}: {len(line)} columns, at most {COLUMNS_MAX}"


SWITCHED_OFF = re.compile(r"GTEST_SKIP|\bDISABLED_|\b(?:XFAIL|UNSUPPORTED):")
REASON = re.compile(r'<<\s*".{10,}"|//.*\b\w+ \w+ \w+')


def check_switched_off_tests_say_why(tree):
    for path, text in tree.select(".cpp", ".h", ".rule", ".test", under=("tests/",), but=("tests/tidy/",)):
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if SWITCHED_OFF.search(line):
                above = lines[number - 1] if number else ""
                stated = SWITCHED_OFF.sub("", line)
                if not REASON.search(stated) and not REASON.search(above):
                    yield f"{path}:{number + 1}: switched off without a reason"


def check_sources_are_formatted(tree):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / ".clang-format").write_text((ROOT / ".clang-format").read_text(encoding="utf-8"), encoding="utf-8")
        sources = []
        for path, text in tree.select(".h", ".cpp"):
            sources.append(place / path)
            sources[-1].parent.mkdir(parents=True, exist_ok=True)
            sources[-1].write_text(text, encoding="utf-8")
        done = subprocess.run(["clang-format-19", "--dry-run", "-Werror", *map(str, sources)], capture_output=True,
                              text=True, errors="replace", check=False)
        for path, line in re.findall(rf"^{re.escape(folder)}/(\S+):(\d+):\d+: error", done.stderr, re.MULTILINE):
            yield f"{path}:{line}: not as clang-format-19 writes it"


# In a comment: a word or two, three spaces or more, and what they mean.
TABLE_ROW = re.compile(r"\s*// (?:\S+ )*\S+ {3,}(?=\S)")


def check_comment_tables_are_whole(tree):
    """Where a row is too long the formatter joins it with the next: its meaning stands in another column then."""
    for path, text in tree.select(".h", ".cpp"):
        column = None
        for number, line in enumerate(text.splitlines(), 1):
            row = TABLE_ROW.match(line)
            if row and column is not None and row.end() != column:
                yield f"{path}:{number}: rows of a table that were joined, or a column that is not straight"
            column = row.end() if row else None


NAMED_PATH = re.compile(r"`((?:bench|cli|compiler|docs|examples|include|lang|scripts|stdlib|tests|vm)/[\w/.-]*)`")


def check_pages_name_what_is_there(tree):
    """A path in a page is that of a file, a folder, or of a header and its source. CODE stands for any code."""
    folders = {path.rsplit("/", depth)[0] for path in tree.files for depth in range(1, path.count("/") + 1)}
    for path, text in tree.select(".md"):
        for number, line in enumerate(text.splitlines(), 1):
            for named in NAMED_PATH.findall(line):
                plain = named.rstrip("/")
                known = (plain, f"{plain}.h", f"{plain}.cpp")
                if "CODE" not in named and plain not in folders and not any(name in tree.files for name in known):
                    yield f"{path}:{number}: there is no {named}"


MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:%s)/" % "|".join(("work", "root", "Users")))


def check_no_machine_paths(tree):
    """In policies and requests such a path is data."""
    for path, text in tree.select("", but=("LICENSE",)):
        if path.endswith((".rule", ".json", ".jsonl")):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line):
                yield f"{path}:{number}: names a path of one machine"


UNFINISHED = re.compile(r"\b(?:%s)\b|not (?:yet )?implemented" % "|".join(("TO" + "DO", "FIX" + "ME")))


def check_nothing_unfinished(tree):
    for path, text in tree.select(*CODE, "CMakeLists.txt", but=("tests/tidy/",)):
        for number, line in enumerate(text.splitlines(), 1):
            if UNFINISHED.search(line):
                yield f"{path}:{number}: says that it is unfinished"


def check_sources_are_listed(tree):
    """A file that no CMakeLists.txt names is not built, and a test in it never runs."""
    for path, _ in tree.select(".cpp", under=("lang/", "stdlib/", "vm/", "compiler/", "analysis/", "cli/",
                                              "tests/unit/", "tests/oracle/", "tests/fuzz/", "bench/")):
        folder, name = path.rsplit("/", 1)
        while f"{folder}/CMakeLists.txt" not in tree.files and "/" in folder:
            folder = folder.rsplit("/", 1)[0]
        name = path.removeprefix(folder + "/")
        if not re.search(rf"(?<![\w.]){re.escape(name)}\b", tree.text(f"{folder}/CMakeLists.txt")):
            yield f"{path}: not in {folder}/CMakeLists.txt"


CHECKS = [
    (check_file_sizes, [
        Tree({"a.cpp": "\n" * 801, **{f"{i}.cpp": "" for i in range(20)}}),
        Tree({"a.cpp": "\n" * 500, "b.cpp": ""}),
    ]),
    (check_columns, [Tree({"a.cpp": "x" * 101 + "\n"})]),
    (check_switched_off_tests_say_why, [
        Tree({"tests/unit/vm/a_test.cpp": "TEST(A, DISABLED_B) {}\n"}),
        Tree({"tests/unit/vm/a_test.cpp": "  GTEST_SKIP();\n"}),
        Tree({"tests/lit/a.rule": "// XFAIL: *\n"}),
    ]),
    (check_sources_are_formatted, [Tree({"vm/a.cpp": "int  x;\n"})]),
    (check_comment_tables_are_whole, [
        Tree({"lang/a.h": "// Table     name, rows\n// Limit     name, window,\n// verdict Assert    name, scope\n"}),
    ]),
    (check_pages_name_what_is_there, [Tree({"docs/a.md": "see `vm/image/image.h`\n", "vm/image/row.h": ""})]),
    (check_no_machine_paths, [Tree({"scripts/a.sh": "cd /" + "root/remit\n"})]),
    (check_nothing_unfinished, [Tree({"vm/a.cpp": "// TO" + "DO later\n"})]),
    (check_sources_are_listed, [
        Tree({"vm/decide/link.cpp": "", "vm/CMakeLists.txt": "remit_library(vm)"}),
        Tree({"vm/decide/link.cpp": "", "vm/CMakeLists.txt": "remit_library(vm relink.cpp)"}),
    ]),
]
