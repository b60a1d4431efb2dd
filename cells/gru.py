"""The gated recurrent unit, one step and a sequence, forward and backward through time.

Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", with biases;
Chung et al. (2014), "Empirical evaluation of gated recurrent neural networks", whose update gate
takes from the new state what it is large for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .helpers import sigmoid, softmax
from .spec import Array, Cache, CellSpec, Layout, Parameters, Prediction, State
from .variants import Variants, variant


def gru_cell_forward(
    xt: Array, a_prev: Array, parameters: Parameters
) -> tuple[Array, Array, Cache]:
    """One step: ``xt (n_x, m), a_prev (n_a, m)`` to ``a_next (n_a, m), yt_pred (n_y, m)``."""
    p = parameters
    both = np.concatenate((a_prev, xt))
    zt = sigmoid(p["Wz"] @ both + p["bz"])
    rt = sigmoid(p["Wr"] @ both + p["br"])
    reset = np.concatenate((rt * a_prev, xt))
    ht = np.tanh(p["Wh"] @ reset + p["bh"])
    a_next = (1 - zt) * a_prev + zt * ht
    yt_pred = softmax(p["Wy"] @ a_next + p["by"])
    return a_next, yt_pred, (a_next, a_prev, zt, rt, ht, xt, p)


def gru_forward(x: Array, a0: Array, parameters: Parameters) -> tuple[Array, Array, Cache]:
    """A sequence: ``x (n_x, m, T_x)`` to ``a (n_a, m, T_x)`` and ``y (n_y, m, T_x)``."""
    a_next = a0
    steps = []
    for t in range(x.shape[2]):
        a_next, yt, cache = gru_cell_forward(x[:, :, t], a_next, parameters)
        steps.append((a_next, yt, cache))
    a, y, caches = zip(*steps, strict=True)
    return np.stack(a, axis=2), np.stack(y, axis=2), (list(caches), x)


def gru_cell_backward(da_next: Array, cache: Cache) -> dict[str, Array]:
    """The vector-Jacobian product of one step with the cotangent ``da_next (n_a, m)``."""
    _, a_prev, zt, rt, ht, xt, p = cache
    n_a = a_prev.shape[0]
    both = np.concatenate((a_prev, xt))
    reset = np.concatenate((rt * a_prev, xt))
    dzt = da_next * (ht - a_prev) * zt * (1 - zt)
    dht = da_next * zt * (1 - ht**2)
    dreset = p["Wh"].T @ dht
    drt = dreset[:n_a] * a_prev * rt * (1 - rt)
    dboth = p["Wz"].T @ dzt + p["Wr"].T @ drt
    return {
        "dxt": dboth[n_a:] + dreset[n_a:],
        "da_prev": da_next * (1 - zt) + dboth[:n_a] + dreset[:n_a] * rt,
        "dWz": dzt @ both.T,
        "dbz": dzt.sum(axis=1, keepdims=True),
        "dWr": drt @ both.T,
        "dbr": drt.sum(axis=1, keepdims=True),
        "dWh": dht @ reset.T,
        "dbh": dht.sum(axis=1, keepdims=True),
    }


def gru_backward(da: Array, caches: Cache) -> dict[str, Array]:
    """Backpropagation through time with the cotangents ``da (n_a, m, T_x)`` of all states."""
    steps, x = caches
    dx = np.zeros((x.shape[0], *da.shape[1:]), x.dtype)
    totals: dict[str, Any] = dict.fromkeys(("dWz", "dbz", "dWr", "dbr", "dWh", "dbh"), 0)
    da_prev = np.zeros_like(da[:, :, 0])
    for t in reversed(range(da.shape[2])):
        step = gru_cell_backward(da[:, :, t] + da_prev, steps[t])
        dx[:, :, t], da_prev = step["dxt"], step["da_prev"]
        totals = {name: total + step[name] for name, total in totals.items()}
    return {"dx": dx, "da0": da_prev, **totals}


_ARRAYS = {"Wx": "n_x", "Wh": "n_a", "b": "1"}
_SIGMOIDS = {"z": ("Wz", "Wz", "bz"), "r": ("Wr", "Wr", "br")}
_WEIGHT, _BIAS = ("n_a", "n_a + n_x"), ("n_a", "1")

CELL = CellSpec(
    name="gru",
    title="Gated recurrent unit",
    states=(State("a", grows_by=1),),
    parameters={
        f"{kind}{gate}": _WEIGHT if kind == "W" else _BIAS for gate in "zrh" for kind in "Wb"
    },
    prediction=Prediction("yt_pred", "y", {"Wy": ("n_y", "n_a"), "by": ("n_y", "1")}),
    gates={"zt": (0, 1), "rt": (0, 1), "ht": (-1, 1)},
    cache=("a_next", "a_prev", "zt", "rt", "ht", "xt", "parameters"),
    private_cache=True,
    step=gru_cell_forward,
    sequence=gru_forward,
    step_backward=gru_cell_backward,
    sequence_backward=gru_backward,
    aliases={
        "Wz": ("Wu",),
        "bz": ("bu",),
        "Wh": ("Wc", "Wg", "Wn"),
        "bh": ("bc", "bg", "bn"),
    },
    layouts=(Layout(_ARRAYS, _SIGMOIDS | {"n": ("Wh", "Wh", "bh")}, {"a": "h"}),),
    equations=(
        "zt = sigmoid(Wz [a_prev; xt] + bz),  rt = sigmoid(Wr [a_prev; xt] + br)",
        "ht = tanh(Wh [rt * a_prev; xt] + bh)",
        "a_next = (1 - zt) * a_prev + zt * ht",
        "yt_pred = softmax(Wy a_next + by)",
        "dzt = da_next * (ht - a_prev) * zt * (1 - zt),  dht = da_next * zt * (1 - ht^2)",
        "[dra; dxh] = Wh^T dht,  drt = dra * a_prev * rt * (1 - rt)",
        "[dab; dxb] = Wz^T dzt + Wr^T drt,  dxt = dxb + dxh",
        "da_prev = da_next * (1 - zt) + dab + dra * rt",
        "dWz = dzt [a_prev; xt]^T,  dWr = drt [a_prev; xt]^T,  dWh = dht [rt * a_prev; xt]^T",
        "db = sum of d over the examples,  for each gate",
    ),
)

_KEPT = {
    "(1 - zt) * a_prev + zt * ht": "zt * a_prev + (1 - zt) * ht",
    "da_next * (ht - a_prev) * zt * (1 - zt)": "da_next * (a_prev - ht) * zt * (1 - zt)",
    "da_next * zt * (1 - ht**2)": "da_next * (1 - zt) * (1 - ht**2)",
    "da_next * (1 - zt) + dboth": "da_next * zt + dboth",
}
"""The update gate keeps the old state, where it is large, and does not replace it."""

_AFTER = {
    """    reset = np.concatenate((rt * a_prev, xt))
    ht = np.tanh(p["Wh"] @ reset + p["bh"])
