"""The refusals of the verifier: wherever a load fault is named, and wherever a check is called that
says for its caller what it found. Switched off, a check passes whatever it is given."""

import re

from mutant import Mutant
from syntax import FUNCTIONS, ROOT, Kind, parts_of_if

STATEMENTS_AROUND = {Kind.COMPOUND_STMT, Kind.FOR_STMT, Kind.CXX_FOR_RANGE_STMT, Kind.WHILE_STMT,
                     Kind.CASE_STMT, Kind.DEFAULT_STMT}
FAULT = re.compile(rb"\bLoadFault::(\w+)")
NO_CHECK = {"NoMemory"}  # caught, where there is nothing else to answer


def refusals(sources):
    """The mutants of all refusals, and of all calls of the functions that refuse for their caller."""
    sites = {source.path: sites_of(source) for source in sources}
    # Numbers of functions that are called for a check but do more than refuse.
    helpers, carriers = {}, {}
    for source in sources:
        for site, _ in sites[source.path]:
            if refuses_for_caller(site):
                helpers.setdefault((source.path, site.function()), len(helpers) + 1)
        for function in carriers_of(source):
            carriers.setdefault(function.name, 1000 + len(carriers))
    for source in sources:
        for site, faults in sites[source.path]:
            if site.name in carriers:
                yield mutant(source, site, site.start, site.end, quiet(carriers[site.name]), faults)
            else:
                yield from in_lambda(source, site, faults) or [refusal(source, site, faults, helpers)]
        yield from in_macros(source)
        yield from calls(source, helpers)
        yield from inside_carriers(source, carriers)


def quiet(function):
    return lambda number, text: f"mutants::quietly({number}, {function}, [&] {{ return {text}; }})"


# What only refuses, and is left out as a whole.
REFUSE = {"fail", "require", "refuse", "load_error"}


def carriers_of(source):
    """Functions that are told the fault, and do more than refuse. One that gives the error back does
    not: its caller returns it."""
    for node in source.walk():
        if node.kind in FUNCTIONS and node.name not in REFUSE and (
                node.cursor.result_type.spelling in ("void", "bool")) and any(
                child.kind == Kind.PARM_DECL and child.cursor.type.spelling.endswith("LoadFault")
                for child in node.children):
            yield node


def inside_carriers(source, carriers):
    """Their refusals: no mutants, for each of their calls is one."""
    for node in source.walk():
        if node.kind == Kind.CALL_EXPR and node.name in REFUSE and node.stripped() is node and (
                node.function() in carriers):
            function = carriers[node.function()]
            yield Mutant(source.path, node.function(), "inside", "", node.start, node.end,
                         lambda n, text, f=function: f"(mutants::quiet == {f} ? void() : void({text}))", "")


def sites_of(source):
    """(call, faults) of what names a fault."""
    sites = {}
    for node in source.walk():
        if node.kind == Kind.DECL_REF_EXPR and FAULT.fullmatch(
                source.text_of(node).removeprefix("vm::").encode()):
            site = call_around(node)
            if site is not None and node.name not in NO_CHECK:
                sites.setdefault((site.start, site.end), (site, []))[1].append(node.name)
    return [(site, tuple(faults)) for site, faults in sites.values()]


def call_around(node):
    for around in node.ancestors():
        if around.kind == Kind.CALL_EXPR and around.name not in ("", "LoadFault"):
            return around
        if around.kind in FUNCTIONS:
            return None
    return None


def refuses_for_caller(site):
    """Whether what the refusal says was found is a parameter of the function around."""
    for node in site.walk():
        if node.kind == Kind.DECL_REF_EXPR and node.cursor.referenced is not None:
            named = node.cursor.referenced
            if named.kind == Kind.PARM_DECL and "string_view" in named.type.spelling and (
                    named.semantic_parent.spelling == site.function()):
                return True
    return False


def calls(source, helpers):
    for node in source.walk():
        if node.kind == Kind.CALL_EXPR and node.cursor.referenced is not None:
            number = helpers.get((path_of(node.cursor.referenced), node.name))
            if number is not None:
                yield Mutant(source.path, node.function(), "call", node.name, node.start, node.end,
                             quiet(number), line_of(source, node))


def path_of(cursor):
    file = cursor.location.file
    return None if file is None else file.name.removeprefix(f"{ROOT}/")


def mutant(source, site, start, end, wrap, faults):
    return Mutant(source.path, site.function(), "refusal", faults[0], start, end, wrap,
                  line_of(source, site), faults)


def line_of(source, node):
    line = source.bytes[:node.start].count(b"\n") + 1
    return f"{line}: {' '.join(source.text_of(node).split())}"


