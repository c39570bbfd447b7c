"""Who may use whom: modules, packages and native folders."""
import re
from collections import defaultdict

from tree import Finding, module_of, package_of

# Who may use whom among the Java modules: the arrows of docs/architecture.md.
MODULES = {
    'java/core': set(),
    'java/runtime': {'core'},
    'bindings': {'core', 'runtime'},
    'java/io': {'core', 'runtime'},
    'java/lang': {'core', 'runtime', 'io'},
    'java/testkit': {'core', 'runtime'},
    'java/cli': {'core', 'runtime', 'native', 'io', 'lang'},
    'java/tests': {'core', 'runtime', 'native', 'io', 'lang', 'testkit', 'cli'},
    'benchmarks/jmh': {'core', 'runtime', 'native', 'io', 'lang', 'testkit', 'cli'},
}
ARTIFACTS = {'bindings': 'native', 'benchmarks/jmh': 'benchmarks'}

# Who may use whom among the packages of core and runtime, top floor last.
CORE = ['error', 'type', 'einsum', 'ir']
PACKAGES = {
    'error': [],
    'type': ['error'],
    'einsum': ['error', 'type'],
    'ir': ['error', 'type', 'einsum'],
    'autodiff': CORE,
    'rewrite': CORE,
    'memory': ['error', 'type'],
    'kernel': CORE + ['memory'],
    'kernel.reference': CORE + ['memory', 'kernel'],
    'plan': CORE + ['memory', 'kernel', 'kernel.reference'],
    'tuning': CORE + ['memory', 'kernel'],
    'exec': CORE + ['rewrite', 'memory', 'kernel', 'plan'],
    'engine': CORE + ['autodiff', 'rewrite', 'memory', 'kernel', 'kernel.reference', 'plan',
                      'tuning', 'exec'],
}

# What core may import: no I/O, threads, native code or library.
PURE = re.compile(r'org\.tensorlogic\.|java\.(lang\.(?!foreign)|math\.|text\.|nio\.charset\.|'
                  r'io\.Serial|util\.(?!concurrent\.(?!atomic|Concurrent)))')

# Families whose lists another family reads: a fused program calls functions by their place there.
LISTS = {'fused': {'pointwise', 'reduce'}}

# Who may include whom among the native folders; a kernel family includes no other family, but for
# the lists above.
NATIVE = {
    'base': {'base'},
    'simd': {'base', 'simd', 'hwy'},
    'kernels': {'base', 'simd', 'hwy', 'kernels'},
    'abi': {'base', 'simd', 'hwy', 'kernels', 'abi'},
    'testing': {'base', 'simd', 'hwy', 'kernels', 'abi', 'testing'},
    'bench': {'base', 'simd', 'hwy', 'kernels', 'abi', 'testing', 'bench'},
}


def artifact_of(module):
    return ARTIFACTS.get(module, module.rpartition('/')[2])


def module_arrows(tree):
    for source in tree.java:
        module = module_of(source)
        if module not in MODULES:
            yield Finding(source.path, 1, 'module-arrow', f'module {module} has no line in MODULES '
                          'of ci/house/arrows.py; take it from docs/architecture.md')
            continue
        for offset, package in tree.uses(source):
            other = tree.home[package]
            if other != module and artifact_of(other) not in MODULES[module]:
                yield source.find(offset, 'module-arrow', f'{module} may not use {other}; move the '
                                  f'code, or pass what it needs through {allowed(MODULES[module])}')


def pom_arrows(tree):
    for module, arrows in MODULES.items():
        pom = tree.files.get(module + '/pom.xml')
        for match in re.finditer(r'<artifactId>tensorlogic-(\w+)<', pom.text if pom else ''):
            if match.group(1) not in arrows | {'parent', artifact_of(module)}:
                yield pom.find(match.start(), 'module-arrow', f'{module} may not depend on '
                               f'tensorlogic-{match.group(1)}, only on {allowed(arrows)}')


def allowed(arrows):
    return ', '.join(sorted(arrows)) or 'nothing of ours'


def package_arrows(tree):
    for source in tree.main():
        package = package_of(source)
        if module_of(source) not in ('java/core', 'java/runtime') or not package:
            continue
        if package not in PACKAGES:
            yield Finding(source.path, 1, 'package-arrow', f'package {package} has no line in '
                          'PACKAGES of ci/house/arrows.py; take it from docs/architecture.md')
            continue
        for offset, other in tree.uses(source):
            if other != package and other in PACKAGES and other not in PACKAGES[package]:
                yield source.find(offset, 'package-arrow', f'{package} may not use {other}; it may '
                                  f'use {allowed(PACKAGES[package])}')


def package_circles(tree):
    edges, place = defaultdict(set), {}
    for source in tree.main():
        for offset, other in tree.uses(source):
            if other != package_of(source):
                edges[package_of(source)].add(other)
                place.setdefault((package_of(source), other), source.find(offset, '', ''))
    for start in sorted(edges):
        back = sorted(other for other in edges[start] if start in reachable(edges, other))
        for other in back:
            yield place[start, other]._replace(rule='import-circle', text=f'{start} and {other} '
                                               'import each other; move the shared part below both')


def reachable(edges, start):
    reached, edge = set(), [start]
    while edge:
        fresh = edges[edge.pop()] - reached
        reached |= fresh
        edge += fresh
    return reached


def foreign_arrows(tree):
    for source in tree.java:
        module = module_of(source)
        linker = re.search(r'\bjava\.lang\.foreign\.(Linker|\*)', source.code)
        if linker and module != 'bindings':
            yield source.find(linker.start(), 'linker', 'only bindings may import '
                              'java.lang.foreign.Linker; offer a Kernel through the SPI')
        if module == 'java/core' and '/src/main/' in source.path:
            for match in re.finditer(r'^import\s+(?:static\s+)?([\w.]+)', source.code, re.M):
                if not PURE.match(match.group(1)):
                    yield source.find(match.start(), 'core-is-pure', f'{match.group(1)}: core has '
                                      'no I/O, threads, native code or library; use runtime or io')


def native_arrows(tree):
    for source in tree.native:
        parts = source.path.split('/')
        name = parts[-1]
        if parts[1] not in NATIVE:
            yield Finding(source.path, 1, 'native-arrow', f'native/{parts[1]} has no line in '
                          'NATIVE of ci/house/arrows.py; take it from docs/architecture.md')
            continue
        arrows = set(NATIVE[parts[1]])
        if name.endswith('test.cc') or name.endswith('bench.cc'):
            arrows |= NATIVE['bench']
        for match in re.finditer(r'^\s*#\s*include\s*"([^"]+)"', source.text, re.M):
            target = match.group(1).split('/')
            family = (target[0] == parts[1] == 'kernels' and len(target) == len(parts[1:]) > 2
                      and target[1] != parts[2]
                      and not (target[2] == 'kernels.inc'
                               and target[1] in LISTS.get(parts[2], set())))
            known = target[0] in NATIVE or target[0] == 'hwy'
            if family or known and target[0] not in arrows:
                folder = '/'.join(parts[1:-1])
                yield source.find(match.start(), 'native-arrow', f'{folder} may not include '
                                  f'{match.group(1)}; put what both need into base or simd')


RULES = [module_arrows, pom_arrows, package_arrows, package_circles, foreign_arrows, native_arrows]
