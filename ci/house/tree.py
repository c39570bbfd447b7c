"""The checkout as the rules see it: files, their code without comments, Java packages."""
import os
import re
import subprocess
from collections import namedtuple

Finding = namedtuple('Finding', 'path line rule text')

CODE = ('.java', '.cc', '.c', '.h', '.inc', '.py', '.cmake', '.tl', '.sh', 'CMakeLists.txt')
TEXT = CODE + ('.md', '.xml', '.json', '.yml', '.properties', '.tsv', '.csv')
COUNTS = 'ci/test-counts'
JUNK = re.compile(r'(^|/)(target|build|\.build|__pycache__)/'
                  r'|\.(class|so|dylib|dll|jar|o|a|pyc)$|\.so\.\d')

TOKENS = re.compile(r'/\*.*?\*/|//[^\n]*|"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"|'
                    r"(?<!\w)'(?:\\.|[^'\\\n])+'", re.S)


def blank(match):
    token = match.group()
    keep = token[0] + re.sub(r'[^\n]', ' ', token[1:-1]) + token[-1]
    return re.sub(r'[^\n]', ' ', token) if token[0] == '/' else keep


class File:
    """One text file: its path, text, lines, and its code without comments and strings."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.lines = text.splitlines()
        self.code = TOKENS.sub(blank, text) if path.endswith(('.java', '.cc', '.c', '.h')) else text

    def line(self, offset):
        return self.text.count('\n', 0, offset) + 1

    def find(self, offset, rule, text):
        return Finding(self.path, self.line(offset), rule, text)


class Tree:
    """All files of a checkout, with the Java sources sorted by module and package."""

    def __init__(self, root):
        self.root, self.paths = root, list_paths(root)
        self.files = {p: File(p, read(root, p)) for p in self.paths if is_text(root, p)}
        self.java = [f for f in self.files.values()
                     if f.path.endswith('.java') and '/src/' in f.path]
        self.native = [f for f in self.files.values()
                       if f.path.startswith('native/') and f.path.endswith(('.cc', '.c', '.h'))]
        self.packages = {package_of(f) for f in self.java if '/main/' in f.path}
        self.home = {package_of(f): module_of(f) for f in self.java if '/main/' in f.path}

    def main(self):
        return [f for f in self.java if '/src/main/' in f.path]

    def uses(self, source):
        """Yields (offset, package) for every package of ours that the code names."""
        for match in re.finditer(r'\borg\.tensorlogic\.([a-z]+(?:\.[a-z]+)*)', source.code):
            name = match.group(1)
            while name and name not in self.packages:
                name = name.rpartition('.')[0]
            if name and not source.code[:match.start()].rstrip().endswith(('package', 'module')):
                yield match.start(), name


def list_paths(root):
    if os.path.isdir(os.path.join(root, '.git')):
        command = ['git', '-C', root, 'ls-files', '-z', '-c', '-o', '--exclude-standard']
        listed = subprocess.run(command, check=True, capture_output=True).stdout.decode()
        paths = [p for p in listed.split('\0') if p]
    else:
        paths = [os.path.relpath(os.path.join(folder, name), root)
                 for folder, _, names in os.walk(root) for name in names]
    return sorted(p for p in set(paths) if os.path.isfile(os.path.join(root, p)))


def read(root, path):
    with open(os.path.join(root, path), encoding='utf-8', errors='replace') as file:
        return file.read()


def is_script(root, path):
    if '.' in os.path.basename(path):
        return False
    with open(os.path.join(root, path), 'rb') as file:
        return file.read(2) == b'#!'


def is_text(root, path):
    return not JUNK.search(path) and (path.endswith(TEXT) or path == COUNTS
                                       or is_script(root, path))


def is_code(path):
    return path.endswith(CODE) or '.' not in os.path.basename(path) and path != 'LICENSE'


def module_of(source):
    return source.path.partition('/src/')[0]


def package_of(source):
    match = re.search(r'^package\s+org\.tensorlogic\.([\w.]+)\s*;', source.code, re.M)
    return match.group(1) if match else ''


def body(code, opening):
    """Returns the offset behind the brace that closes the one at `opening`."""
    depth = 0
    for match in re.compile(r'[{}]').finditer(code, opening):
        depth += 1 if match.group() == '{' else -1
        if depth == 0:
            return match.end()
    return len(code)
