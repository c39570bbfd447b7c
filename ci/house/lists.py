"""Lists that must agree, tests that must not vanish, and words that must not land."""
import re
from collections import Counter

from tree import COUNTS, JUNK, Finding, body, module_of

IR = 'java/core/src/main/java/org/tensorlogic/ir/'
SEMIRING = 'java/core/src/main/java/org/tensorlogic/einsum/Semiring.java'


def constants(source):
    """Yields (offset, name, arguments) for the constants of the enum in a file."""
    start = source.code.index('{', re.search(r'\benum\s+\w+', source.code).start()) + 1
    depth, begin, parts = 0, start, []
    for match in re.compile(r'[(){},;]').finditer(source.code, start):
        sign = match.group()
        depth += {'(': 1, '{': 1, ')': -1, '}': -1}.get(sign, 0)
        if depth == 0 and sign in ',;' or depth < 0:
            parts.append((begin, source.code[begin:match.start()]))
            begin = match.end()
        if depth == 0 and sign == ';' or depth < 0:
            break
    for offset, text in parts:
        match = re.match(r'\s*(\w+)\s*(?:\((.*)\))?', text, re.S)
        if match:
            yield offset + match.start(1), match.group(1), split(match.group(2) or '')


def split(arguments):
    depth, parts, last = 0, [], 0
    for place, sign in enumerate(arguments):
        depth += {'(': 1, ')': -1, '{': 1, '}': -1}.get(sign, 0)
        if sign == ',' and depth == 0:
            parts.append(arguments[last:place].strip())
            last = place + 1
    return parts + [arguments[last:].strip()] if arguments.strip() else []


def op_rules(tree):
    for name, gradients in (('Unary', 1), ('Binary', 2)):
        source = tree.files.get(f'{IR}{name}.java')
        for offset, constant, arguments in constants(source) if source else []:
            domains = [a for a in arguments if re.match(r'(new )?Domain\b', a)]
            # The last arguments; before them stand one or two meanings: on doubles, and on i64.
            rules = arguments[3:][-gradients:] if len(arguments) <= 4 + gradients else arguments[3:]
            if len(domains) != 1:
                yield source.find(offset, 'op-domain', f'{constant} has no Domain to be tested on; '
                                  'name one, such as Domain.REAL')
            if rules != ['Pullback.NONE'] and len(rules) != gradients:
                yield source.find(offset, 'op-gradient', f'{constant} has {len(rules)} pullbacks '
                                  f'instead of {gradients}; write them, or Pullback.NONE')
    yield from reductions(tree)


def reductions(tree):
    source, reduce = tree.files.get(IR + 'Reduction.java'), tree.files.get(IR + 'Reduce.java')
    if not source:
        return
    table = re.search(r'\bpullback\s*\(', reduce.code) if reduce else None
    rule = reduce.code[table.start():body(reduce.code, table.start())] if table else ''
    for offset, constant, _ in constants(source):
        if not re.search(rf'\bcase\b[^>]*\b{constant}\b', rule):
            yield source.find(offset, 'op-gradient', f'{constant} has no case in Reduce.pullback; '
                              'write its rule there, or Optional.empty()')


def java_keys(tree, family):
    """Returns {function: finding place} for what Java asks of a native family, or None."""
    lists = {'pointwise': [IR + 'Unary.java', IR + 'Binary.java'],
             'reduce': [IR + 'Reduction.java'], 'contract': [SEMIRING]}
    sources = [tree.files[p] for p in lists.get(family, []) if p in tree.files]
    return {name.lower(): source.find(offset, 'kernel-list', '')
            for source in sources for offset, name, _ in constants(source)} or None


def kernel_lists(tree):
    for path, source in tree.files.items():
        match = re.fullmatch(r'native/kernels/(\w+)/kernels\.inc', path)
        keys = java_keys(tree, match.group(1)) if match else None
        if keys is None:
            continue
        extra = {'pointwise': {'select'}, 'contract': {'blas', 'pack'}}.get(match.group(1), set())
        spared = set(' '.join(re.findall(r'^// reference only: ([\w ]+)', source.text,
                                         re.M)).split())
        rows = {m.group(1): m.start() for m in
                re.finditer(r'^TL_(?!PAIR)\w+\((\w+),', source.text, re.M)}
        for function in sorted(set(rows) - set(keys) - extra):
            yield source.find(rows[function], 'kernel-list', f'{function} has no Java key; add its '
                              'enum constant, or drop the line')
        for pair in re.finditer(r'^TL_PAIR\w*\((\w+), (\w+),', source.text, re.M):
            for function in sorted(set(pair.groups()) - set(rows)):
                yield source.find(pair.start(), 'kernel-list', f'{function} of a pair has no line '
                                  'of its own; add one, or drop the pair')
        for function in sorted(set(keys) - set(rows) - spared):
            yield keys[function]._replace(text=f'{function} has no line in {path}; add one, or '
                                          f'list it there after "// reference only:"')
        for function in sorted(spared & set(rows) | spared - set(keys)):
            yield source.find(0, 'kernel-list', f'{function} is not a function without a kernel; '
                              'take it off "// reference only:"')


