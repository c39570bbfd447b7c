"""Runs every rule over the tree; see ci/tidy."""
import os
import sys

import arrows
import form
import lists
import meaning
import selftest
from tree import Tree

RULES = arrows.RULES + form.RULES + meaning.RULES + lists.RULES


def check(root):
    tree = Tree(root)
    return tree, sorted({finding for rule in RULES for finding in rule(tree)})


def main(arguments):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if arguments == ['--self-test']:
        return selftest.run(check)
    if arguments == ['--record']:
        with open(os.path.join(root, lists.COUNTS), 'w', encoding='utf-8') as file:
            file.write(lists.record(Tree(root)))
        return 0
    if arguments:
        print('usage: ci/tidy [--record | --self-test]', file=sys.stderr)
        return 2
    tree, findings = check(root)
    for path, line, rule, text in findings:
        print(f'{path}:{line}: {rule}: {text}')
    print(f'tidy: {len(tree.paths)} files, {len(findings)} findings')
    return 1 if findings else 0


sys.exit(main(sys.argv[1:]))
