"""The repository as text: what the checks of the house read. A check can be given a made-up tree instead."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = {".git", "build", "__pycache__", ".cache"}


class Tree:
    def __init__(self, files):
        self.files = dict(sorted(files.items()))

    def select(self, *suffixes, under=("",), but=()):
        """(path, text) of the files with one of the suffixes, under one of the folders and none of `but`."""
        for path, text in self.files.items():
            if path.endswith(suffixes) and path.startswith(tuple(under)) and not path.startswith(tuple(but)):
                yield path, text

    def text(self, path):
        return self.files.get(path, "")


def read_tree():
    files = {}
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        if SKIPPED.isdisjoint(inside.parts) and path.is_file() and not path.is_symlink():
            try:
                files[inside.as_posix()] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # not a text: an image or another sample of bytes
    return Tree(files)
