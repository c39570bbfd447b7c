"""Writes the small data files of the example programs that are not real data.

    python make_data.py FOLDER        FOLDER is examples/data

Numbers come from a seeded generator and are rounded to three decimals, so that a page can show
them. Needs NumPy.
"""
import pathlib
import sys

import numpy as np

PICTURE = """
........
.######.
.....##.
....##..
...##...
..##....
..##....
........
"""


def rounded(rng, *shape):
    return np.round(rng.uniform(-1, 1, shape), 3).astype(np.float32)


def main(folder):
    rng = np.random.default_rng(2026)

    def save(path, array):
        np.save(folder / path, np.asarray(array, np.float32))

    save("perceptron/inputs.npy", [[0, 0], [0, 1], [1, 0], [1, 1]])
    save("mlp/inputs.npy", [[0, 0], [0, 1], [1, 0], [1, 1]])
    save("mlp/hidden.npy", [[1, 1], [-1, -1]])
    for name, shape in (("query", (5, 4)), ("key", (5, 4)), ("value", (5, 3))):
        save(f"attention/{name}.npy", rounded(rng, *shape))
    for name, shape in (("input", (6, 3)), ("inward", (4, 3)), ("recurrent", (4, 4))):
        save(f"rnn/{name}.npy", rounded(rng, *shape))
    rows = PICTURE.split()
    save("cnn/image.npy", [[cell == "#" for cell in row] for row in rows])
    save("cnn/kernel.npy", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    save("gnn/weights.npy", [[[1, -0.5], [-0.5, 1]], [[1, -0.25], [-0.25, 1]], [[2, -1], [-1, 2]]])


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
