"""Breaks every rule in a scratch tree and expects it to be caught at its place."""
import os
import tempfile

CORE = 'java/core/src/main/java/'
IR = CORE + 'org/tensorlogic/ir/'
RUNTIME = 'java/runtime/src/main/java/org/tensorlogic/'
TEST = 'java/core/src/test/java/org/tensorlogic/ir/OpTest.java'


def java(package, text, imports=''):
    return f'package org.tensorlogic.{package};\n{imports}\n{text}\n'


def method(lines):
    return 'final class A {\n  void run() {\n' + '    go();\n' * lines + '  }\n}'


# A small tree that keeps every rule.
CLEAN = {
    CORE + 'module-info.java': 'module org.tensorlogic.core {\n  exports org.tensorlogic.ir;\n}\n',
    IR + 'package-info.java': java('ir', ''),
    IR + 'Unary.java': java('ir', 'public enum Unary {\n'
                            '  NEG(Accepts.NUMERIC, Domain.REAL, x -> -x, (x, y, g) -> neg(g)),\n'
                            '  SIGN(Accepts.NUMERIC, Domain.REAL, Math::signum, Pullback.NONE);\n'
                            '  static final int ONE = 1;\n  static int two() {\n    return 2;\n'
                            '  }\n}'),
    IR + 'Binary.java': java('ir', 'public enum Binary {\n  SUB(Accepts.NUMERIC, Domain.REAL, '
                             '(a, b) -> a - b, (a, b, y, g) -> g,\n      (a, b, y, g) -> neg(g));'
                             '\n}'),
    IR + 'Reduction.java': java('ir', 'public enum Reduction { SUM(Accepts.NUMERIC, 0) }'),
    IR + 'Reduce.java': java('ir', 'record Reduce() {\n  Node pullback(Node self) {\n'
                             '    return switch (r) {\n      case SUM -> self;\n    };\n  }\n}'),
    'native/kernels/pointwise/kernels.inc':
        '// reference only: sub\nTL_UNARY(neg, TL_FLOATS)\nTL_UNARY(sign, TL_FLOATS)\n',
    'native/kernels/pointwise/pointwise.cc': '#include "base/views.h"\nvoid run() {}\n',
    TEST: java('ir', 'class OpTest {\n  @Test\n  void one() {}\n}'),
    'ci/test-counts': '# suites\njava/core 1\n',
    'docs/errors.md': '| E001 | `SHAPE` | shapes |\n',
    CORE + 'org/tensorlogic/error/package-info.java': java('error', ''),
    CORE + 'org/tensorlogic/error/Code.java': java('error', 'enum Code { SHAPE("E001") }'),
    RUNTIME + 'memory/package-info.java': java('memory', ''),
    RUNTIME + 'plan/package-info.java': java('plan', ''),
    'java/runtime/src/main/java/module-info.java':
        'module org.tensorlogic.runtime {\n  exports org.tensorlogic.plan;\n}\n',
}

