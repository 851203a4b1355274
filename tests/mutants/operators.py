"""Operators that are changed, one at a time: what compares, joins, negates, counts and chooses."""

import re

from mutant import Mutant, instead
from syntax import FUNCTIONS, ROOT, Kind, parts_of_if

COMPARED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
CALCULATED = {"+": "-", "-": "+", "*": "+", "/": "*", "%": "/", "<<": ">>", ">>": "<<",
              "&": "|", "|": "&"}
ASSIGNED = {"+=": "-=", "-=": "+=", "*=": "+=", "|=": "&=", "&=": "|="}
SWAPPED = {"min": "max", "max": "min", "any_of": "all_of", "all_of": "any_of",
           "lower_bound": "upper_bound", "upper_bound": "lower_bound"}
NAMES = {"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal",
         "!=": "not_equal", "+": "add", "-": "subtract", "*": "multiply", "/": "divide",
         "%": "modulo", "<<": "left", ">>": "right", "&": "and_bits", "|": "or_bits"}
NUMBERS = {"bool", "int", "unsigned int", "long", "unsigned long", "long long", "__int128",
           "unsigned long long", "unsigned char", "signed char", "short", "unsigned short", "char"}


def parts(source):
    """Of every `a && b` and `a || b`, each operand left out."""
    for node in source.walk():
        operator = logical(source, node)
        if operator is None or source.in_constant(node):
            continue
        around = node.parent.stripped() if node.parent else None
        if around is not None and logical(source, around) == operator:
            continue  # a part of a longer one
        operands = list(flattened(source, node, operator))
        if stops_a_loop(node):
            continue
        for i, operand in enumerate(operands):
            if GOES_ON.fullmatch(source.text_of(operand)):
                continue
            rest = [source.text_of(o) for j, o in enumerate(operands) if j != i]
            mutated = f"static_cast<bool>({f' {operator} '.join(rest)})"
            yield change(source, node, "part", "without", mutated, operand)


# The first problem stays: without these the verifier would only go on for longer.
GOES_ON = re.compile(r"!?error_|!in\.failed\(\)")


def stops_a_loop(node):
    return node.parent is not None and node.parent.kind in (Kind.FOR_STMT, Kind.WHILE_STMT)


def logical(source, node):
    if node.kind != Kind.BINARY_OPERATOR or len(node.children) != 2:
        return None
    operator = between(source, *node.children)
    return operator if operator in ("&&", "||") else None


def flattened(source, node, operator):
    for child in node.children:
        inner = child.stripped()
        if logical(source, inner) == operator:
            yield from flattened(source, inner, operator)
        else:
            yield child


def between(source, left, right):
    return re.sub(r"//[^\n]*|\s", "", source.text(left.end, right.start))


def change(source, node, kind, label, mutated, shown=None):
    line = source.bytes[:(shown or node).start].count(b"\n") + 1
    what = f"{line}: {' '.join(source.text_of(shown or node).split())}"
    return Mutant(source.path, node.function(), kind, label, node.start, node.end,
                  instead(mutated), what)


def operators(source):
    seen = set()
    for node in source.walk():
        if not in_body(node) or source.in_constant(node):
            continue
        for mutant in mutants_of(source, node):
            key = (mutant.start, mutant.end, mutant.label)
            if key not in seen:
                seen.add(key)
                yield mutant


def in_body(node):
    return any(n.kind in FUNCTIONS or n.kind == Kind.LAMBDA_EXPR for n in node.ancestors())


def turned_elsewhere(source, condition):
    """Whether a mutant of the condition itself chooses the other way."""
    operands = operands_of(source, condition.stripped())
    return operands is not None and operands[1] in ("==", "!=") or (
        source.text_of(condition).startswith("!"))


def decides_to_leave(node):
    """The whole condition of an early return, which is skipped by a mutant of its own."""
    around = node.parent
    while around is not None and around.kind == Kind.UNEXPOSED_EXPR:
        around = around.parent
    if around is None or around.kind != Kind.IF_STMT:
        return False
    condition, then, _ = parts_of_if(around)
    return condition is not None and condition.start == node.start and (
        condition.end == node.end and leaving(then))


def mutants_of(source, node):
    if node.kind in (Kind.UNARY_OPERATOR, Kind.BINARY_OPERATOR, Kind.CALL_EXPR) and (
            decides_to_leave(node)):
        operands = operands_of(source, node)
        if operands is None or operands[1] in ("==", "!="):
            return
    if node.kind == Kind.IF_STMT:
        yield from never(source, node)
    elif node.kind == Kind.SWITCH_STMT:
        yield from cases(source, node)
    elif node.kind == Kind.UNARY_OPERATOR:
        text = source.text_of(node)
        if text.startswith("!"):
            yield change(source, node, "operator", "not", f"static_cast<bool>({text[1:]})")
        elif text.startswith("++") and counts(node):
            yield change(source, node, "operator", "count", text[2:])
    elif node.kind == Kind.CONDITIONAL_OPERATOR:
        condition, yes, no = (source.text_of(child) for child in node.children)
        if not turned_elsewhere(source, node.children[0]):
            yield change(source, node, "operator", "choice", f"{condition} ? {no} : {yes}")
    elif node.kind in (Kind.DECL_REF_EXPR, Kind.MEMBER_REF_EXPR) and node.name in SWAPPED:
        yield from swapped(source, node)
    else:
        yield from binary(source, node)


