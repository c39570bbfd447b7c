"""Writes cases.jsonl: 200 einsum specs with float64 results in seven semirings (README.md).

    python make_cases.py            writes cases.jsonl beside this script
    python make_cases.py --check    stops if the file differs from what would be written, beyond
                                    the last digits (1e-12), which another machine may round

Every result is worked out by brute force: each operand is spread over the space of all letters,
the spread operands are joined, and the axes that the output lacks are reduced. Small cases are
worked out a second time by loops over scalars, and sum-product by numpy.einsum too. Needs NumPy.
"""
import argparse
import functools
import itertools
import json
import math
import pathlib
import random
import string

import numpy as np

HERE = pathlib.Path(__file__).parent
SPACE_MAX = 2_000_000  # extents of all letters multiplied: the multiply-adds of the plainest loop
LISTED_MAX = 100  # results of at most this many elements are listed in full
ENDS = 8  # of larger ones this many first and last elements
LOOP_MAX = 400  # spaces up to this are checked by scalar loops
INF = math.inf


# --- Inputs -----------------------------------------------------------------------------------


def unit_fractions(tag, count):
    """24-bit integers: the top bits of SplitMix64 seeded by the FNV-1a hash of the tag."""
    mask = (1 << 64) - 1
    seed = 0xCBF29CE484222325
    for byte in tag.encode("ascii"):
        seed = ((seed ^ byte) * 0x100000001B3) & mask
    with np.errstate(over="ignore"):
        step = np.arange(1, count + 1, dtype=np.uint64)
        z = np.uint64(seed) + step * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.int64)


def operands(case, semiring):
    result = []
    for position, shape in enumerate(case["shapes"]):
        bits = unit_fractions(f"einsum/{case['id']}/{position}", math.prod(shape))
        u = bits * 2.0**-24
        if semiring == "or-and":
            values = (bits < case["threshold"]).astype(np.float64)
        elif semiring == "max-product":
            values = u
        else:
            values = 2 * u - 1
        result.append(values.reshape(shape))
    return result


# --- Semirings --------------------------------------------------------------------------------


def log_sum_exp(values, axis):
    if math.prod(values.shape[a] for a in axis) == 0:
        kept = [n for a, n in enumerate(values.shape) if a not in axis]
        return np.full(kept, -INF)
    top = values.max(axis=axis, keepdims=True)
    return np.log(np.exp(values - top).sum(axis=axis)) + np.squeeze(top, axis=axis)


def reduction(ufunc, zero):
    return lambda values, axis: ufunc.reduce(values, axis=axis, initial=zero)


# name: join of arrays, reduction over axes, result over nothing; join and reduction of scalars
SEMIRINGS = {
    "sum-product": (np.multiply, lambda v, axis: v.sum(axis=axis), 0.0, math.prod, math.fsum),
    "max-plus": (np.add, reduction(np.maximum, -INF), -INF, math.fsum, max),
    "min-plus": (np.add, reduction(np.minimum, INF), INF, math.fsum, min),
    "max-product": (np.multiply, reduction(np.maximum, -INF), -INF, math.prod, max),
    "or-and": (np.minimum, reduction(np.maximum, 0.0), 0.0, min, max),
    "max-min": (np.minimum, reduction(np.maximum, -INF), -INF, min, max),
    "log-sum-exp": (
        np.add,
        log_sum_exp,
        -INF,
        math.fsum,
        lambda values: math.log(math.fsum(map(math.exp, values))),
    ),
}


# --- Specs ------------------------------------------------------------------------------------


def parse(spec, ranks):
    """Labels of each operand's axes and of the output; ellipsis axes are labelled 0, 1, ...

    counted from the right, so that the last ellipsis axis of every operand is 0.
    """
    left, arrow, right = spec.replace(" ", "").partition("->")
    terms = left.split(",")
    width = 0
    labels = []
    for term, rank in zip(terms, ranks, strict=True):
        before, dots, after = term.partition("...")
        spread = rank - len(before) - len(after)
        assert spread >= 0 and (dots or spread == 0), (spec, ranks)
        width = max(width, spread)
        labels.append([*before, *range(spread - 1, -1, -1), *after])
    everything = list(range(width - 1, -1, -1))
    if arrow:
        before, dots, after = right.partition("...")
        return labels, [*before, *(everything if dots else []), *after]
    letters = left.replace(",", "").replace("...", "")
    return labels, everything + sorted(c for c in set(letters) if letters.count(c) == 1)


