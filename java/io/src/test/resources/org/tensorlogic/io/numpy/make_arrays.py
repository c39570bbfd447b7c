"""Writes the npy files that NpyTest reads, and beside them what NumPy holds in each.

Run: python make_arrays.py (NumPy 1.26 or later). expected.tsv: file, dtype, extents, elements in
row-major order as NumPy converts them to Python numbers.
"""
import numpy as np
from numpy.lib import format as npy

rng = np.random.default_rng(7)
reals = rng.standard_normal((2, 3, 4))
arrays = {
    "f8": (reals, None),
    "f8_fortran": (np.asfortranarray(reals), None),
    "f8_big": (reals.astype(">f8"), None),
    "f8_special": (np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]), None),
    "f4": (reals.astype("f4"), None),
    "f4_big_fortran": (np.asfortranarray(reals.astype(">f4")), None),
    "f2": (reals.astype("f2"), None),
    "i8": (np.array([[-2**63, -1], [0, 2**63 - 1]]), None),
    "i4_big": (np.array([-2**31, -7, 2**31 - 1], ">i4"), None),
    "i2": (np.array([-2**15, 2**15 - 1], "i2"), None),
    "i1": (np.array([-128, 127], "i1"), None),
    "u4": (np.array([0, 2**32 - 1], "u4"), None),
    "u2_big": (np.array([1, 2**16 - 1], ">u2"), None),
    "u1": (np.array([0, 200, 255], "u1"), None),
    "b1_fortran": (np.asfortranarray([[True, False, False], [True, True, False]]), None),
    "scalar": (np.array(2.5), None),
    "empty": (np.zeros((3, 0, 2)), None),
    "version2": (reals, (2, 0)),
    "version3": (reals.astype("f4"), (3, 0)),
}
with open("expected.tsv", "w") as expected:
    for name, (array, version) in arrays.items():
        with open(name + ".npy", "wb") as file:
            npy.write_array(file, array, version=version)
        real = "f64" if array.itemsize == 8 else "f32"
        dtype = {"f": real, "b": "bool"}.get(array.dtype.kind, "i64")
        extents = ",".join(map(str, array.shape))
        values = ",".join(repr(v) for v in array.ravel().tolist())
        expected.write(f"{name}\t{dtype}\t{extents}\t{values}\n")
