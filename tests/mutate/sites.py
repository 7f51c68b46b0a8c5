# SPDX-License-Identifier: Apache-2.0
"""Where a C++ source can be mutated: its expressions and statements, as libclang sees them, with what
has to be written around each for its mutants to be chosen when the program runs."""

import dataclasses
import pathlib
import re

import clang.cindex as cindex
from clang.cindex import CursorKind as Kind

COMPARISONS = {
    "<": ("less", "<=", ">="),
    "<=": ("less_equal", "<", ">"),
    ">": ("greater", ">=", "<="),
    ">=": ("greater_equal", ">", "<"),
    "==": ("equal", "!="),
    "!=": ("not_equal", "=="),
}
ARITHMETIC = {
    "+": ("add", "-"),
    "-": ("subtract", "+"),
    "*": ("multiply", "/"),
    "/": ("divide", "*"),
    "%": ("modulo", "*"),
    "&": ("bit_and", "|"),
    "|": ("bit_or", "&"),
    "^": ("bit_xor", "|"),
    "<<": ("shift_left", ">>"),
    ">>": ("shift_right", "<<"),
}
ASSIGNMENTS = {
    "+=": ("assign_add", "-="),
    "-=": ("assign_subtract", "+="),
    "&=": ("assign_and", "|="),
    "|=": ("assign_or", "&="),
    "^=": ("assign_xor", "|="),
    "<<=": ("assign_left", ">>="),
    ">>=": ("assign_right", "<<="),
}
STATEMENTS = {
    Kind.CALL_EXPR,
    Kind.UNEXPOSED_EXPR,
    Kind.BINARY_OPERATOR,
    Kind.COMPOUND_ASSIGNMENT_OPERATOR,
    Kind.UNARY_OPERATOR,
}
# Statements with an end of their own; the others end with a semicolon.
BLOCKS = {
    Kind.COMPOUND_STMT,
    Kind.IF_STMT,
    Kind.FOR_STMT,
    Kind.WHILE_STMT,
    Kind.SWITCH_STMT,
    Kind.CXX_FOR_RANGE_STMT,
}
FUNCTIONS = {
    Kind.FUNCTION_DECL,
    Kind.CXX_METHOD,
    Kind.CONSTRUCTOR,
    Kind.DESTRUCTOR,
    Kind.CONVERSION_FUNCTION,
    Kind.FUNCTION_TEMPLATE,
}
TRANSPARENT = {Kind.UNEXPOSED_EXPR, Kind.PAREN_EXPR}
CONSTEXPR = re.compile(r"\bconst(?:expr|eval|init)\b")


@dataclasses.dataclass
class Mutant:
    file: str
    line: int
    function: str
    original: str
    mutated: str
    ordinal: int = 0  # among those that are called the same
    id: int = -1

    @property
    def key(self):
        """What it is called as long as its function is not changed: no line, no number of its own."""
        key = f"{self.file} | {self.function} | {self.original} | {self.mutated}"
        return f"{key} #{self.ordinal + 1}" if self.ordinal else key

    def __str__(self):
        return f"{self.file}:{self.line}: {self.function}: {self.original}  ->  {self.mutated}"


@dataclasses.dataclass
class Site:
    """One rewriting: pieces of text at places of the source, and the mutants that it makes."""

    mutants: list
    begin: int
    end: int
    # (from, to, text): replaces that range; "@0", "@1" in the text stand for the mutants' numbers,
    # "@W" for what asks whether one is alive.
    before: tuple
    after: tuple
    operator: tuple = None
    constexpr: object = None  # the function that the compiler may run, where it is in one
    dropped: bool = False
    sequence: int = 0


@dataclasses.dataclass
class Constexpr:
    """A function, or a table, that the compiler computes: mutants live in it only where the keyword
    can be left out."""

    begin: int
    end: int
    name: str
    replacement: str
    kept: bool = True


def squeeze(text):
    return " ".join(re.sub(r"//[^\n]*", " ", text).split())


def shorten(text):
    return text if len(text) <= 120 else text[:117] + "..."