""": """    inner = p["Wa"] @ a_prev + p["ba"]
    ht = np.tanh(p["Wx"] @ xt + p["bx"] + rt * inner)
""",
    """    reset = np.concatenate((rt * a_prev, xt))
    dzt""": """    inner = p["Wa"] @ a_prev + p["ba"]
    dzt""",
    """    dreset = p["Wh"].T @ dht
    drt = dreset[:n_a] * a_prev * rt * (1 - rt)
""": """    dinner = dht * rt
    drt = dht * inner * rt * (1 - rt)
""",
    "dboth[n_a:] + dreset[n_a:]": 'dboth[n_a:] + p["Wx"].T @ dht',
    "dboth[:n_a] + dreset[:n_a] * rt": 'dboth[:n_a] + p["Wa"].T @ dinner',
    """        "dWh": dht @ reset.T,
        "dbh": dht.sum(axis=1, keepdims=True),
""": """        "dWx": dht @ xt.T,
        "dbx": dht.sum(axis=1, keepdims=True),
        "dWa": dinner @ a_prev.T,
        "dba": dinner.sum(axis=1, keepdims=True),
""",
    '"dWh", "dbh")': '"dWx", "dbx", "dWa", "dba")',
}
"""The reset gate acts after the product with the old state, which has a bias of its own."""

_NO_BIAS = {
    '+ p["ba"]\n    ht': "\n    ht",
    '+ p["ba"]\n    dzt': "\n    dzt",
    '        "dba": dinner.sum(axis=1, keepdims=True),\n': "",
    '"dWa", "dba")': '"dWa")',
}
"""The product with the old state has no bias: the one array of biases is added to the others."""

_TWO_BIASES = {
    'p["bz"])': 'p["bz"] + p["cz"])',
    'p["br"])': 'p["br"] + p["cr"])',
    '        "dWr"': '        "dcz": dzt.sum(axis=1, keepdims=True),\n        "dWr"',
    '        "dWx"': '        "dcr": drt.sum(axis=1, keepdims=True),\n        "dWx"',
    '"dWa", "dba")': '"dWa", "dba", "dcz", "dcr")',
}
"""Every gate has a bias of the product with the input and one of that with the old state."""


def _variants() -> dict[str, CellSpec]:
    """The other equations, in the order in which they are asked."""
    candidate = {"Wx": ("n_a", "n_x"), "bx": _BIAS, "Wa": ("n_a", "n_a"), "ba": _BIAS}
    gates = {name: CELL.parameters[name] for name in ("Wz", "bz", "Wr", "br")}
    plain = {name: shape for name, shape in (gates | candidate).items() if name != "ba"}
    rows = Layout(_ARRAYS, _SIGMOIDS | {"n": ("Wx", "Wa", "bx")}, {"a": "h"})
    twice = {"z": ("Wz", "Wz", "bz", "cz"), "r": ("Wr", "Wr", "br", "cr")}
    two = Layout(
        {"Wx": "n_x", "Wh": "n_a", "bx": "1", "bh": "1"},
        twice | {"n": ("Wx", "Wa", "bx", "ba")},
        {"a": "h"},
    )
    aliases = {
        **{name: CELL.aliases[name] for name in ("Wz", "bz")},
        "Wx": ("Whx", "Wxh", "Wnx", "Wcx", "Wgx"),
        "bx": ("bhx", "bxh", "bnx", "bcx", "bgx"),
        "Wa": ("Wha", "Whh", "Wah", "Wnh", "Wch", "Wgh"),
        "ba": ("bha", "bhh", "bah", "bnh", "bch", "bgh"),
    }
    after = variant(CELL, _AFTER, parameters=gates | candidate, aliases=aliases, layouts=())
    acts = "the reset gate acts after the product"
    found = {
        f"{acts}, ht = tanh(Wx xt + bx + rt * (Wa a_prev + ba))": after,
        f"{acts}, ht = tanh(Wx xt + bx + rt * Wa a_prev)": variant(
            after, _NO_BIAS, parameters=plain, layouts=(rows,)
        ),
        f"{acts}, and each gate has two biases": variant(
            after,
            _TWO_BIASES,
            parameters={**gates, **candidate, "cz": _BIAS, "cr": _BIAS},
            layouts=(two,),
        ),
    }
    keeping = "the update gate keeps the old state, a_next = zt * a_prev + (1 - zt) * ht"
    kept = {keeping: variant(CELL, _KEPT)}
    kept |= {f"{said}; {keeping}": variant(cell, _KEPT) for said, cell in found.items()}
    return kept | found


CELL = replace(CELL, variants=Variants(_variants))