def space_of(labels, shapes):
    """The extent of every label; an ellipsis axis of extent 1 stretches."""
    extents = {}
    for axes, shape in zip(labels, shapes, strict=True):
        for label, extent in zip(axes, shape, strict=True):
            known = extents.setdefault(label, extent)
            if known != extent:
                assert isinstance(label, int) and 1 in (known, extent), (labels, shapes)
                extents[label] = extent if known == 1 else known
    return extents


def evaluate(spec, arrays, semiring):
    """Brute force over the space of all labels."""
    join, reduce, *_ = SEMIRINGS[semiring]
    labels, output = parse(spec, [array.ndim for array in arrays])
    extents = space_of(labels, [array.shape for array in arrays])
    order = output + [label for label in extents if label not in output]
    full = tuple(extents[label] for label in order)
    spread = []
    for array, axes in zip(arrays, labels):
        grid = []
        for axis, label in enumerate(axes):
            extent = array.shape[axis]
            stretched = extent != extents[label]
            index = np.zeros(extents[label], int) if stretched else np.arange(extent)
            shape = [1] * len(order)
            shape[order.index(label)] = len(index)
            grid.append(index.reshape(shape))
        spread.append(array[tuple(grid)] if grid else array.reshape([1] * len(order)))
    joined = np.broadcast_to(functools.reduce(join, spread), full)
    summed = tuple(range(len(output), len(order)))
    return np.asarray(reduce(joined, axis=summed) if summed else joined, np.float64)


def evaluate_by_loops(spec, arrays, semiring):
    """The same by loops over scalars; for small spaces only."""
    _, _, zero, join, gather = SEMIRINGS[semiring]
    labels, output = parse(spec, [array.ndim for array in arrays])
    extents = space_of(labels, [array.shape for array in arrays])
    terms = {}
    for place in itertools.product(*(range(n) for n in extents.values())):
        at = dict(zip(extents, place))
        factors = []
        for array, axes in zip(arrays, labels):
            index = tuple(
                at[label] if array.shape[axis] == extents[label] else 0
                for axis, label in enumerate(axes)
            )
            factors.append(float(array[index]))
        terms.setdefault(tuple(at[label] for label in output), []).append(join(factors))
    result = np.full([extents[label] for label in output], zero)
    for place, values in terms.items():
        result[place] = gather(values)
    return result


# --- Choosing the cases -----------------------------------------------------------------------

