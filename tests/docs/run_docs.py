#!/usr/bin/env python3
"""Runs every code block of the documentation.

A page is a folder: its blocks are worked through from top to bottom in one empty temporary folder.

    ```remit file=NAME     written to NAME; NAME.rule files must check without findings unless the page is an
                           error page
    ```remit               a bundle of its own (parts split by `// file: NAME` lines, `// with: CONTEXT` adds
                           docs/errors/context/CONTEXT.rule; a file that does not begin with an edition is the
                           body of a policy); must check without findings
    ```json file=NAME      written to NAME; also toml
    ```cpp file=NAME       written to NAME, compiled and linked against remit::remit
    ```console             lines `$ COMMAND` are run by the shell, what follows must be the output; a line `…`
                           stands for any lines, `…` within a line for any text
    ```text, ```ebnf, ```  for reading only

The shell has the repository's folder in $REMIT. A page that says `<!-- with postgresql -->` has a server of its own for its console blocks (PGHOST and so on).

Pages in docs/errors/ are named after their code: under `## Refused` every block must give exactly this code
(a page may say that its mistake cannot be shown on a page), under `## Accepted` every block must check without findings.

Usage: run_docs.py --remit PROGRAM [--cxx 'COMPILER FLAGS…'] [--libs 'LIBS…'] [--update] [PAGE…]
Prints one line a failure and a closing `N passed, M failed`.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import with_postgres  # noqa: E402, a script of this repository

FENCE = re.compile(r"^```(\S*)[ \t]*(.*)$")


class Block:
    def __init__(self, language, info, line, section):
        self.language, self.line, self.section = language, line, section
        found = re.search(r"\bfile=(\S+)", info)
        self.file = found.group(1) if found else None
        self.lines = []

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)


def blocks_of(path):
    blocks, block, section = [], None, ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if block is None and fence:
            block = Block(fence.group(1), fence.group(2), number, section)
        elif block is not None and line == "```":
            blocks.append(block)
            block = None
        elif block is not None:
            block.lines.append(line)
        elif line.startswith("## "):
            section = line[3:].strip()
    return blocks


def write_bundle(text, folder):
    """Splits a block into its files and adds the context it names."""
    files, name, lines = {}, "page.rule", []
    for line in text.splitlines():
        context = re.match(r"^// with: (\w+)$", line)
        part = re.match(r"^// file: (\S+)$", line)
        if context:
            source = ROOT / "docs/errors/context" / f"{context.group(1)}.rule"
            files[f"context_{context.group(1)}.rule"] = source.read_text(encoding="utf-8")
        elif part:
            if any(l.strip() for l in lines):
                files[name] = "\n".join(lines) + "\n"
            name, lines = part.group(1), []
        else:
            lines.append(line)
    files[name] = "\n".join(lines) + "\n"
    for name, content in files.items():
        if "// as is" in content:
            content = content.replace("// as is\n", "")
        elif name.endswith(".rule") and not content.lstrip().startswith("edition"):
            content = "edition 1\npolicy page.policy\n\n" + content
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8", newline="")


class Runner:
    def __init__(self, options):
        self.remit = os.path.abspath(options.remit)
        self.cxx, self.libs, self.update = options.cxx, options.libs, options.update
        self.passed, self.failures = 0, []
        self.environment = {**os.environ, "NO_COLOR": "1", "REMIT": str(ROOT),
                            "PATH": os.path.dirname(self.remit) + os.pathsep + os.environ["PATH"]}

    def result(self, page, block, problem):
        if problem is None:
            self.passed += 1
        else:
            self.failures.append(f"{page.relative_to(ROOT)}:{block.line}: {problem}")

    def codes(self, folder):
        run = subprocess.run([self.remit, "check", "--format", "json", str(folder)], capture_output=True, text=True,
                             env=self.environment, timeout=120)
        try:
            # No page grants every tool of its context.
            return [d["code"] for d in json.loads(run.stdout)["diagnostics"]
                    if not (d["code"] == "W1316" and pathlib.Path(d["file"]).name.startswith("context_"))]
        except (ValueError, KeyError):
            return [f"exit {run.returncode}: {run.stderr.strip()[:200] or run.stdout.strip()[:200]}"]

    def check_bundle(self, text, expected):
        with tempfile.TemporaryDirectory() as folder:
            write_bundle(text, pathlib.Path(folder))
            codes = self.codes(folder)
        found = sorted(set(codes))
        return None if found == expected else f"expected {expected or 'no findings'}, got {found}"

    def error_page(self, page):
        code = page.stem
        blocks = [b for b in blocks_of(page) if b.language == "remit"]
        for section in ("Refused", "Accepted"):
            hidden = section == "Refused" and "cannot be shown on this page" in page.read_text(encoding="utf-8")
            if not hidden and not any(b.section == section for b in blocks):
                self.failures.append(f"{page.relative_to(ROOT)}: no block under `## {section}`")
        for block in blocks:
            self.result(page, block, self.check_bundle(block.text, [code] if block.section == "Refused" else []))

    def console(self, block, folder, server):
        """Runs the commands of a block; returns the problem and the block as it should read."""
        problem, lines, at = None, [], 0
        while at < len(block.lines):
            command = block.lines[at]
            at += 1
            expected = []
            while at < len(block.lines) and not block.lines[at].startswith("$ "):
                expected.append(block.lines[at])
                at += 1
            if not command.startswith("$ "):
                return f"a console block begins with `$ `, not `{command}`", block.lines
            run = subprocess.run(["bash", "-c", command[2:]], cwd=folder, stdout=subprocess.PIPE, text=True,
                                 stderr=subprocess.STDOUT, env={**self.environment, **server}, timeout=300)
            got = [line.rstrip() for line in run.stdout.splitlines()]
            same = matches([line.rstrip() for line in expected], got)
            if not same and problem is None:
                problem = f"`{command}` printed:\n    " + "\n    ".join(got)
            # A program that fails in silence shows nothing of what the page says.
            if same and not got and run.returncode != 0 and problem is None:
                problem = f"`{command}` prints nothing and exits {run.returncode}"
            lines += [command] + (expected if same else got)
        return problem, lines

    def compile(self, path):
        if not self.cxx:
            return None
        run = subprocess.run(shlex.split(self.cxx) + [str(path), "-o", str(path.with_suffix(""))]
                             + shlex.split(self.libs), capture_output=True, text=True, timeout=300)
        return None if run.returncode == 0 else "does not compile: " + run.stderr[:600]

    def page(self, page):
        wanted = "<!-- with postgresql -->" in page.read_text(encoding="utf-8")
        with (tempfile.TemporaryDirectory() as name,
              with_postgres.server() if wanted else contextlib.nullcontext({}) as server):
            folder, changed = pathlib.Path(name), []
            for block in blocks_of(page):
                if block.file:
                    target = folder / block.file
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(block.text, encoding="utf-8")
                if block.language == "remit" and not block.file:
                    self.result(page, block, self.check_bundle(block.text, []))
                elif block.language == "cpp":
                    self.result(page, block, self.compile(folder / block.file) if block.file
                                else "a cpp block needs file=NAME")
                elif block.language == "console":
                    problem, lines = self.console(block, folder, server)
                    if problem and self.update:
                        changed.append((block, lines))
                        problem = None
                    self.result(page, block, problem)
            if changed:
                rewrite(page, changed)


def matches(expected, got):
    """`…` alone on a line is any number of lines, elsewhere any text."""
    if not expected:
        return not got
    if expected[0] == "…":
        return any(matches(expected[1:], got[skip:]) for skip in range(len(got) + 1))
    if not got:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].split("…"))
    return re.fullmatch(pattern, got[0]) is not None and matches(expected[1:], got[1:])


def rewrite(page, changed):
    lines = page.read_text(encoding="utf-8").splitlines()
    for block, new in reversed(changed):
        lines[block.line:block.line + len(block.lines)] = new
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--remit", required=True)
    parser.add_argument("--cxx", default="")
    parser.add_argument("--libs", default="")
    parser.add_argument("--update", action="store_true", help="rewrite console blocks with what was printed")
    parser.add_argument("pages", nargs="*")
    options = parser.parse_args()
    runner = Runner(options)
    pages = [pathlib.Path(p).resolve() for p in options.pages] or sorted(
        [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
    for page in pages:
        if page.parent == ROOT / "docs/errors" and re.fullmatch(r"[EW]\d{4}", page.stem):
            runner.error_page(page)
        elif page.exists():
            runner.page(page)
    for failure in runner.failures:
        print("FAIL", failure)
    print(f"{runner.passed} passed, {len(runner.failures)} failed")
    return 1 if runner.failures else 0


if __name__ == "__main__":
    sys.exit(main())
