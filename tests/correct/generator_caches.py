"""The steps are a generator; gates are fused and split apart again."""
from typing import Dict, Generator, List, NamedTuple, Tuple

import numpy as np

Array = np.ndarray
Params = Dict[str, Array]
ORDER = ("f", "i", "c", "o")


class Cache(NamedTuple):
    a_next: Array
    c_next: Array
    a_prev: Array
    c_prev: Array
    gates: Tuple[Array, Array, Array, Array]
    xt: Array
    parameters: Params


@np.vectorize
def _one(v: float) -> float:
    return 1.0 / (1.0 + np.exp(-v)) if v >= 0 else np.exp(v) / (1.0 + np.exp(v))


def sigmoid(x: Array) -> Array:
    return _one(x)


def softmax(x: Array) -> Array:
    with np.errstate(over="raise", invalid="raise"):
        shifted = x - np.amax(x, axis=0)
        return np.exp(shifted) / np.sum(np.exp(shifted), axis=0)


def lstm_cell_forward(xt: Array, a_prev: Array, c_prev: Array, parameters: Params):
    W = np.vstack([parameters["W" + k] for k in ORDER])
    b = np.vstack([parameters["b" + k] for k in ORDER])
    ft, it, cct, ot = np.vsplit(W @ np.vstack([a_prev, xt]) + b, 4)
    ft, it, ot = map(sigmoid, (ft, it, ot))
    cct = np.tanh(cct)
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, Cache(a_next, c_next, a_prev, c_prev, (ft, it, cct, ot), xt, parameters)


def steps(x: Array, a0: Array, parameters: Params) -> Generator:
    a, c = a0, np.zeros_like(a0)
    for xt in np.rollaxis(x, 2):
        a, c, y, cache = lstm_cell_forward(xt, a, c, parameters)
        yield a, y, c, cache


def lstm_forward(x: Array, a0: Array, parameters: Params):
    *arrays, caches = zip(*steps(x, a0, parameters))
    a, y, c = (np.stack(one, axis=-1) for one in arrays)
    return a, y, c, (list(caches), x)


def lstm_cell_backward(da_next: Array, dc_next: Array, cache: Cache) -> Dict[str, Array]:
    ft, it, cct, ot = cache.gates
    tanh_c = np.tanh(cache.c_next)
    dc = dc_next + ot * (1 - tanh_c**2) * da_next
    d = np.vstack([
        dc * cache.c_prev * ft * (1 - ft),
        dc * cct * it * (1 - it),
        dc * it * (1 - cct**2),
        da_next * tanh_c * ot * (1 - ot),
    ])
    W = np.vstack([cache.parameters["W" + k] for k in ORDER])
    da_prev, dxt = np.split(W.T @ d, [cache.a_prev.shape[0]])
    dW = d @ np.vstack([cache.a_prev, cache.xt]).T
    db = d.sum(1, keepdims=True)
    out = {"dxt": dxt, "da_prev": da_prev, "dc_prev": dc * ft}
    for k, w, v in zip(ORDER, np.array_split(dW, 4), np.array_split(db, 4)):
        out["dW" + k], out["db" + k] = w, v
    return out


def lstm_backward(da: Array, caches: Tuple[List[Cache], Array]) -> Dict[str, Array]:
    every, x = caches
    T_x = da.shape[2]
    da_prev = np.zeros(da.shape[:2])
    dc_prev = np.zeros(da.shape[:2])
    dxs: List[Array] = []
    sums: Dict[str, Array] = {}
    while (t := T_x - len(dxs) - 1) >= 0:
        grads = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, every[t])
        da_prev, dc_prev = grads.pop("da_prev"), grads.pop("dc_prev")
        dxs.append(grads.pop("dxt"))
        for k in grads:
            sums[k] = sums.get(k, 0.0) + grads[k]
    return dict(dx=np.stack(dxs[::-1], axis=2), da0=da_prev, **sums)
