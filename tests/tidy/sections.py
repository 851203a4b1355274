"""The reference of the language, and every mention of one of its sections."""

import re

from tree import Tree

PAGE = "docs/reference/language.md"
HEADING = re.compile(r"^#{2,6} (\d+(?:\.\d+)*)\.? (.*)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# In Markdown a link; elsewhere `docs/reference/language.md, section 15.1`, which a comment may break at a space.
LINK = re.compile(r"\]\((?:[\w./-]*/)?language\.md(?:#([^)]*))?\)")
OWN_LINK = re.compile(r"\]\(#([^)]*)\)")
MENTION = re.compile(r"docs/reference/language\.md,{0}section{0}(\d+(?:\.\d+)*)".format(r"(?: |\s+(?://|#) ?)"))
NAMED = re.compile(r"(?<![\w-])language\.md")
OLD_WORDS = re.compile(r"language(?: |\s+(?://|#) ?)reference\b", re.IGNORECASE)


def slug(heading):
    """The anchor that a heading gets where the pages are read."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def check_sections_are_there(tree):
    page = FENCED.sub("", tree.text(PAGE))
    numbers = {found[1] for found in HEADING.finditer(page)}
    anchors = {slug(heading) for heading in re.findall(r"^#{1,6} (.*)$", page, re.MULTILINE)}
    if not numbers:
        yield f"{PAGE}: no numbered sections found"
    for path, text in tree.select(".md", ".h", ".cpp", ".def", ".py", ".sh", ".cmake", "CMakeLists.txt", ".rule",
                                  but=("tests/tidy/",)):
        for found in OLD_WORDS.finditer(text):
            yield f"{path}:{line_of(text, found.start())}: name a section of {PAGE}, not the language as a whole"
        if path.endswith(".md"):
            links = [*LINK.finditer(text), *(OWN_LINK.finditer(text) if path == PAGE else ())]
            for found in links:
                if found[1] is not None and found[1] not in anchors:
                    yield f"{path}:{line_of(text, found.start())}: {PAGE} has no section #{found[1]}"
            continue
        mentions = {found.start() + len("docs/reference/"): found[1] for found in MENTION.finditer(text)}
        for found in NAMED.finditer(text):
            number = mentions.get(found.start())
            if number is None:
                yield f"{path}:{line_of(text, found.start())}: write `{PAGE}, section N`"
            elif number not in numbers:
                yield f"{path}:{line_of(text, found.start())}: {PAGE} has no section {number}"


def check_section_numbers_go_up(tree):
    """Links stay only while sections keep their numbers, so a number is used once and none is left out."""
    before = []
    for found in HEADING.finditer(FENCED.sub("", tree.text(PAGE))):
        number = [int(part) for part in found[1].split(".")]
        first_below = before + [1]
        next_of = [before[:depth] + [before[depth] + 1] for depth in range(len(before))]
        if number != ([1] if not before else first_below) and number not in next_of:
            yield f"{PAGE}: section {found[1]} does not follow {'.'.join(map(str, before)) or 'the beginning'}"
        before = number


SECTIONS = "# The language\n\n## 1. One\n\n### 1.1 Order and rules\n"


def with_mention(path, text):
    return Tree({PAGE: SECTIONS, path: text})


CHECKS = [
    (check_sections_are_there, [
        Tree({}),
        Tree({PAGE: "```\n## 1. Not a heading\n```\n"}),
        Tree({PAGE: SECTIONS + "see [there](#2-two)\n"}),
        with_mention("docs/a.md", "[order](reference/language.md#12-order-and-rules)\n"),
        with_mention("vm/a.h", "// (docs/reference/language.md, section 1.2).\n"),
        with_mention("vm/a.h", "// One (docs/reference/language.md,\n// section 2).\n"),
        with_mention("vm/a.h", "// docs/reference/language.md says so.\n"),
        with_mention("vm/a.h", "// language.md, section 1.1\n"),
        with_mention("vm/a.h", "// One (language reference, Order).\n"),
        with_mention("scripts/a.py", "# As the language\n# reference says.\n"),
        with_mention("docs/a.md", "The language reference, section 1.1.\n"),
    ]),
    (check_section_numbers_go_up, [
        Tree({PAGE: "## 1. One\n\n## 3. Three\n"}),
        Tree({PAGE: "## 1. One\n\n### 1.2 Two\n"}),
        Tree({PAGE: "## 1. One\n\n## 1. Again\n"}),
        Tree({PAGE: "## 2. Two\n"}),
    ]),
]