def binary(source, node):
    operands = operands_of(source, node)
    if operands is None:
        return
    left, operator, right = operands
    a, b = source.text_of(left), source.text_of(right)
    if operator in COMPARED:
        yield change(source, node, "operator", NAMES[operator], f"{a} {COMPARED[operator]} {b}")
    elif operator in CALCULATED and number(node) and number(left) and number(right):
        yield change(source, node, "operator", NAMES[operator], f"{a} {CALCULATED[operator]} {b}")
    elif operator in ASSIGNED and number(left) and number(right):
        yield change(source, node, "operator", "assign", f"{a} {ASSIGNED[operator]} {b}")


def operands_of(source, node):
    """(left, operator, right), also of an operator that is a function."""
    children = [c for c in node.children if c.kind != Kind.DECL_REF_EXPR or (
        not c.name.startswith("operator"))]
    if node.kind in (Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR) and len(children) == 2:
        return children[0], between(source, *children), children[1]
    if node.kind == Kind.CALL_EXPR and node.name.startswith("operator") and len(children) == 3:
        left, middle, right = children
        if source.text_of(middle) in COMPARED and left.end <= middle.start < right.start:
            return left, source.text_of(middle), right
    return None


def number(node):
    spelling = node.cursor.type.get_canonical().spelling.replace("const ", "").removesuffix(" &")
    return spelling in NUMBERS or node.cursor.type.get_canonical().kind.name == "ENUM"


def counts(node):
    """Whether it counts as a statement; the step of a loop would not end."""
    return node.parent.kind in (Kind.COMPOUND_STMT, Kind.IF_STMT)


CALLED = re.compile(r"std::(?:ranges::)?(\w+)\b")


def swapped(source, node):
    call = next((a for a in node.ancestors() if a.kind == Kind.CALL_EXPR), None)
    if call is None or call.start != node.start:
        return
    text = source.text_of(call)
    called = CALLED.match(text)
    if called and called.group(1) == node.name:
        mutated = text[:called.start(1)] + SWAPPED[node.name] + text[called.end(1):]
        yield change(source, call, "operator", node.name, mutated)


def never(source, node):
    """`if (c) return x;` and `if (c) continue;` go on."""
    condition, then, _ = parts_of_if(node)
    if condition is None or source.text_of(node).startswith("if constexpr"):
        return
    if leaving(then):
        mutant = change(source, condition, "operator", "never", "")
        mutant.wrap = lambda number, text: f"(!mutants::active({number}) && ({text}))"
        yield mutant


def leaving(then):
    if then.kind == Kind.COMPOUND_STMT and then.children:
        then = then.children[-1]
    return then.kind in (Kind.RETURN_STMT, Kind.CONTINUE_STMT)


# ---- cases

OPCODE = re.compile(r'^REMIT_OP(?:CODE|ERATION)\((\w+), "[^"]*", (\w+), (\w+), (\w+), "([^"]*)"', re.MULTILINE)


def alike():
    """Each opcode to what it takes and leaves."""
    text = (ROOT / "vm/image/opcodes.def").read_text()
    return {name: (rest[2], re.sub(r"\b(?:int|bool|scaled)\b", "integer", rest[3]))
            for name, *rest in OPCODE.findall(text)}


def cases(source, node):
    """Each case takes the way of another: of an opcode, one that takes and leaves the same."""
    condition = next(c for c in node.children if c.kind != Kind.DECL_STMT)
    bodies = []
    for child in node.walk():
        if child.kind == Kind.CASE_STMT and next(
                a for a in child.ancestors() if a.kind == Kind.SWITCH_STMT) is node:
            label = source.text_of(child.children[0])
            if child.parent.kind == Kind.CASE_STMT:
                bodies[-1].append(label)
            else:
                bodies.append([label])
    if len(bodies) < 2:
        return
    signature = alike()
    for i, body in enumerate(bodies):
        others = bodies[i + 1:] + bodies[:i]
        name = body[0].rsplit("::", 1)[-1]
        kin = [o for o in others for label in o[:1] if signature.get(name) is not None and
               signature.get(label.rsplit("::", 1)[-1]) == signature[name]]
        other = (kin or others)[0][0]
        text = source.text_of(condition)
        mutated = f"({text}) == {body[0]} ? {other} : ({text})"
        yield Mutant(source.path, node.function(), "operator", f"case_{name}", condition.start,
                     condition.end, instead(mutated),
                     f"{source.bytes[:node.start].count(bytes([10])) + 1}: {body[0]} as {other}")