def error_page(tree):
    source = tree.files.get('java/core/src/main/java/org/tensorlogic/error/Code.java')
    page = tree.files.get('docs/errors.md')
    if not source or not page:
        return
    codes = {f'{code} {name}' for name, code in re.findall(r'(\w+)\("(\w+)"\)', source.text)}
    rows = {' '.join(row) for row in re.findall(r'^\| (\w+) \| `(\w+)` ', page.text, re.M)}
    for row in sorted(codes ^ rows):
        yield page.find(0, 'error-page', f'{row} stands only in '
                        f'{source.path if row in codes else page.path}; both list every code')


def generated(tree):
    for path in tree.paths:
        if JUNK.search(path):
            yield Finding(path, 1, 'generated', 'no built file is committed; remove it and ignore '
                          'its folder')


def skipped_tests(tree):
    for source in tree.java + tree.native:
        for match in re.finditer(r'@Disabled\w*|\bGTEST_SKIP\(\)\s*;|\bDISABLED_\w+|'
                                 r'\bassum(?:e\w+|ing\w*)\([^";]*;', source.code):
            yield source.find(match.start(), 'skipped-test', 'a test that cannot run prints why: '
                              'assume(condition, "reason") or GTEST_SKIP() << "reason"')


def words(tree):
    emoji = re.compile('[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B50\u2B55\uFE0F]')
    praise = re.compile('(?i:production' + r'[- ]ready|\bissue #?\d+\b)|\bTO' + r'DO\b|'
                        r'\bFIX' + r'ME\b')
    for source in tree.files.values():
        for pattern, rule, text in (
                (emoji, 'emoji', 'say it in words'),
                (praise, 'words', 'say what is there and measured; open work lives elsewhere'),
                (re.compile(r'\[!\['), 'badge', 'no badges; state the fact')):
            for match in pattern.finditer(source.text):
                if pattern is praise or source.path.endswith(('.md', '.java', '.cc', '.h')):
                    yield source.find(match.start(), rule, f'"{match.group()}": {text}')


def places(tree):
    machine = re.compile(r'(?<![\w.}$)*-])/(?:work|home|root|Users|mnt|opt|usr/lib/jvm)/\w|'
                         r'[A-Z]:\\Users')
    hosts = re.compile(r'(?:repo1?\.maven(?:\.apache)?|central\.sonatype|oss\.sonatype|pypi|'
                       r'files\.pythonhosted|registry\.npmjs|docker|ghcr|crates|proxy\.golang|'
                       r'deb\.debian|archive\.ubuntu)\.(?:org|com|io)\b')
    for source in tree.files.values():
        for pattern, rule, text in ((machine, 'machine-path', 'look the folder up at run time'),
                                    (hosts, 'registry-host', 'leave the host to the tool\'s own '
                                                             'settings')):
            for match in pattern.finditer(source.text):
                yield source.find(match.start(), rule, f'"{match.group()}": {text}')


def count_tests(tree):
    counts = Counter()
    for source in tree.java:
        found = re.findall(r'@(?:\w+\.)?(?:Test|ParameterizedTest|TestFactory|RepeatedTest|FuzzTest'
                           r'|ArchTest|TestTemplate)\b', source.code)
        if found and '/src/test/' in source.path:
            counts[module_of(source)] += len(found)
    for source in tree.native:
        found = re.findall(r'^\s*(?:TYPED_)?TEST(?:_F|_P)?\(', source.code, re.M)
        if found:
            counts[source.path.rpartition('/')[0]] += len(found)
    return counts


def recorded(tree):
    source = tree.files.get(COUNTS)
    rows = [line.split() for line in source.lines] if source else []
    return {row[0]: (int(row[1]), number) for number, row in enumerate(rows, 1)
            if row and row[0] != '#'}


def test_counts(tree):
    now, before = count_tests(tree), recorded(tree)
    for suite in sorted(set(now) | set(before)):
        count, line = before.get(suite, (0, 1))
        if now[suite] < count:
            yield Finding(COUNTS, line, 'test-count', f'{suite} has {now[suite]} tests, {count} '
                          'recorded; bring them back, or run ci/tidy --record and say why in the '
                          'commit')
        elif now[suite] > count:
            yield Finding(COUNTS, line, 'test-count', f'{suite} has {now[suite]} tests, {count} '
                          'recorded; run ci/tidy --record, so that none can vanish unseen')


def record(tree):
    rows = [f'{suite} {count}\n' for suite, count in sorted(count_tests(tree).items())]
    return '# Test methods per suite; written by ci/tidy --record\n' + ''.join(rows)


RULES = [op_rules, kernel_lists, error_page, generated, skipped_tests, words, places, test_counts]