CHOSEN = [  # (spec, shapes): the usual ones, and the corners
    ("ij,jk->ik", [[17, 33], [33, 9]]),
    ("ij,jk->ik", [[1, 257], [257, 1]]),
    ("ij,jk->ik", [[64, 96], [96, 80]]),
    ("ij,jk->ik", [[101, 127], [127, 151]]),
    ("ij,jk->ki", [[31, 63], [63, 65]]),
    ("ji,jk->ik", [[129, 40], [129, 41]]),
    ("ij,kj->ik", [[47, 129], [53, 129]]),
    ("ji,kj->ik", [[66, 35], [37, 66]]),
    ("ij,j->i", [[511, 513], [513]]),
    ("i,ij->j", [[300], [300, 1001]]),
    ("bij,bjk->bik", [[7, 16, 17], [7, 17, 15]]),
    ("bij,bjk->bik", [[64, 8, 8], [64, 8, 8]]),
    ("bhqd,bhkd->bhqk", [[2, 3, 33, 16], [2, 3, 31, 16]]),
    ("bhqk,bhkd->bhqd", [[2, 3, 20, 31], [2, 3, 31, 17]]),
    ("ij,jk,kl->il", [[12, 13], [13, 14], [14, 15]]),
    ("ij,jk,kl,lm->im", [[9, 8], [8, 7], [7, 6], [6, 5]]),
    ("ab,bc,cd,de,ef->af", [[3, 4], [4, 5], [5, 6], [6, 7], [7, 8]]),
    ("abc,ia,jb,kc->ijk", [[5, 6, 7], [8, 5], [9, 6], [10, 7]]),
    ("br,bd,rde,ne->bn", [[4, 3], [4, 11], [3, 11, 13], [21, 13]]),
    ("bd,bd,nd->bn", [[15, 32], [15, 32], [401, 32]]),
    ("abcd->dbca", [[9, 11, 13, 15]]),
    ("ij->ji", [[999, 1001]]),
    ("ijk->kij", [[101, 3, 257]]),
    ("i->i", [[100003]]),
    ("i->", [[1999993]]),
    ("i,i->", [[1000003], [1000003]]),
    ("i,i->i", [[65537], [65537]]),
    ("i,j->ij", [[1201], [1301]]),
    ("i,j->ji", [[1], [4099]]),
    ("ij->i", [[4099, 257]]),
    ("ij->j", [[4099, 257]]),
    ("ij->", [[640, 641]]),
    ("ij,ij->", [[333, 335], [333, 335]]),
    ("ij,ji->", [[333, 335], [335, 333]]),
    ("ii->i", [[513, 513]]),
    ("ii->", [[1025, 1025]]),
    ("ii", [[65, 65]]),
    ("iii->i", [[33, 33, 33]]),
    ("iijj->ij", [[9, 9, 11, 11]]),
    ("ijij->ji", [[7, 8, 7, 8]]),
    ("iij,jk->ik", [[8, 8, 9], [9, 10]]),
    ("ii,jj->ij", [[30, 30], [40, 40]]),
    ("ii,ij,jj->", [[20, 20], [20, 21], [21, 21]]),
    ("iijjkk->kji", [[3, 3, 4, 4, 5, 5]]),
    ("->", [[]]),
    (",->", [[], []]),
    (",", [[], []]),
    (",i->i", [[], [37]]),
    ("i,,i->", [[5], [], [5]]),
    (",ij,->ji", [[], [6, 7], []]),
    ("i", [[9]]),
    ("ij", [[4, 5]]),
    ("ba", [[4, 5]]),
    ("ij,jk", [[6, 7], [7, 8]]),
    ("kj,ji", [[6, 7], [7, 8]]),
    ("ij,ij", [[6, 7], [6, 7]]),
    ("Ab,bC", [[3, 4], [4, 5]]),
    ("zA,Az->", [[11, 13], [13, 11]]),
    (" i j , j k -> i k ", [[5, 6], [6, 7]]),
    ("...->...", [[3, 4, 5]]),
    ("...", [[2, 3, 4]]),
    ("...i->i...", [[2, 3, 4, 5]]),
    ("i...->...i", [[2, 3, 4, 5]]),
    ("i...j->j...", [[4, 2, 3, 5]]),
    ("...ij->...ji", [[2, 3, 5, 4]]),
    ("...ii->...i", [[6, 5, 5]]),
    ("i...i", [[4, 3, 4]]),
    ("...,...->...", [[4, 5], [4, 5]]),
    ("...,...->...", [[4, 1], [3, 1, 5]]),
    ("...,...", [[7], [6, 1]]),
    ("...ij,...jk->...ik", [[6, 4, 5], [6, 5, 3]]),
    ("...ij,...jk->...ik", [[2, 3, 4, 5], [5, 6]]),
    ("...ij,...jk->...ik", [[2, 1, 4, 5], [3, 5, 6]]),
    ("...ij,...jk->...ik", [[1, 3, 1, 5, 4], [2, 1, 4, 4, 3]]),
    ("...ij,jk", [[3, 2, 4, 5], [5, 6]]),
    ("i...,ij->...j", [[7, 3, 4], [7, 5]]),
    ("...a,...ab,...b->...", [[6, 5], [6, 5, 7], [1, 7]]),
    ("...,i->...i", [[], [5]]),
    ("...i,...i->...", [[17], [11, 17]]),
    ("ab...,b...c->ca...", [[4, 5, 2, 3], [5, 2, 3, 6]]),
    ("ij,jk->ik", [[0, 3], [3, 4]]),
    ("ij,jk->ik", [[3, 0], [0, 4]]),
    ("ij,jk->ik", [[3, 4], [4, 0]]),
    ("ij,jk->", [[0, 0], [0, 5]]),
    ("i->", [[0]]),
    ("i->i", [[0]]),
    ("ii->i", [[0, 0]]),
    ("ij->i", [[5, 0]]),
    ("ij->j", [[5, 0]]),
    ("...i->...", [[2, 3, 0]]),
    ("...i,...j->...ij", [[1, 3], [0, 2]]),
    ("abcdef->fedcba", [[3, 4, 2, 5, 3, 2]]),
    ("abcdef->", [[7, 8, 9, 3, 4, 5]]),
    ("abcdef,fedcba->ace", [[2, 3, 4, 5, 3, 2], [2, 3, 5, 4, 3, 2]]),
    ("abcdef,cdefgh->abgh", [[3, 4, 3, 2, 3, 2], [3, 2, 3, 2, 5, 3]]),
    ("abcdef,bdf->ace", [[5, 4, 3, 4, 5, 6], [4, 4, 6]]),
    ("ijk,ilm,njm,nlk,abc->", [[2, 3, 4], [2, 5, 6], [3, 3, 6], [3, 5, 4], [2, 1, 3]]),
    ("a,b,c,d,e,f->fbdace", [[3], [4], [2], [5], [3], [2]]),
]


