"""How the code looks: columns, lengths, names."""
import ast
import os
import re

from tree import Finding, body, is_code, package_of

LINES_MAX, METHOD_LINES_MAX, COLUMNS_MAX = 500, 70, 100
# What may stand between the parameters of a method and its body.
BODY = re.compile(r'\s*(?:throws\s[\w\s.,]+|const|noexcept|override|final|->[\w\s:<>*&]+|'
                  r':[^;{}]*(?:\{[^;{}]*\}[^;{}]*)*?)*\s*\{')
KEYWORDS = {'if', 'for', 'while', 'switch', 'catch', 'try', 'synchronized', 'do', 'else', 'return'}


def columns(tree):
    for source in tree.files.values():
        for number, line in enumerate(source.lines if is_code(source.path) else [], 1):
            if len(line) > COLUMNS_MAX:
                yield Finding(source.path, number, 'columns', f'{len(line)} columns; break the '
                              f'line before column {COLUMNS_MAX + 1}')


def file_lines(tree):
    for source in tree.files.values():
        listing = source.path.endswith('.inc') or re.search(
            r'^(?:public )?enum \w+', source.code, re.M)
        if is_code(source.path) and not listing and len(source.lines) > LINES_MAX:
            yield Finding(source.path, LINES_MAX + 1, 'file-lines', f'{len(source.lines)} lines; '
                          f'split by idea into files of at most {LINES_MAX}')


def closed(code, offset):
    """Returns the offset behind the parenthesis that closes the one before `offset`."""
    depth = 1
    while depth and offset < len(code):
        depth += {'(': 1, ')': -1}.get(code[offset], 0)
        offset += 1
    return offset


def method_lines(tree):
    for source in tree.java + tree.native:
        for match in re.finditer(r'(?<![@\w.])(~?\w+)\s*\(', source.code):
            start = max(source.code.rfind(c, 0, match.start()) for c in ';{}') + 1
            head = source.code[start:match.start()]
            opening = BODY.match(source.code, closed(source.code, match.end()))
            if not opening or match.group(1) in KEYWORDS or re.search(
                    r'\b(record|new|return)\b|->|=', re.sub(r'\(.*?\)', '', head, flags=re.S)):
                continue
            end = body(source.code, opening.end() - 1)
            rows = source.lines[source.line(match.start()) - 1:source.line(end)]
            count = sum(1 for row in rows if not row.lstrip().startswith('case '))
            if count > METHOD_LINES_MAX:
                yield source.find(match.start(), 'method-lines', f'{match.group(1)} has {count} '
                                  f'lines; split it into steps of at most {METHOD_LINES_MAX}')
    for source in tree.files.values():
        if source.path.endswith('.py'):
            yield from python_lines(source)


def python_lines(source):
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.FunctionDef):
            count = node.end_lineno - node.lineno + 1
            if count > METHOD_LINES_MAX:
                yield Finding(source.path, node.lineno, 'method-lines', f'{node.name} has {count} '
                              f'lines; split it into steps of at most {METHOD_LINES_MAX}')


def names(tree):
    bad = re.compile(r'\b(?:class|record|enum|interface|struct)\s+'
                     r'(\w*(?:Manager|Helper|Utils?|Handler|Coordinator)(?![a-z])\w*)')
    for source in tree.java + tree.native:
        for match in bad.finditer(source.code):
            yield source.find(match.start(), 'name', f'{match.group(1)}: name the type for what it '
                              'is or does, in the words of the field')


def package_info(tree):
    for folder in sorted({os.path.dirname(f.path) for f in tree.main() if package_of(f)}):
        if folder + '/package-info.java' not in tree.files:
            yield Finding(folder, 1, 'package-info', 'write package-info.java: one sentence on '
                          'what the package is for')


RULES = [columns, file_lines, method_lines, names, package_info]
