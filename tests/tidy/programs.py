"""What the built program says of the repository's own policies."""

import pathlib
import subprocess
import tempfile

from tree import ROOT, Tree


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def policies(tree):
    """Files that are meant to be read: those of lit and the error pages are often wrong on purpose."""
    return [path for path, _ in tree.select(".rule", but=("tests/lit/", "docs/errors/"))]


def bundles(tree):
    """Folders with an image to compare: those of the examples and tests that hold a policy."""
    return sorted({path.rsplit("/", 1)[0] for path, text in tree.select(".rule", under=("examples/", "tests/"),
                                                                       but=("tests/lit/",))
                   if "\npolicy " in "\n" + text})


def formatted(remit, paths):
    for path in paths:
        code, output = run(remit, "fmt", "--check", path)
        if code != 0:
            yield f"{path}: `remit fmt --check` exits {code}: {output.strip()[:200]}"


def check_policies_are_formatted(tree, programs):
    paths = [ROOT / path for path in policies(tree)]
    if not paths:
        yield "no .rule files found"
    yield from formatted(programs[0], paths)


def refuses_unformatted(programs):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a.rule"
        path.write_text("edition 1\nschema  a.b\n\n\n\nenum   role {x,y}\n", encoding="utf-8")
        return bool(list(formatted(programs[0], [path])))


def image(remit, bundle):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a.remit"
        code, output = run(remit, "build", bundle, "-o", path)
        return (path.read_bytes() if code == 0 else None), output


def differing(programs, first, second):
    """Builds `first` with one program and `second` with the other."""
    one, output = image(programs[0], first)
    other, other_output = image(programs[1], second)
    if one is None or other is None:
        yield f"{first}: does not build: {(output + other_output).strip()[:300]}"
    elif one != other:
        yield f"{first}: {len(one)} and {len(other)} bytes that differ"


def check_compilers_agree_on_images(tree, programs):
    folders = bundles(tree)
    if not folders:
        yield "no bundles found"
    for bundle in folders:
        yield from differing(programs, ROOT / bundle, ROOT / bundle)


def sees_a_difference(programs):
    return bool(list(differing(programs, ROOT / "examples/airline", ROOT / "tests/consumer/bundle")))


# With the other shape of check: it is given the programs, the first one program, the second two, and has a way to show
# that it can fail.
CHECKS = [
    (check_policies_are_formatted, refuses_unformatted),
    (check_compilers_agree_on_images, sees_a_difference),
]