def drawn(rng):
    """A random spec with shapes, or None if it came out unfit."""
    alphabet = rng.sample(string.ascii_letters, rng.randint(1, 7))
    pool = rng.choice([[1, 2, 3], [1, 2, 3, 5, 7], [2, 3, 4, 5, 8, 9], [0, 1, 2, 3, 4, 6],
                       [0, 2, 5, 11], [1, 7, 16, 17, 31, 33], [63, 64, 65, 127, 129, 255]])
    extents = {letter: rng.choice(pool) for letter in alphabet}
    with_dots = rng.random() < 0.25
    spread = [rng.choice([1, 2, 3, 4]) for _ in range(rng.randint(1, 2))] if with_dots else []
    terms, shapes = [], []
    for _ in range(rng.choice([1, 2, 2, 2, 3, 3, 4])):
        letters = [rng.choice(alphabet) for _ in range(rng.randint(0, 6))]
        shape = [extents[letter] for letter in letters]
        term = "".join(letters)
        if with_dots and rng.random() < 0.7:
            at = rng.randint(0, len(letters))
            own = [rng.choice([n, n, 1]) for n in spread[rng.randint(0, len(spread)):]]
            term = term[:at] + "..." + term[at:]
            shape[at:at] = own
        terms.append(term)
        shapes.append(shape)
    spec = ",".join(terms)
    used = sorted({c for c in spec if c.isalpha()})
    if rng.random() < 0.8:
        kept = rng.sample(used, rng.randint(0, len(used)))
        at = rng.randint(0, len(kept))
        dots = "..." if "..." in spec else ""
        spec += "->" + "".join(kept[:at]) + dots + "".join(kept[at:])
    labels, output = parse(spec, [len(shape) for shape in shapes])
    extents = space_of(labels, shapes)
    repeats = max(math.prod(shape) for shape in shapes) > SPACE_MAX
    unfit = repeats or math.prod(extents.values()) > SPACE_MAX or len(output) > 6
    return None if unfit or max(map(len, shapes)) > 6 else (spec, shapes)


def choose(count):
    rng = random.Random(20)
    cases = list(CHOSEN)
    while len(cases) < count:
        case = drawn(rng)
        if case is None or case in cases:
            continue
        # Most random specs are tiny; every second one must have some work to do.
        labels, _ = parse(case[0], [len(shape) for shape in case[1]])
        space = math.prod(space_of(labels, case[1]).values())
        if len(cases) % 2 and space < 300:
            continue
        cases.append(case)
    return cases


# --- Writing ----------------------------------------------------------------------------------


def number(value):
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return int(value) if value == int(value) else float(value)