class Finder:
    """Walks one file."""

    def __init__(self, unit, path, name):
        self.path = path
        self.name = name
        self.source = pathlib.Path(path).read_bytes()
        self.sites = []
        self.constexprs = []
        self.macros = []
        self.function = ""
        self.constexpr = None
        self.seen = set()
        mine = [c for c in unit.cursor.get_children() if self.is_mine(c)]
        for cursor in mine:
            if cursor.kind == Kind.MACRO_INSTANTIATION:
                self.macros.append((cursor.extent.start.offset, cursor.extent.end.offset))
        for cursor in mine:
            if not cursor.kind.is_preprocessing():
                self.visit(cursor, None)
        self.count()

    def is_mine(self, cursor):
        return cursor.location.file is not None and cursor.location.file.name == self.path

    def text(self, begin, end):
        return self.source[begin:end].decode("utf-8")

    def of(self, cursor):
        return self.text(cursor.extent.start.offset, cursor.extent.end.offset)

    def in_macro(self, begin, end):
        return any(begin < last and first < end for first, last in self.macros)

    def count(self):
        """Numbers the mutants that are called the same, in the order of the source."""
        numbers = {}
        for site in sorted(self.sites, key=lambda site: (site.begin, site.sequence)):
            for mutant in site.mutants:
                key = mutant.key  # it has no number yet
                mutant.ordinal = numbers.get(key, 0)
                numbers[key] = mutant.ordinal + 1

    # --- making sites ---------------------------------------------------------------------------

    def add(self, cursor, changes, before, after, operator=None, span=None):
        """`changes`: (original, mutated) of each mutant."""
        begin, end = span or (cursor.extent.start.offset, cursor.extent.end.offset)
        if self.in_macro(begin, begin + 1) or self.in_macro(end - 1, end):
            return None
        if operator and self.in_macro(operator[0], operator[1]):
            return None
        key = (begin, end, before, after, operator)
        if key in self.seen:
            return None
        self.seen.add(key)
        line = self.source.count(b"\n", 0, operator[0] if operator else begin) + 1
        mutants = [
            Mutant(self.name, line, self.function, shorten(original), shorten(mutated))
            for original, mutated in changes
        ]
        site = Site(mutants, begin, end, (begin, begin, before), (end, end, after), operator)
        site.constexpr = self.constexpr
        site.sequence = len(self.sites)
        self.sites.append(site)
        return site

    def around(self, left, operator, right, mutated):
        before = squeeze(self.of(left))
        after = squeeze(self.of(right))
        return f"{before} {operator} {after}", f"{before} {mutated} {after}"

    def binary(self, cursor, left, right):
        """A binary operator, built in or overloaded; `cursor` is None for the place of the latter."""
        begin, end = left.extent.end.offset, right.extent.start.offset
        if begin >= end:
            return
        between = re.sub(r"//[^\n]*", lambda m: " " * len(m.group()), self.text(begin, end))
        op = between.strip()
        at = begin + between.find(op)
        span = (left.extent.start.offset, right.extent.end.offset)
        place = (at, at + len(op))
        if op in COMPARISONS:
            name, *others = COMPARISONS[op]
            ids = ", ".join(f"@{n}" for n in range(len(others)))
            self.add(
                cursor,
                [self.around(left, op, right, other) for other in others],
                f"@W::{name}({ids}, ",
                ")",
                (*place, ","),
                span,
            )
        elif op in ARITHMETIC and "string" not in cursor.type.get_canonical().spelling:
            name, other = ARITHMETIC[op]
            change = self.around(left, op, right, other)
            self.add(cursor, [change], f"@W::{name}(@0, ", ")", (*place, ","), span)
        elif op in ASSIGNMENTS and "string" not in cursor.type.get_canonical().spelling:
            name, other = ASSIGNMENTS[op]
            change = self.around(left, op, right, other)
            self.add(cursor, [change], f"@W::{name}(@0, ", ")", (*place, ","), span)
        elif op in ("&&", "||"):
            other = "||" if op == "&&" else "&&"
            # By De Morgan, so that neither side has to be written twice.
            self.add(
                cursor,
                [self.around(left, op, right, other)],
                "(((static_cast<bool>(",
                ") != @W::on(@0))) != @W::on(@0))",
                (*place, f") != @W::on(@0)) {op} (static_cast<bool>("),
                span,
            )
            self.negate(left)
            self.negate(right)

    def negate(self, cursor):
        """A condition that has no operator of its own to change."""
        inner = cursor
        while inner.kind in TRANSPARENT:
            children = list(inner.get_children())
            if len(children) != 1:
                break
            inner = children[0]
        if inner.kind in (Kind.BINARY_OPERATOR, Kind.CXX_BOOL_LITERAL_EXPR):
            return
        if inner.kind in (Kind.UNARY_OPERATOR, Kind.CONDITIONAL_OPERATOR):
            return
        if inner.kind == Kind.CALL_EXPR and inner.spelling.startswith("operator"):
            if inner.spelling[8:].strip() in (*COMPARISONS, "<=>"):
                return
        text = squeeze(self.of(cursor))
        self.add(cursor, [(text, f"!({text})")], "(static_cast<bool>(", ") != @W::on(@0))")

    def unary(self, cursor, operand):
        begin = cursor.extent.start.offset
        operand_begin, operand_end = operand.extent.start.offset, operand.extent.end.offset
        text = squeeze(self.of(operand))
        if operand_begin > begin:
            op = self.text(begin, operand_begin).strip()
            place = (begin, begin + len(op), "")
            if op == "!":
                self.add(
                    cursor, [(f"!{text}", text)], "(@W::on(@0) == static_cast<bool>(", "))", place
                )
            names = {"-": "negate", "~": "complement", "++": "increment", "--": "decrement"}
            others = {"-": "", "~": "", "++": "--", "--": "++"}
            if op in names:
                change = (f"{op}{text}", f"{others[op]}{text}")
                self.add(cursor, [change], f"@W::{names[op]}(@0, ", ")", place)
        elif operand_end < cursor.extent.end.offset:
            op = self.text(operand_end, cursor.extent.end.offset).strip()
            names = {"++": ("increment_after", "--"), "--": ("decrement_after", "++")}
            if op in names:
                name, other = names[op]
                place = (operand_end, operand_end + len(op), "")
                change = (f"{text}{op}", f"{text}{other}")
                self.add(cursor, [change], f"@W::{name}(@0, ", ")", place)

    def constant(self, cursor, mutated, shown):
        self.add(cursor, [(squeeze(self.of(cursor)), shown)], "@W::constant(@0, ", f", {mutated})")

    def literal(self, cursor):
        text = self.of(cursor)
        if cursor.kind == Kind.CXX_BOOL_LITERAL_EXPR:
            # What the compiler adds of its own has no text.
            if text in ("true", "false"):
                self.constant(cursor, f"!{text}", "false" if text == "true" else "true")
        elif cursor.kind == Kind.CHARACTER_LITERAL:
            self.constant(cursor, f"static_cast<char>({text} + 1)", f"{text} + 1")
        elif re.fullmatch(r"(0[xX][0-9a-fA-F']+|[0-9']+)[uUlLzZ]*", text):
            number = text.replace("'", "").rstrip("uUlLzZ").lower()
            if number == "1":
                self.constant(cursor, "0", "0")
            else:
                self.constant(cursor, f"{text} + 1", "1" if number == "0" else f"{text} + 1")

    def end_of(self, statement):
        if statement.kind in BLOCKS:
            return statement.extent.end.offset
        if statement.kind == Kind.UNEXPOSED_STMT:  # has attributes
            return self.end_of(list(statement.get_children())[-1])
        return self.source.index(b";", statement.extent.end.offset) + 1

    def delete(self, statement):
        """Leaves a call or an assignment out."""
        if statement.kind not in STATEMENTS or self.of(statement).startswith("static_cast<void>"):
            return
        text = squeeze(self.of(statement))
        end = self.end_of(statement)
        span = (statement.extent.start.offset, end)
        self.add(statement, [(f"{text};", "(nothing)")], "{ if (!@W::on(@0)) ", " }", None, span)

    def guard(self, statement, condition):
        """Leaves out what is done where a condition holds."""
        begin, end = statement.extent.start.offset, self.end_of(statement)
        shown = f"if ({condition}) {squeeze(self.text(begin, end))}"
        self.add(
            statement, [(shown, "(nothing)")], "{ if (!@W::on(@0)) ", " }", None, (begin, end)
        )

    # --- walking --------------------------------------------------------------------------------

    def visit(self, cursor, parent):
        kind = cursor.kind
        if kind in (Kind.STATIC_ASSERT, Kind.ENUM_CONSTANT_DECL):
            return
        if kind in FUNCTIONS:
            return self.visit_function(cursor)
        if kind in (Kind.VAR_DECL, Kind.FIELD_DECL, Kind.PARM_DECL):
            return self.visit_variable(cursor)
        children = list(cursor.get_children())
        if kind == Kind.CASE_STMT:
            children = children[1:]
        self.visit_node(cursor, children)
        for child in children:
            self.visit(child, cursor)

    def visit_function(self, cursor):
        before = self.text(cursor.extent.start.offset, cursor.location.offset)
        outer, self.function = self.function, self.name_of(cursor)
        outer_constexpr = self.constexpr
        if "constexpr" in before:
            self.constexpr = self.keyword(cursor, "")
        for child in cursor.get_children():
            # What stands before the name belongs to the type.
            if child.extent.start.offset > cursor.location.offset:
                self.visit(child, cursor)
        self.function, self.constexpr = outer, outer_constexpr

    def visit_variable(self, cursor):
        before = self.text(cursor.extent.start.offset, cursor.location.offset)
        outer, outer_constexpr = self.function, self.constexpr
        if CONSTEXPR.search(before):
            table = cursor.type.get_canonical()
            constant = "constexpr" not in before or "inline" in before or self.function
            if constant or self.is_number(table) or "basic_string_view" in table.spelling:
                return
            self.constexpr = self.keyword(cursor, "const")
        if not self.function or cursor.kind == Kind.FIELD_DECL:
            self.function = self.name_of(cursor)
        children = [
            c for c in cursor.get_children() if c.extent.start.offset > cursor.location.offset
        ]
        if children and cursor.type.spelling in ("bool", "const bool"):
            self.negate(children[-1])
        for child in children:
            self.visit(child, cursor)
        self.function, self.constexpr = outer, outer_constexpr

    def keyword(self, cursor, replacement):
        begin = self.source.index(b"constexpr", cursor.extent.start.offset)
        found = Constexpr(begin, begin + len("constexpr"), cursor.spelling, replacement)
        for known in self.constexprs:
            if known.begin == begin:
                return known
        self.constexprs.append(found)
        return found

    @staticmethod
    def name_of(cursor):
        parent = cursor.semantic_parent
        owner = ""
        if parent is not None and parent.kind in (
            Kind.CLASS_DECL,
            Kind.STRUCT_DECL,
            Kind.CLASS_TEMPLATE,
        ):
            owner = parent.spelling + "::"
        return owner + cursor.spelling

    @staticmethod
    def is_number(kind):
        return kind.spelling.removeprefix("const ") in (
            "bool",
            "char",
            "int",
            "long",
            "unsigned int",
            "unsigned long",
            "unsigned char",
            "unsigned short",
        )

    def visit_node(self, cursor, children):
        kind = cursor.kind
        if kind in (Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR):
            if len(children) == 2:
                self.binary(cursor, *children)
        elif kind == Kind.UNARY_OPERATOR and len(children) == 1:
            self.unary(cursor, children[0])
        elif kind == Kind.CALL_EXPR and cursor.spelling.startswith("operator"):
            if len(children) == 3:
                self.binary(cursor, children[0], children[2])
        elif kind in (
            Kind.INTEGER_LITERAL,
            Kind.CHARACTER_LITERAL,
            Kind.CXX_BOOL_LITERAL_EXPR,
        ):
            self.literal(cursor)
        elif kind == Kind.DECL_REF_EXPR:
            self.reference(cursor)
        elif kind == Kind.CONDITIONAL_OPERATOR:
            self.negate(children[0])
        elif kind == Kind.WHILE_STMT:
            self.condition(children[0])
            self.body(children[-1])
        elif kind == Kind.DO_STMT:
            self.condition(children[-1])
        elif kind == Kind.FOR_STMT:
            self.for_statement(cursor, children)
        elif kind == Kind.CXX_FOR_RANGE_STMT:
            self.body(children[-1])
        elif kind == Kind.IF_STMT:
            self.if_statement(cursor, children)
        elif kind == Kind.COMPOUND_STMT:
            for child in children:
                self.delete(child)
        elif kind in (Kind.CASE_STMT, Kind.DEFAULT_STMT):
            self.delete(children[-1])
        elif kind == Kind.RETURN_STMT and children:
            self.returned(cursor, children[0])

    def reference(self, cursor):
        target = cursor.referenced
        if target is None or target.kind != Kind.VAR_DECL:
            return
        if not self.is_number(target.type.get_canonical()) or not target.type.is_const_qualified():
            return
        # How it is declared: a constant, not a variable that happens not to change.
        file = target.location.file
        if file is None:
            return
        source = self.source
        if file.name != self.path:
            source = pathlib.Path(file.name).read_bytes()
        declared = source[target.extent.start.offset : target.location.offset].decode()
        if "constexpr" not in declared:
            return
        text = squeeze(self.of(cursor))
        mutated = f"!{text}" if "bool" in target.type.spelling else f"{text} + 1"
        self.constant(cursor, mutated, mutated)

    def condition(self, cursor):
        if cursor.kind not in (Kind.VAR_DECL, Kind.DECL_STMT):
            self.negate(cursor)

    def body(self, statement):
        if statement.kind != Kind.COMPOUND_STMT:
            self.delete(statement)

    def for_statement(self, cursor, children):
        self.body(children[-1])
        # Which of the three are there is for the semicolons to say.
        begin = cursor.extent.start.offset
        for child in children[1:-1]:
            between = self.text(begin, child.extent.start.offset)
            if between.count(";") == 1 and child.type.spelling == "bool":
                self.condition(child)

    def if_statement(self, cursor, children):
        opening = self.text(cursor.extent.start.offset, children[0].extent.start.offset)
        if "constexpr" in opening:
            return
        declared = children[0].kind in (Kind.VAR_DECL, Kind.DECL_STMT)
        first = 2 if declared else 1
        condition, then, *other = children[first - 1 :]
        if declared:
            # if (const auto x = y; condition): the condition has a place of its own.
            if children[0].kind == Kind.DECL_STMT:
                self.condition(condition)
            shown = squeeze(
                self.text(children[0].extent.start.offset, then.extent.start.offset)
            ).rstrip(") ")
        else:
            self.condition(condition)
            shown = squeeze(self.of(condition))
        if other:
            self.body(then)
            self.body(other[0])
        else:
            self.guard(then, shown)

    def returned(self, cursor, value):
        if value.type.spelling == "void":
            text = squeeze(self.of(cursor))
            span = (cursor.extent.start.offset, self.end_of(cursor))
            self.add(
                cursor, [(f"{text};", "return;")], "{ if (@W::on(@0)) return; ", " }", None, span
            )
        elif value.type.spelling == "bool":
            self.negate(value)


def find(path, name, arguments):
    """The sites of one file, and the functions and tables in it that the compiler computes."""
    unit = cindex.Index.create().parse(
        path, args=arguments, options=cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD
    )
    errors = [d for d in unit.diagnostics if d.severity >= cindex.Diagnostic.Error]
    if errors:
        raise SystemExit(f"mutate: {name} cannot be parsed: {errors[0]}")
    finder = Finder(unit, path, name)
    return finder.sites, finder.constexprs
