"""Pairs of incidents as numbers, and the groups that pairs make."""

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.intp]
Keys = npt.NDArray[np.int64]


def pair_keys(one: Rows, other: Rows, incidents: int) -> Keys:
    """One number for each pair of positions, the same both ways round."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    keys: Keys = low.astype(np.int64) * incidents + high
    return keys


def components(nodes: int, one: Rows, other: Rows) -> Rows:
    """For each node the smallest node that it is connected to by the given edges."""
    root = np.arange(nodes)
    while True:
        a, b = root[one], root[other]
        if np.array_equal(a, b):
            return root
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(root, root[root]):
            root = root[root]