def numbers(values):
    return [number(value) for value in values]


def described(result):
    flat = result.ravel()
    if flat.size <= LISTED_MAX:
        return {"values": numbers(flat)}
    weights = (np.arange(flat.size) * 7919 % 10007) / 10007
    infinite = np.isinf(flat).any()
    return {
        "first": numbers(flat[:ENDS]),
        "last": numbers(flat[-ENDS:]),
        "sum": number(flat[0] if infinite else math.fsum(flat)),
        "l2": number(INF if infinite else math.sqrt(math.fsum(flat * flat))),
        "dot": number(flat[0] if infinite else math.fsum(flat * weights)),
    }


def threshold(case):
    """The chance of a true operand element that makes about half of the results true."""
    labels, output = parse(case["spec"], [len(shape) for shape in case["shapes"]])
    extents = space_of(labels, case["shapes"])
    summed = max(1, math.prod(n for label, n in extents.items() if label not in output))
    chance = (1 - 0.5 ** (1 / summed)) ** (1 / len(labels))
    return max(1, round(chance * 2**24))


def checked(case, semiring):
    """The result, after the checks by other means."""
    arrays = operands(case, semiring)
    result = evaluate(case["spec"], arrays, semiring)
    labels, _ = parse(case["spec"], [array.ndim for array in arrays])
    space = math.prod(space_of(labels, case["shapes"]).values())
    if space <= LOOP_MAX:
        again = evaluate_by_loops(case["spec"], arrays, semiring)
        np.testing.assert_allclose(result, again, rtol=1e-13, atol=1e-14, err_msg=case["spec"])
    if semiring == "sum-product":
        peer = np.einsum(case["spec"], *arrays)
        assert peer.shape == result.shape, case
        atol = 1e-12 * max(1.0, scale(case, arrays))
        np.testing.assert_allclose(result, peer, rtol=1e-12, atol=atol, err_msg=case["spec"])
    return arrays, result


def scale(case, arrays):
    """The largest sum of absolute products that one result element has."""
    sizes = evaluate(case["spec"], [np.abs(array) for array in arrays], "sum-product")
    return float(sizes.max(initial=0))


def line(identifier, spec, shapes):
    case = {"id": identifier, "spec": spec, "shapes": shapes}
    case["threshold"] = threshold(case)
    results = {}
    for semiring in SEMIRINGS:
        arrays, result = checked(case, semiring)
        results[semiring] = described(result)
        if semiring == "sum-product":
            case["shape"] = list(result.shape)
            case["scale"] = scale(case, arrays)
    case["results"] = results
    return json.dumps(case, separators=(",", ":")) + "\n"


def assert_covered(cases):
    """The set holds what it is meant to hold."""
    shapes = [shape for _, operand_shapes in cases for shape in operand_shapes]
    specs = [spec for spec, _ in cases]
    lefts = [spec.partition("->")[0] for spec in specs]
    repeated = [any(t.count(c) > 1 for t in left.split(",") for c in t if c.isalpha())
                for left in lefts]
    extents = {n for shape in shapes for n in shape}
    assert len(cases) == 200
    assert {len(shape) for shape in shapes} == set(range(7))
    assert sum(repeated) >= 30 and sum("..." in spec for spec in specs) >= 40
    assert sum("->" not in spec for spec in specs) >= 20
    assert sum(any(0 in shape for shape in s) for _, s in cases) >= 15
    assert sum(any(1 in shape for shape in s) for _, s in cases) >= 30
    assert {0, 1, 3, 17, 33, 127} <= extents and max(extents) > 1_000_000


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-9)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--check", action="store_true")
    check = arguments.parse_args().check
    cases = choose(200)
    assert_covered(cases)
    text = "".join(line(identifier, *case) for identifier, case in enumerate(cases))
    target = HERE / "cases.jsonl"
    if not check:
        target.write_text(text, encoding="ascii")
    elif not same(lines_of(target.read_text(encoding="ascii")), lines_of(text)):
        raise SystemExit(f"{target} differs from what this script writes")
    print(f"{target.name}: {len(cases)} cases, {len(text)} bytes")


if __name__ == "__main__":
    main()
