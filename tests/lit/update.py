#!/usr/bin/env python3
"""Rewrites what lit tests expect, for a review by diff: `tests/lit/update.py REMIT [FILE…]`.

Of each file whose RUN line ends in `FileCheck %s`, options aside, the `CHECK` block at the end of the file is
replaced by what the program prints now. Files whose expectations are written by hand stay: they hold
`CHECK-DAG`, `CHECK-NOT`, a prefix of their own, or a `CHECK` elsewhere.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
RUN = re.compile(r"^(?P<mark>//|#) RUN: (?P<command>.*) \| FileCheck (?:--[\w-]+ )*%s$", re.MULTILINE)


def expectation(output, mark):
    """Every line in its place; names of files without their folder, an empty line as CHECK-EMPTY."""
    lines, directive = [], "CHECK"
    for line in output.rstrip("\n").split("\n"):
        if not line:
            lines.append(f"{mark} CHECK-EMPTY:")
            continue
        text = line.replace("{{", "{{[{][{]}}").replace("[[", "{{\\[\\[}}")
        text = re.sub(rf"{FOLDER}/|/tmp/\w+/t(?=\W|$)", "{{.*}}", text)  # of %t lit makes a longer name
        text = re.sub(r"\(\d+ ms\)", "({{[0-9]+}} ms)", text)
        text = re.sub(r"\b\d+ bytes\b", "{{[0-9]+}} bytes", text)  # an image holds the names of its files
        lines.append(f"{mark} {directive}: {text.rstrip()}")
        directive = "CHECK-NEXT"
    return "\n".join(lines) + "\n"


def update(path, remit):
    text = path.read_text(encoding="utf-8")
    run = RUN.search(text)
    if not run or re.search("CHECK-DAG|CHECK-NOT|--check-prefix", text):
        return
    command = run["command"]
    scratch = tempfile.mkdtemp()
    command = " && ".join([*re.findall(r"^(?://|#) RUN: ([^|\n]*)$", text, re.MULTILINE), command])
    command = command.replace("%s", str(path)).replace("%S", str(path.parent)).replace("%t", scratch + "/t")
    done = subprocess.run(["bash", "-c", command + " | cat"], stdout=subprocess.PIPE, text=True, check=False,
                          env={"NO_COLOR": "1", "PATH": f"{pathlib.Path(remit).parent}:/usr/lib/llvm-19/bin:/usr/bin:/bin"})
    body = re.sub(r"(?:^(?://|#) CHECK.*\n)+\Z", "", text, flags=re.MULTILINE)
    if re.search(r"^(?://|#) CHECK", body, re.MULTILINE):
        return
    new = body + expectation(done.stdout, run["mark"])
    if new != text:
        path.write_text(new, encoding="utf-8")
        print(f"changed {path.relative_to(FOLDER)}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    remit = str(pathlib.Path(sys.argv[1]).resolve())
    for path in map(pathlib.Path, sys.argv[2:] or sorted(map(str, FOLDER.rglob("*")))):
        if path.is_file() and path.suffix in (".rule", ".test") and "Inputs" not in path.parts:
            update(path.resolve(), remit)


if __name__ == "__main__":
    main()