# rule, the file that breaks it, its text
BROKEN = [
    ('module-arrow', IR + 'A.java', java('ir', 'class A {}', 'import org.tensorlogic.memory.B;')),
    ('module-arrow', IR + 'A.java', java('ir', 'class A {\n  org.tensorlogic.memory.B b;\n}')),
    ('module-arrow', 'java/fresh/src/main/java/A.java', 'class A {}\n'),
    ('module-arrow', 'java/core/pom.xml', '<artifactId>tensorlogic-io</artifactId>\n'),
    ('package-arrow', RUNTIME + 'memory/A.java',
     java('memory', 'class A {}', 'import org.tensorlogic.plan.B;')),
    ('package-arrow', RUNTIME + 'fresh/A.java', java('fresh', 'class A {}')),
    ('linker', RUNTIME + 'plan/A.java',
     java('plan', 'class A {}', 'import java.lang.foreign.Linker;')),
    ('core-is-pure', IR + 'A.java', java('ir', 'class A {}', 'import java.nio.file.Files;')),
    ('core-is-pure', IR + 'A.java',
     java('ir', 'class A {}', 'import java.util.concurrent.Future;')),
    ('native-arrow', 'native/base/a.h', '#include "simd/stage.h"\n'),
    ('native-arrow', 'native/base/a.h', '#include "hwy/highway.h"\n'),
    ('native-arrow', 'native/simd/a.h', '#include "kernels/pointwise/pointwise.h"\n'),
    ('native-arrow', 'native/kernels/reduce/a.h', '#include "kernels/pointwise/pointwise.h"\n'),
    ('native-arrow', 'native/fresh/a.h', 'int a();\n'),
    ('columns', IR + 'A.java', java('ir', 'class A {} // ' + 'x' * 90)),
    ('file-lines', IR + 'A.java', java('ir', 'class A {}' + '\n' * 500)),
    ('method-lines', IR + 'A.java', java('ir', method(70))),
    ('method-lines', IR + 'A.java',
     java('ir', method(70).replace('void', '@Deep("x")\n  void').replace('()', '(B b) throws C'))),
    ('method-lines', 'native/simd/a.h', 'void f(int a) const {\n' + '  g();\n' * 70 + '}\n'),
    ('method-lines', 'ci/a.py', 'def f():\n' + '    f()\n' * 70),
    ('name', IR + 'A.java', java('ir', 'final class Graph' + 'Util {}')),
    ('package-info', 'java/io/src/main/java/org/tensorlogic/io/A.java', java('io', 'class A {}')),
    ('default', IR + 'A.java', java('ir', 'class A {\n  int f(Unary u) {\n    return switch (u) {\n'
                                    '      case NEG -> 1;\n      default -> 2;\n    };\n  }\n}')),
    ('static-state', IR + 'A.java', java('ir', 'class A {\n  private static int count = 0;\n}')),
    ('static-state', IR + 'A.java', java('ir', 'class A {\n  static volatile B b;\n}')),
    ('static-state', IR + 'A.java',
     java('ir', 'class A {\n  static final Map<A, B> ALL = new HashMap<>();\n}')),
    ('static-state', 'native/simd/a.h', 'void f() {\n  static int calls = 0;\n}\n'),
    ('dropped-cause', IR + 'A.java',
     java('ir', 'class A {\n  void f() {\n    try {\n      g();\n    } catch (B wrong) {\n'
          '      throw new C(wrong.getMessage());\n    }\n  }\n}')),
    ('hidden-public', RUNTIME + 'memory/A.java', java('memory', 'public final class A {}')),
    ('op-domain', IR + 'Unary.java',
     java('ir', 'enum Unary { NEG(N, x -> -x, d, Pullback.NONE) }')),
    ('op-gradient', IR + 'Unary.java', java('ir', 'enum Unary { NEG(N, Domain.REAL, x -> -x) }')),
    ('op-gradient', IR + 'Binary.java',
     java('ir', 'enum Binary { SUB(N, Domain.REAL, f, (a, b, y, g) -> g) }')),
    ('op-gradient', IR + 'Reduction.java', java('ir', 'enum Reduction { SUM(N, 0), MAX(N, 1) }')),
    ('kernel-list', 'native/kernels/pointwise/kernels.inc',
     '// reference only: sub\nTL_UNARY(neg, F)\nTL_UNARY(sign, F)\nTL_UNARY(ghost, F)\n'),
    ('kernel-list', 'native/kernels/pointwise/kernels.inc',
     '// reference only: sub sign neg\nTL_UNARY(neg, F)\n'),
    ('kernel-list', 'native/kernels/pointwise/kernels.inc',
     '// reference only: sub sign\nTL_UNARY(neg, F)\nTL_PAIR2(neg, ghost, F)\n'),
    ('error-page', 'docs/errors.md', '| E002 | `SHAPE` | shapes |\n'),
    ('generated', 'java/core/target/A.class', ''),
    ('generated', 'native/libtensorlogic.so', ''),
    ('skipped-test', TEST,
     java('ir', 'class OpTest {\n  @Dis' + 'abled\n  @Test\n  void a() {}\n}')),
    ('skipped-test', 'native/kernels/pointwise/a.cc', 'void f() {\n  GTEST_' + 'SKIP();\n}\n'),
    ('words', 'docs/a.md', 'It is production ' + 'ready.\n'),
    ('words', IR + 'A.java', java('ir', '// TO' + 'DO\nclass A {}')),
    ('emoji', 'docs/a.md', 'Fast \U0001F680\n'),
    ('badge', 'docs/a.md', '[' + '![build](a.svg)](b)\n'),
    ('machine-path', 'ci/a.py', "HOME = '/ho" + "me/me/jdk'\n"),
    ('registry-host', 'pom.xml', '<url>https://repo1.maven.apache.' + 'org/</url>\n'),
    ('test-count', TEST, java('ir', 'class OpTest {}')),
    ('test-count', 'ci/test-counts', 'java/core 1\njava/gone 4\n'),
]

# A reason on the line answers these rules; a text alike that breaks none must pass.
ALLOWED = [
    java('ir', 'class A {\n  int f(Object u) {\n    return switch (u) {\n      case B b -> 1;\n'
         '      default -> 2; // open: any object\n    };\n  }\n}'),
    java('ir', 'class A {\n  int f(char u) {\n    return switch (u) {\n      case \'a\' -> 1;\n'
         '      default -> 2;\n    };\n  }\n}'),
    java('ir', 'class A {\n  void f() {\n    try {\n      g();\n'
         '    } catch (B wrong) { // dropped: absence is the answer\n      h();\n    }\n  }\n}'),
    java('ir', 'class A {\n  void f() {\n    try {\n      g();\n    } catch (B wrong) {\n'
         '      throw new C("f", wrong);\n    }\n  }\n}'),
    java('ir', '/** See {@link org.tensorlogic.plan.B}. */\nfinal class A {\n  static final B B = '
         'new B();\n  static final String S = "static int x = 0; /work";\n}'),
    java('ir', method(100).replace('go();', 'case A -> 1;')),
    java('ir', '@Quiet("x")\n' + 'final class A {\n' + '  B b;\n' * 80 + '}'),
]


def findings(check, extra):
    with tempfile.TemporaryDirectory() as root:
        for path, text in {**CLEAN, **extra}.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), 'w', encoding='utf-8') as file:
                file.write(text)
        return check(root)[1]


def circle():
    return {RUNTIME + 'plan/A.java': java('plan', 'class A {}', 'import org.tensorlogic.memory.B;'),
            RUNTIME + 'memory/B.java':
                java('memory', 'class B {}', 'import org.tensorlogic.plan.A;')}


def run(check):
    missed = [f'clean tree: {f}' for f in findings(check, {})]
    missed += [f'allowed: {f}' for text in ALLOWED for f in findings(check, {IR + 'A.java': text})]
    for rule, path, text in BROKEN:
        found = findings(check, {path: text})
        if rule not in {f.rule for f in found}:
            missed.append(f'{rule}: not caught in {path}; found {found}')
    if 'import-circle' not in {f.rule for f in findings(check, circle())}:
        missed.append('import-circle: not caught')
    for line in missed:
        print(line)
    count = len(BROKEN) + 1
    print(f'tidy: self-test of {count} broken and {len(ALLOWED) + 1} sound trees, '
          f'{len(missed)} wrong')
    return 1 if missed else 0
