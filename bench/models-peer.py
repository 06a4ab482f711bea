"""The peers of `npm run bench -- models`: numpy and scipy at the same work, on raw little-endian files.

Prints one JSON object: versions, milliseconds of wall clock (median) and of CPU time over all threads.
"""

import json
import platform
import sys
import time

import numpy as np


def timed(runs, work):
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return result, {"p50": 1000 * float(np.median(walls)), "cpu": 1000 * float(np.median(cpus))}


def inverse(folder, n, runs):
    gram = np.fromfile(f"{folder}/gram", dtype="<f8").reshape(n, n)
    result, times = timed(runs, lambda: np.linalg.inv(gram))
    result.tofile(f"{folder}/inverse")
    return {"peer": f"numpy {np.__version__}", **times}


def rows(folder, customers, items):
    from scipy import sparse

    starts = np.fromfile(f"{folder}/starts", dtype="<i4")
    members = np.fromfile(f"{folder}/members", dtype="<i4")
    return sparse.csr_matrix((np.ones(len(members), dtype=np.float32), members, starts), shape=(customers, items))


def cosine(folder, customers, items, count, runs):
    import scipy

    x = rows(folder, customers, items)

    def work():
        norms = np.sqrt(np.asarray(x.sum(axis=0)).ravel())
        common = (x.T.tocsr() @ x).tocsr()
        best = np.zeros((items, count))
        for i in range(items):
            of = slice(common.indptr[i], common.indptr[i + 1])
            columns = common.indices[of]
            similarities = common.data[of] / (norms[i] * norms[columns])
            similarities[columns == i] = 0
            if len(similarities) > count:
                similarities = similarities[np.argpartition(-similarities, count)[:count]]
            best[i, : len(similarities)] = -np.sort(-similarities)
        return best

    result, times = timed(runs, work)
    result.tofile(f"{folder}/similarities")
    return {"peer": f"scipy {scipy.__version__}", **times}


def ials(folder, customers, items, factors, runs):
    x = rows(folder, customers, items)
    sides = [x, x.T.tocsr()]
    y = [np.random.default_rng(1).normal(0, 0.1 / np.sqrt(factors), (s, factors)).astype(np.float32) for s in (customers, items)]

    def work():
        for side, matrix in enumerate(sides):
            other = y[1 - side]
            gram = 0.3 * other.T @ other
            for u in range(matrix.shape[0]):
                seen = other[matrix.indices[matrix.indptr[u] : matrix.indptr[u + 1]]]
                penalty = 0.01 * (len(seen) + 0.3 * len(other))
                y[side][u] = np.linalg.solve(gram + seen.T @ seen + penalty * np.eye(factors, dtype=np.float32), seen.sum(axis=0))

    _, times = timed(runs, work)
    return {"peer": f"numpy {np.__version__}, exact", **times}


if __name__ == "__main__":
    work, folder, *sizes = sys.argv[1:]
    result = {"inverse": inverse, "cosine": cosine, "ials": ials}[work](folder, *map(int, sizes))
    print(json.dumps({"python": platform.python_version(), **result}))