def refusal(source, site, faults, helpers):
    helper = helpers.get((source.path, site.function()))
    off = "mutants::active({number})" if helper is None else f"mutants::off({{number}}, {helper})"

    def skipped(number, text):
        return f"({off.format(number=number)} ? void() : void({text}))"

    def passed(number, text):
        return f"({off.format(number=number)} || ({text}))"

    below = statement = site
    for around in site.ancestors():
        if is_logical(around) and is_bool(site):
            # `right || fail(…)`
            return mutant(source, site, site.start, site.end, passed, faults)
        if around.kind == Kind.IF_STMT:
            condition, then, _ = parts_of_if(around)
            if condition is not None and below is then:
                # `if (wrong) fail(…)`: as if it were right.
                return mutant(source, site, condition.start, condition.end,
                              lambda n, text: f"(!{off.format(number=n)} && ({text}))", faults)
            break  # `else fail(…)`
        if around.kind in STATEMENTS_AROUND or around.kind in FUNCTIONS:
            if around.kind == Kind.COMPOUND_STMT and below is around.children[0] and (
                    around.parent.kind == Kind.IF_STMT):
                below = around  # the first of `{ fail(…); return; }`
                continue
            before = previous(around, statement)
            if statement.kind == Kind.RETURN_STMT and before is not None and leaves(before):
                # `if (right) continue; return unexpected(…);`
                condition = parts_of_if(before)[0]
                return mutant(source, site, condition.start, condition.end, passed, faults)
            break
        below = statement = around
    returned = statement.children[0] if statement.kind == Kind.RETURN_STMT else statement
    if is_void(site) and returned.stripped() is site:
        return mutant(source, site, site.start, site.end, skipped, faults)
    if statement.stripped() is not site and is_bool(site):
        return mutant(source, site, site.start, site.end, passed, faults)
    if statement.kind == Kind.RETURN_STMT:
        raise SystemExit(f"{source.path}: no way to switch off {line_of(source, site)}")
    return mutant(source, site, statement.start, statement.end, skipped, faults)


def in_lambda(source, site, faults):
    """Of a lambda that only gives the error back, each `if (wrong) return truncated();`."""
    lambdas = [n for n in site.ancestors() if n.kind == Kind.LAMBDA_EXPR]
    variable = next((n for n in lambdas[0].ancestors() if n.kind == Kind.VAR_DECL), None) if lambdas else None
    if variable is None or not source.text_of(lambdas[0]).startswith("[&] { return "):
        return []
    found = []
    for node in source.walk():
        condition, then, _ = parts_of_if(node) if node.kind == Kind.IF_STMT else (None, None, None)
        if condition is not None and source.text_of(then) == f"return {variable.name}()":
            found.append(Mutant(source.path, node.function(), "refusal", faults[0], condition.start,
                                condition.end,
                                lambda n, text: f"(!mutants::active({n}) && ({text}))",
                                line_of(source, condition), () if found else faults))
    return found


def is_logical(node):
    return node.kind == Kind.CONDITIONAL_OPERATOR or (
        node.kind == Kind.BINARY_OPERATOR and node.name in ("||", "&&"))


def is_void(site):
    return site.cursor.type.spelling == "void"


def is_bool(site):
    return site.cursor.type.spelling == "bool"


def previous(around, statement):
    index = next((i for i, child in enumerate(around.children) if child is statement), 0)
    return around.children[index - 1] if index > 0 else None


def leaves(statement):
    if statement.kind != Kind.IF_STMT:
        return False
    condition, then, other = parts_of_if(statement)
    return condition is not None and other is None and then.kind in (
        Kind.CONTINUE_STMT, Kind.RETURN_STMT)


MACRO_SITE = re.compile(rb"if \(((?:[^()]|\([^()]*\))*)\) \w+\.fail\(LoadFault::(\w+)")


def in_macros(source):
    """Sites in the bodies of macros, which the tree has not; one form of them is known."""
    for body in re.finditer(rb"^#define (?:[^\n]*\\\n)*[^\n]*", source.bytes, re.MULTILINE):
        known = list(MACRO_SITE.finditer(body.group()))
        if len(known) != len(FAULT.findall(body.group())):
            raise SystemExit(f"{source.path}: a refusal in a macro of a form that is not known")
        for site in known:
            start, end = (body.start() + edge for edge in site.span(1))
            line = source.bytes[:start].count(b"\n") + 1
            yield Mutant(source.path, "", "refusal", site.group(2).decode(), start, end,
                         lambda n, text: f"(!mutants::active({n}) && ({text}))",
                         f"{line}: {site.group(1).decode()}", (site.group(2).decode(),))
