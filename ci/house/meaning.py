"""What the code may not do: open switches, static state, lost causes, hidden public types."""
import re

from tree import body, module_of, package_of


def open_defaults(tree):
    for source in tree.java:
        for match in re.finditer(r'\bdefault\s*(?:->|:)', source.code):
            row = source.lines[source.line(match.start()) - 1]
            if '// open: ' not in row and not over_literals(source.code, match.start()):
                yield source.find(match.start(), 'default', 'name every case of a sealed type or '
                                  'enum; over an open type end the line with "// open: <reason>"')


def over_literals(code, offset):
    """Whether all labels of the switch around `offset` are literals, so that it must be open."""
    depth, opening = 0, offset
    while opening > 0 and depth >= 0:
        opening -= 1
        depth += {'}': 1, '{': -1}.get(code[opening], 0)
    inside, labels = body(code, opening), []
    depth = 0
    for match in re.compile(r'[{}]|\bcase\s+(\S)').finditer(code, opening + 1, inside):
        depth += {'{': 1, '}': -1}.get(match.group(), 0)
        if match.group(1) and depth == 0:
            labels.append(match.group(1))
    return bool(labels) and all(label in '"\'-0123456789' for label in labels)


def static_state(tree):
    mutable = (r'(?:Hash|Tree|LinkedHash|Identity|Weak|Enum|ConcurrentHash|ConcurrentSkipList)'
               r'\w*(?:Map|Set)|ArrayList|LinkedList|\w+Deque|\w+Queue|Atomic\w+|LongAdder|'
               r'StringBuilder|ThreadLocal|CopyOnWrite\w+')
    field = re.compile(r'(?<=[;{}])((?:\s|@\w+(?:\([^)]*\))?|\b(?:public|protected|private|'
                       r'volatile|transient|final)\b)*\bstatic\b[^;{}()=]*)([=;])')
    for source in tree.java:
        for match in field.finditer(source.code):
            head, offset = match.group(1), match.start() + match.group(1).index('static')
            if re.search(r'\bimport\b|\b(class|record|enum|interface)\b', head):
                continue
            value = re.match(rf'\s*(?:new\s+(?:java\.util\.[\w.]*)?(?:{mutable})\b|'
                             r'ThreadLocal\b)', source.code[match.end():])
            if not re.search(r'\bfinal\b', head) or value:
                yield source.find(offset, 'static-state', 'no static mutable state; make it a '
                                  'field of an object with an owner, or final and immutable')
    for source in tree.native:
        for match in re.finditer(r'^\s*(?:static|thread_local)\s+(?!const|inline|constexpr)'
                                 r'[\w:<>*& ,]+?\w+\s*(?:=|;|\{)', source.code, re.M):
            yield source.find(match.end() - 1, 'static-state', 'kernels are re-entrant: no static '
                              'or thread-local variable; take scratch from the caller')


def dropped_causes(tree):
    for source in tree.java:
        for match in re.finditer(r'\bcatch\s*\(([^)]*?)(\w+)\s*\)\s*\{', source.code):
            inside = source.code[match.end():body(source.code, match.end() - 1)]
            lost = '' if '/src/test/' in source.path else r'(?!\s*\.\s*getMessage)'
            used = re.search(rf'\b{match.group(2)}\b{lost}', inside)
            row = source.lines[source.line(match.start()) - 1]
            if not used and '// dropped: ' not in row:
                yield source.find(match.start(), 'dropped-cause', 'pass the caught exception on as '
                                  'cause; where none is due end the line with '
                                  '"// dropped: <reason>"')


def hidden_types(tree):
    for path, info in tree.files.items():
        if not path.endswith('src/main/java/module-info.java'):
            continue
        exported = set(re.findall(r'\bexports\s+org\.tensorlogic\.([\w.]+)', info.code))
        for source in tree.main():
            public = re.search(r'^public\s+(?:[\w-]+\s+)*?(?:class|record|enum|@?interface)\s+'
                               r'(\w+)', source.code, re.M)
            if module_of(source) == module_of(info) and public \
                    and package_of(source) not in exported:
                yield source.find(public.start(), 'hidden-public', f'{public.group(1)} is public '
                                  f'but {package_of(source)} is not exported; drop public, or '
                                  'export the package')


RULES = [open_defaults, static_state, dropped_causes, hidden_types]
