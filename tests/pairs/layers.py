"""How each layer is declared, and at least two mistakes: what stands there, what is put there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Layer:
    """``name_forward`` and ``name_backward`` of a module beside this one; ``alone`` is one function
    for both.
    """

    module: str
    name: str
    shapes: Mapping[str, Any]
    mistakes: tuple[tuple[str, str], ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    alone: bool = False

    @property
    def functions(self) -> tuple[str, str | None]:
        return (
            (self.name, None) if self.alone else (f"{self.name}_forward", f"{self.name}_backward")
        )


def one(
    module: str, name: str, shapes: Mapping[str, Any], *mistakes: tuple[str, str],
    alone: bool = False, **options: Any
) -> Layer:  # fmt: skip
    return Layer(f"layers_{module}", name, shapes, mistakes, options, alone)


NORM = {"x": "N D", "gamma": "D", "beta": "D"}
QKV = {"q": "T D", "k": "S D", "v": "S E"}
HALVES = (
    "dx = (d - center - xhat * (d * xhat).mean(axis=-1, keepdims=True)) / std",
    "dx = (d - center) / std",
)

LAYERS = (
    one(
        "dense",
        "affine",
        {"x": "N D", "w": "D M", "b": "M"},
        ("db = dout.sum(axis=0)", "db = dout.mean(axis=0)"),
        ("dw = x.T @ dout", "dw = 2 * x.T @ dout"),
        examples="N",
    ),
    one(
        "dense",
        "relu",
        {"x": "N D"},
        ("dx = dout * (cache > 0)", "dx = dout * (cache >= -1)"),
        ("dx = dout * (cache > 0)", "dx = dout * np.abs(cache > 0) * cache"),
    ),
    one(
        "dense",
        "gelu",
        {"x": "N D"},
        ("(1 + 3 * 0.044715 * x**2)", "(1 + 0.044715 * x**2)"),
        ("0.5 * (1 + t) +", "(1 + t) +"),
    ),
    one(
        "dense",
        "mlp",
        {"x": "N D", "params": {"W1": "D H", "b1": "H", "W2": "H M", "b2": "M"}},
        ('"b2": dy.sum(axis=0)', '"b2": dy.mean(axis=0)'),
        ('grads["W1"] = x.T @ dz', 'grads["W1"] = x.T @ dz / len(x)'),
    ),
    one(
        "dense",
        "dropout",
        {"x": "N D", "mask": "N D bool"},
        ("dx = dout * mask / keep", "dx = dout * mask"),
        ("dx = dout * mask / keep", "dx = dout / keep"),
        constants={"keep": 0.8},
    ),
    one(
        "dense",
        "embedding",
        {"tokens": "N T int<V", "table": "V D"},
        ("np.add.at(dtable, tokens, dout)", "dtable[tokens] += dout"),
        ("np.add.at(dtable, tokens, dout)", "np.add.at(dtable, tokens[::-1], dout)"),
    ),
    one(
        "dense",
        "swiglu",
        {"x": "N D", "w": "D H", "v": "D H"},
        ("(1 + gate * (1 - sig))", "(1 - sig)"),
        ("dup = dout * gate * sig", "dup = dout * gate"),
    ),
    one(
        "dense",
        "bilinear",
        {"x": "N I", "A": "I J", "y": "N J"},
        ("(y @ A.T)", "(y @ A.T) * 2"),
        ('n,ni,nj->ij", dout, x, y)', 'n,ni,nj->ij", dout, x, y) / len(x)'),
    ),
    one(
        "norms",
        "batchnorm",
        NORM,
        ("dx = (dxhat - dxhat.mean(axis=0) - xhat", "dx = (dxhat - xhat"),
        ("- xhat * (dxhat * xhat).mean(axis=0)) / std", "- xhat * (dxhat * xhat).mean(axis=0))"),
        constants={"bn_param": {"mode": "train"}},
    ),
    one(
        "norms",
        "layernorm",
        NORM,
        HALVES,
        ("d = dout * gamma\n    center", "d = dout\n    center"),
        constants={"eps": 1e-5},
    ),
    one(
        "norms",
        "rmsnorm",
        {"x": "N D", "g": "D"},
        ("r**3", "r**2"),
        ("dg = (dy * x * r).sum(axis=0)", "dg = (dy * x).sum(axis=0)"),
    ),
    one(
        "norms",
        "groupnorm",
        {"x": "N C H", "gamma": "C", "beta": "C"},
        ("dbeta = dout.sum(axis=(0, 2))", "dbeta = dout.sum(axis=2).mean(axis=0)"),
        ("dx = (d - mean - h * (d * h)", "dx = (d - h * (d * h)"),
        constants={"groups": 2},
    ),
    one(
        "norms",
        "l2norm",
        {"x": "N D"},
        ("return (dy - y * (dy * y).sum(axis=1, keepdims=True)) / n", "return dy / n"),
        ("keepdims=True)) / n", "keepdims=True))"),
    ),
    one(
        "norms",
        "weightnorm",
        {"x": "N D", "v": "D M", "g": "M"},
        ("/ n**3", "/ n**2"),
        ("dg = (dw * v / n).sum(axis=0)", "dg = (dw * v).sum(axis=0)"),
    ),
    one(
        "convs",
        "conv2d",
        {"x": "N C H W", "w": "F C 3 3", "b": "F"},
        ("dw += np.tensordot", "dw = np.tensordot"),
        ("db = dout.sum(axis=(0, 2, 3))", "db = dout.mean(axis=0).sum(axis=(1, 2))"),
        constants={"pad": 1},
    ),
    one(
        "convs",
        "conv1d",
        {"x": "N T", "w": "K"},
        ("dx[:, i : i + T] += dout", "dx[:, i : i + T] = dout"),
        ("dout * w[i]", "dout * w[k - 1 - i]"),
    ),
    one(
        "convs",
        "maxpool",
        {"x": "N H W"},
        ("windows == out", "windows <= out"),
        ("dx = mask * dout", "dx = 0.25 * mask * dout"),
    ),
    one(
        "convs",
        "avgpool",
        {"x": "N 2*T"},
        ("axis=1) / size", "axis=1)"),
        ("np.repeat(dout, size, axis=1)", "np.tile(dout, size)"),
        constants={"size": 2},
    ),
    one(
        "convs",
        "fftconv",
        {"x": "N T", "k": "T"},
        ("np.conj(K)", "K"),
        (".sum(axis=0)\n    return dx, dk", ".mean(axis=0)\n    return dx, dk"),
    ),
    one(
        "convs",
        "upsample",
        {"x": "N H W"},
        ("H, 2, W, 2).sum", "H, 2, W, 2).mean"),
        ("(N, H, 2, W, 2).sum(axis=(2, 4))", "(N, 2, H, 2, W).sum(axis=(1, 3))"),
    ),
    one(
        "losses",
        "softmax_loss",
        {"x": "N C", "y": "N int<C"},
        ("dx / N\n\n\ndef softmax_f", "dx\n\n\ndef softmax_f"),
        ("dx[np.arange(N), y] -= 1\n", "dx[:, y] -= 1\n"),
        alone=True,
    ),
    one(
        "losses",
        "softmax",
        {"x": "N C"},
        ("(dout * p).sum(axis=-1, keepdims=True)", "(dout * p).sum(axis=0)"),
        ("return p * (dout - (dout * p).sum(axis=-1, keepdims=True))", "return p * (1 - p) * dout"),
    ),
    one(
        "losses",
        "svm_loss",
        {"x": "N C", "y": "N int<C"},
        ("dx[np.arange(N), y] -= dx.sum(axis=1)", "dx[np.arange(N), y] -= 1"),
        ("(margins > 0).astype(float)", "(margins >= 0).astype(float)"),
        alone=True,
    ),
    one(
        "losses",
        "mse",
        {"pred": "N D", "target": "N D const"},
        ("2 * cache / cache.size", "2 * cache"),
        ("2 * cache / cache.size", "cache / cache.size"),
    ),
    one(
        "losses",
        "bce",
        {"p": "N", "t": "N 0..1 const"},
        ("* (p - t) / (p * (1 - p))", "* (p - t) / p"),
        ("/ p.size", ""),
    ),
    one(
        "losses",
        "triplet",
        {"a": "N D", "p": "N D", "n": "N D"},
        ("dn = 2 * on * (a - n)", "dn = -2 * on * (a - n)"),
        ("* dloss / len(a)", "* dloss"),
        constants={"margin": 0.5},
    ),
    one(
        "losses",
        "huber",
        {"x": "N", "t": "N"},
        ("np.clip(r, -1, 1)", "np.clip(r, -2, 2)"),
        ("dt = -dx", "dt = dx"),
    ),
    one(
        "losses",
        "info_nce",
        {"q": "N D", "k": "N D"},
        ("/ len(q) / tau", "/ len(q)"),
        ("dk = ds.T @ q", "dk = ds @ q"),
        constants={"tau": 0.5},
    ),
    one(
        "losses",
        "kl",
        {"mu": "N D", "logvar": "N D"},
        ("dlogvar = dloss * 0.5 *", "dlogvar = dloss *"),
        ("dmu = dloss * mu", "dmu = -dloss * mu"),
    ),
    one(
        "losses",
        "ctc_loss",
        {"logits": "T C+1", "labels": "L int<C"},
        ("p - post / total", "p - post"),
        ("b[:-2] += skip[2:] * beta", "b[:-2] += beta"),
        alone=True,
    ),
    one(
        "attention",
        "attention",
        QKV,
        (
            "dv = p.T @ dout\n    dp = dout @ v.T\n    ds",
            "dv = p.T @ dout * 2\n    dp = dout @ v.T\n    ds",
        ),
        (
            "dk = ds.T @ q\n    return dq, dk, dv\n",
            "dk = ds.T @ q * scale\n    return dq, dk, dv\n",
        ),
    ),
    one(
        "attention",
        "masked_attention",
        {**QKV, "mask": "T S bool"},
        (
            "assert total.shape[0] == len(q)\n    dq = ds",
            "assert total.shape[0] == len(q)\n    dq = p",
        ),
        ("return dq, dk, dv, None", "return dk, dq, dv, None"),
    ),
    one(
        "attention",
        "multihead",
        {"x": "B T D", "wq": "D D", "wk": "D D", "wv": "D D", "wo": "D D"},
        ("dx += flat @ w.T", "dx = flat @ w.T"),
        ("merged, dout)", "merged, dout) / T"),
        ("ds.transpose(0, 1, 3, 2) @ q", "ds @ q"),
        constants={"heads": 2},
    ),
    one(
        "attention",
        "bahdanau",
        {"s": "A", "h": "T B", "W": "A H", "U": "B H", "v": "H"},
        ("du = a * (da - a @ da)", "du = a * da"),
        ("dh = np.outer(a, dc) +", "dh ="),
    ),
    one(
        "attention",
        "rope",
        {"x": "T 2*H", "theta": "H"},
        ("-d1 * s + d2 * c", "d1 * s + d2 * c"),
        ("dtheta = (dpos * np.arange(len(a))[:, None])", "dtheta = (dpos)"),
    ),
    one(
        "attention",
        "linear_attention",
        {"q": "T D", "k": "T D", "v": "T E"},
        ("np.cumsum(g[::-1], axis=0)[::-1]", "np.cumsum(g, axis=0)"),
        ("dy, kv) * fq", "dy, kv)"),
    ),
    one(
        "recurrent",
        "lstm",
        {"x": "N T D", "h0": "N H", "c0": "N H", "Wx": "D 4*H", "Wh": "H 4*H", "b": "4*H"},
        ("dc = dc * f", "dc = dc * i"),
        ("dWh += h.T @ da", "dWh = h.T @ da"),
    ),
    one(
        "recurrent",
        "gru",
        {"x": "T D", "h0": "H", "Wz": "H H+D", "Wr": "H H+D", "Wn": "H H+D"},
        ("dz = dh * (h - n)", "dz = dh * (n - h)"),
        ("carry = dh * z + drx[:H] * r + dhx[:H]", "carry = dh * z + drx[:H] + dhx[:H]"),
    ),
    one(
        "recurrent",
        "peephole",
        {"x": "N D", "c": "N H", "w": "D H", "p": "H"},
        ("dc = dnew * g + dz * p", "dc = dnew * g"),
        ("dp = (dz * c)", "dp = (dz)"),
    ),
    one(
        "recurrent",
        "selective_scan",
        {"u": "T D", "delta": "T D", "A": "D S", "B": "T S", "C": "T S"},
        ("dstate = dstate * decay", "dstate = dstate"),
        ("(g * A).sum(axis=1) + into * u[t]", "(g * A).sum(axis=1)"),
    ),
    one(
        "recurrent",
        "highway",
        {"x": "N D", "W": "D D", "Wt": "D D", "bt": "D"},
        ("(h - x) * t * (1 - t)", "h * t * (1 - t)"),
        ("dx = dy * (1 - t) + dh", "dx = dh"),
    ),
    one(
        "linalg",
        "inverse",
        {"A": "N N"},
        ("return -inv.T @ dinv @ inv.T", "return inv.T @ dinv @ inv.T"),
        ("return -inv.T @ dinv @ inv.T", "return -inv @ dinv @ inv"),
    ),
    one(
        "linalg",
        "logdet",
        {"A": "N N"},
        ("np.linalg.inv(A).T", "np.linalg.inv(A)"),
        ("dy * np", "np"),
    ),
    one(
        "linalg",
        "cholesky",
        {"A": "N N"},
        ("P[np.diag_indices(len(P))] *= 0.5", "P[np.diag_indices(len(P))] *= 1.0"),
        ("inv.T @ P @ inv", "inv @ P @ inv.T"),
    ),
    one(
        "linalg",
        "solve",
        {"A": "N N", "b": "N"},
        ("np.linalg.solve(A.T, dx)", "np.linalg.solve(A, dx)"),
        ("dA = -np.outer", "dA = np.outer"),
    ),
    one(
        "linalg",
        "cumprod",
        {"x": "N"},
        ("(dy[i:] * rest).sum()", "dy[i:].sum()"),
        ("before = y[i - 1] if i else 1.0", "before = y[i]"),
    ),
    one(
        "linalg",
        "gaussian",
        {"x": "N D", "mean": "D", "log_std": "D"},
        ("(-dz * z - dout)", "(-dz * z)"),
        ("dmean = -dx.sum(axis=0)", "dmean = dx.sum(axis=0)"),
    ),
    one(
        "linalg",
        "scatter",
        {"x": "M D", "index": "M int<V", "base": "V D"},
        ("dx = dout[index]", "dx = dout[index] * 2"),
        ("dbase = dout.copy()", "dbase = dout[:] * 0"),
    ),
)

UNTOLD = {
    ("softmax", "return p * (1 - p) * dout"),
    ("svm_loss", "dx[np.arange(N), y] -= 1"),
    ("ctc_loss", "p - post"),
    ("rope", "dtheta = (dpos)"),
    ("cumprod", "before = y[i]"),
}
"""The mistakes that are told at the function alone: what was meant is too far, or may stand in
several places.
"""
