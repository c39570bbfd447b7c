"""Works out the stated results of the example programs without the engine.

    python expected.py EXAMPLES [NAME ...]     EXAMPLES is the folder of the .tl files

One function per example reads the same data files and writes <name>.expected.json beside this
script. Relations are Python sets and numbers are float64; nothing here reads a .tl file, except
that the queries written down here must be those of the program, in its order. Needs NumPy.
"""
import json
import math
import pathlib
import re
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent


# --- The three forms of an answer -------------------------------------------------------------


def bindings(query, variables, rows):
    return {"query": query, "variables": variables, "bindings": sorted(list(row) for row in rows)}


def column(query, variable, symbols):
    return bindings(query, [variable], [[symbol] for symbol in symbols])


def closed(query, answer):
    return {"query": query, "answer": bool(answer)}


def tensor(query, array):
    array = np.asarray(array, np.float64)
    return {
        "query": query,
        "dtype": "f32",
        "shape": list(array.shape),
        "values": [number(value) for value in array.ravel()],
    }


def number(value):
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return int(value) if value == int(value) and abs(value) < 2**53 else float(value)


# --- Reading ----------------------------------------------------------------------------------


def rows_of(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def weights_of(path):
    return {row[:-1]: float(row[-1]) for row in rows_of(path)}


def closure(pairs):
    """All (x, z) joined by a chain of one or more pairs: a search from every start."""
    following = {}
    for x, y in pairs:
        following.setdefault(x, []).append(y)
    found = set()
    for start in following:
        todo = list(following[start])
        while todo:
            y = todo.pop()
            if (start, y) not in found:
                found.add((start, y))
                todo.extend(following.get(y, ()))
    return found


# --- The examples -----------------------------------------------------------------------------


def likeness(fact, concepts):
    """How many facts two concepts share, the cosine of that, and who is most alike."""
    # Two concepts share a fact when they have the same relation to, or from, the same concept.
    profile = {c: set() for c in concepts}
    for x, r, y in fact:
        profile[x].add(("to", r, y))
        profile[y].add(("from", r, x))
    shared = lambda x, y: len(profile[x] & profile[y])
    similarity = lambda x, y: shared(x, y) / math.sqrt(shared(x, x) * shared(y, y))
    alike = lambda x: [y for y in concepts if y != x and similarity(x, y) > 0.7]
    nearest = min(abs(similarity(x, y) - 0.7) for x in concepts for y in concepts)
    assert nearest > 1e-4, "the threshold is too near to a value"
    return shared, similarity, alike


def umls(data):
    fact = set(rows_of(data / "umls/train.tsv"))
    held = set(rows_of(data / "umls/valid.tsv")) | set(rows_of(data / "umls/test.tsv"))
    concepts = {row[0] for row in fact} | {row[2] for row in fact}

    def told(relation, facts=fact):
        return {(x, y) for x, r, y in facts if r == relation}

    isa = closure(told("isa"))
    below = {y: {x for x, c in isa if c == y} | {y} for y in concepts}

    def inherited(relation):
        """x and y may each be replaced by anything below them."""
        return {(a, b) for x, y in told(relation) for a in below[x] for b in below[y]}

    affects, treats = inherited("affects"), inherited("treats")
    prevents, causes = inherited("prevents"), inherited("causes")
    diseases = below["pathologic_function"]
    remedies = {
        (x, z)
        for x, y in treats
        for d, z in affects
        if y == d and y in diseases and (z, "organism") in isa
    }
    prevented = {y for _, y in prevents}
    unprevented = {y for _, y in causes} & {y for _, y in treats} - prevented

    shared, similarity, alike = likeness(fact, concepts)

    def added(name, pairs, relation):
        new = pairs - told(relation)
        confirmed = new & told(relation, held)
        return [
            tensor(f"{name}Derived", len(new)),
            tensor(f"{name}Confirmed", len(confirmed)),
        ]

    new_isa = isa - told("isa")
    new_affects = affects - told("affects")
    return [
        column('Isa("human", x)', "x", [y for x, y in isa if x == "human"]),
        closed('Isa("human", "entity")', ("human", "entity") in isa),
        closed('Isa("human", "plant")', ("human", "plant") in isa),
        column('NewIsa(x, "substance")', "x", [x for x, y in new_isa if y == "substance"]),
        *added("Isa", isa, "isa"),
        *added("Treats", treats, "treats"),
        *added("Affects", affects, "affects"),
        column(
            'NewAffects("disease_or_syndrome", x)',
            "x",
            [y for x, y in new_affects if x == "disease_or_syndrome"],
        ),
        column(
            'Treats(x, "neoplastic_process")',
            "x",
            [x for x, y in treats if y == "neoplastic_process"],
        ),
        column('Remedy("antibiotic", x)', "x", {z for x, z in remedies if x == "antibiotic"}),
        column("Unprevented(x)", "x", unprevented),
        column("Broad(x)", "x", [c for c in concepts if len(below[c]) - 1 >= 20]),
        tensor('Kinds["organism"]', len(below["organism"]) - 1),
        column('Alike("virus", x)', "x", alike("virus")),
        column('Alike("disease_or_syndrome", x)', "x", alike("disease_or_syndrome")),
        tensor('Shared["virus", "bacterium"]', shared("virus", "bacterium")),
        tensor('Similarity["virus", "bacterium"]', similarity("virus", "bacterium")),
    ]


def ancestor(data):
    parents = """Alice Carol, Bob Carol, Carol Dan, Dan Erin, Erin Carol, Dan Frank, Grace Bob"""
    ancestors = closure([tuple(pair.split()) for pair in parents.split(",")])
    return [
        column("Ancestor(x, Frank)", "x", [x for x, y in ancestors if y == "Frank"]),
        column("Ancestor(Carol, x)", "x", [y for x, y in ancestors if x == "Carol"]),
        column("Ancestor(x, x)", "x", [x for x, y in ancestors if x == y]),
        closed("Ancestor(Grace, Erin)", ("Grace", "Erin") in ancestors),
        closed("Ancestor(Frank, Alice)", ("Frank", "Alice") in ancestors),
    ]


def aunt(data):
    parent = {
        "Gina": ["Alice", "Bob"],
        "Bob": ["Dan", "Eve"],
        "Carl": ["Frank", "Helen"],
        "Frank": ["Ivan"],
        "Helen": ["Jack"],
    }
    female = {"Alice", "Eve", "Gina", "Helen"}
    sibling = {(x, y) for kids in parent.values() for x in kids for y in kids if x != y}
    sister = {(x, y) for x, y in sibling if x in female}
    aunts = {(x, z) for x, y in sister for z in parent.get(y, ())}
    uncles = {(x, z) for x, y in sibling if x not in female for z in parent.get(y, ())}
    ways = [(x, z) for x in parent for y in parent[x] for z in parent.get(y, ())]
    return [
        bindings("Sister(x, y)", ["x", "y"], sister),
        bindings("Aunt(x, y)", ["x", "y"], aunts),
        bindings("Uncle(x, y)", ["x", "y"], uncles),
        bindings("Grandparent(x, y)", ["x", "y"], set(ways)),
        tensor('Grandchildren["Gina"]', sum(x == "Gina" for x, _ in ways)),
        closed("Aunt(Alice, Ivan)", ("Alice", "Ivan") in aunts),
    ]


def shortest_paths(data):
    hop = {}
    for (x, y), kilometres in weights_of(data / "roads/romania.tsv").items():
        hop[x, y] = hop[y, x] = kilometres
    towns = sorted({x for x, _ in hop})

    def walk(start):
        """Least way of one or more roads, by Dijkstra; back to the start counts as a way too."""
        done, edge = {}, {y: w for (x, y), w in hop.items() if x == start}
        while edge:
            near = min(edge, key=edge.get)
            done[near] = edge.pop(near)
            for (x, y), w in hop.items():
                if x == near and y not in done:
                    edge[y] = min(edge.get(y, math.inf), done[near] + w)
        return done

    distance = {(x, y): d for x in towns for y, d in walk(x).items()}
    between = [
        m
        for m in towns
        if m not in ("Arad", "Bucharest")
        and distance["Arad", m] + distance[m, "Bucharest"] <= distance["Arad", "Bucharest"]
    ]
    near = [y for y in towns if y != "Bucharest" and distance["Bucharest", y] <= 150]
    return [
        tensor('Distance["Arad", "Bucharest"]', distance["Arad", "Bucharest"]),
        tensor('Distance["Neamt", "Timisoara"]', distance["Neamt", "Timisoara"]),
        tensor('Hop["Arad", "Bucharest"]', hop.get(("Arad", "Bucharest"), math.inf)),
        column('Near("Bucharest", x)', "x", near),
        column('Between("Arad", x, "Bucharest")', "x", between),
    ]


def perceptron(data):
    inputs = np.load(data / "perceptron/inputs.npy")
    gates = {"And": all, "Or": any, "Nand": lambda row: not all(row)}
    return [
        tensor(f'Y[:, "{gate}"]', [float(truth(row)) for row in inputs.astype(bool)])
        for gate, truth in gates.items()
    ]


def mlp(data):
    inputs = np.load(data / "mlp/inputs.npy")
    return [tensor("Y", [float(a != b) for a, b in inputs])]


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def attention(data):
    query, key, value = (
        np.load(data / f"attention/{name}.npy").astype(np.float64)
        for name in ("query", "key", "value")
    )
    scores = query @ key.T / 2
    weight = softmax(scores)
    causal = np.zeros_like(scores)
    for q in range(len(query)):
        causal[q, : q + 1] = softmax(scores[q, : q + 1])
    return [
        tensor("Weight", weight),
        tensor("RowSum", np.ones(len(query))),
        tensor("Output", weight @ value),
        tensor("CausalWeight", causal),
        tensor("CausalOutput[0, :]", value[0]),
        tensor("CausalOutput", causal @ value),
    ]


def rnn(data):
    steps, inward, recurrent = (
        np.load(data / f"rnn/{name}.npy").astype(np.float64)
        for name in ("input", "inward", "recurrent")
    )
    state = np.zeros(len(recurrent))
    for step in steps:
        state = np.tanh(recurrent @ state + inward @ step)
    return [tensor("H", state)]


def cnn(data):
    image, kernel = (np.load(data / f"cnn/{name}.npy") for name in ("image", "kernel"))
    edge = np.zeros((6, 6))
    for y in range(6):
        for x in range(6):
            edge[y, x] = max(0, (image[y : y + 3, x : x + 3] * kernel).sum())
    pooled = [
        [edge[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].max() for x in range(3)] for y in range(3)
    ]
    return [tensor("Edge", edge), tensor("Pooled", pooled)]


def viterbi(data):
    move = weights_of(data / "viterbi/transition.tsv")
    show = weights_of(data / "viterbi/emission.tsv")
    start = {"Healthy": 0.6, "Fever": 0.4}
    felt = ["Normal", "Cold", "Dizzy"]

    def probability(course):
        p = start[course[0]]
        for a, b in zip(course, course[1:]):
            p *= move[a, b]
        return p * math.prod(show[state, sign] for state, sign in zip(course, felt))

    courses = [()]
    best = {}
    for day in range(3):
        courses = [course + (state,) for course in courses for state in start]
        for state in start:
            ending = [course for course in courses if course[-1] == state]
            best[day, state] = max(probability(course) for course in ending)
    top = max(courses, key=probability)
    return [
        tensor("Peak", probability(top)),
        tensor('Best[:, "Healthy"]', [best[day, "Healthy"] for day in range(3)]),
        tensor('Best[:, "Fever"]', [best[day, "Fever"] for day in range(3)]),
        *(column(f"Course({day}, s)", "s", [top[day]]) for day in range(3)),
    ]


def gnn(data):
    weights = np.load(data / "gnn/weights.npy").astype(np.float64)
    linked = np.eye(34)
    for a, b in rows_of(data / "gnn/edges.tsv"):
        linked[int(a), int(b)] = linked[int(b), int(a)] = 1
    state = np.zeros((34, 2))
    for (member, faction), value in weights_of(data / "gnn/features.tsv").items():
        state[int(member), int(faction)] = value
    mean = linked / linked.sum(axis=1, keepdims=True)
    for layer in range(2):
        state = np.maximum(mean @ state @ weights[layer], 0)
    classes = softmax(mean @ state @ weights[2])
    assert np.abs(classes[:, 1] - classes[:, 0]).min() > 1e-3, "a choice hangs on rounding"
    choice = (classes[:, 1] > classes[:, 0]).astype(float)
    side = np.array([int(row[1]) for row in rows_of(data / "gnn/faction.tsv")])
    return [
        tensor("Degree[0]", linked[0].sum()),
        tensor("P[0:4, :]", classes[:4]),
        tensor("Choice", choice),
        tensor("Right", (choice == side).sum()),
    ]


EXAMPLES = [
    umls, ancestor, aunt, shortest_paths, perceptron, mlp, attention, rnn, cnn, viterbi, gnn,
]


def queries_of(program):
    lines = (re.sub(r"#.*", "", line).strip() for line in program.read_text().splitlines())
    return [line[:-1] for line in lines if line.endswith("?")]


def main(examples, names):
    for example in EXAMPLES:
        name = example.__name__
        if names and name not in names:
            continue
        answers = example(examples / "data")
        written = queries_of(examples / f"{name}.tl")
        asked = [answer["query"] for answer in answers]
        if asked != written:
            raise SystemExit(f"{name}.tl asks {written}, answered here: {asked}")
        lines = ",\n".join("  " + json.dumps(answer) for answer in answers)
        target = HERE / f"{name}.expected.json"
        target.write_text('{"queries": [\n' + lines + "\n]}\n", encoding="utf-8")
        print(f"{target.name}: {len(answers)} queries")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2:])
