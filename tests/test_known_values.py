"""The reference cells give the values that the assignment prints, and those done by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cellcheck.cells.adam import initialize_adam, update_parameters_with_adam
from cellcheck.cells.helpers import sigmoid, softmax
from cellcheck.cells.lstm import lstm_backward, lstm_cell_backward, lstm_cell_forward, lstm_forward
from cellcheck.cells.rnn import rnn_backward, rnn_cell_backward, rnn_cell_forward, rnn_forward

N_X, N_A, N_Y, M = 3, 5, 2, 10
SHAPES = {
    "xt": (N_X, M),
    **dict.fromkeys(("a_prev", "c_prev", "a0", "da_next", "dc_next"), (N_A, M)),
    "Wax": (N_A, N_X),
    "Waa": (N_A, N_A),
    "Wya": (N_Y, N_A),
    "ba": (N_A, 1),
    "Wy": (N_Y, N_A),
    "by": (N_Y, 1),
    **{f"W{gate}": (N_A, N_A + N_X) for gate in "fico"},
    **{f"b{gate}": (N_A, 1) for gate in "fico"},
}
GATES = ("Wf", "bf", "Wi", "bi", "Wo", "bo", "Wc", "bc")
PREDICTION = ("Wy", "by")


def drawn(*names: str, **shapes: tuple[int, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arrays of numpy's legacy generator with seed 1, and those of them that are parameters."""
    random = np.random.RandomState(1)
    arrays = {name: random.randn(*{**SHAPES, **shapes}[name]) for name in names}
    return arrays, {name: value for name, value in arrays.items() if name[0] in "Wb"}


def near(found: Any, expected: Any) -> None:
    """They agree in all the digits that are printed."""
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=5e-9)


def test_rnn_cell_forward() -> None:
    arrays, parameters = drawn("xt", "a_prev", "Waa", "Wax", "Wya", "ba", "by")
    a_next, yt_pred, cache = rnn_cell_forward(arrays["xt"], arrays["a_prev"], parameters)
    near(
        a_next[4],
        [
            0.59584544,
            0.18141802,
            0.61311866,
            0.99808218,
            0.85016201,
            0.99980978,
            -0.18887155,
            0.99815551,
            0.6531151,
            0.82872037,
        ],
    )
    near(
        yt_pred[1],
        [
            0.9888161,
            0.01682021,
            0.21140899,
            0.36817467,
            0.98988387,
            0.88945212,
            0.36920224,
            0.9966312,
            0.9982559,
            0.17746526,
        ],
    )
    assert [type(one) for one in cache] == [np.ndarray] * 3 + [dict]


def test_rnn_forward() -> None:
    arrays, parameters = drawn("x", "a0", "Waa", "Wax", "Wya", "ba", "by", x=(N_X, M, 4))
    a, y_pred, (steps, x) = rnn_forward(arrays["x"], arrays["a0"], parameters)
    near(a[4][1], [-0.99999375, 0.77911235, -0.99861469, -0.99833267])
    near(y_pred[1][3], [0.79560373, 0.86224861, 0.11118257, 0.81515947])
    assert len(steps) == 4 and x is arrays["x"]


def test_lstm_cell_forward() -> None:
    arrays, parameters = drawn("xt", "a_prev", "c_prev", *GATES, *PREDICTION)
    a_next, c_next, yt_pred, cache = lstm_cell_forward(
        arrays["xt"], arrays["a_prev"], arrays["c_prev"], parameters
    )
    near(
        a_next[4],
        [
            -0.66408471,
            0.0036921,
            0.02088357,
            0.22834167,
            -0.85575339,
            0.00138482,
            0.76566531,
            0.34631421,
            -0.00215674,
            0.43827275,
        ],
    )
    near(
        c_next[2],
        [
            0.63267805,
            1.00570849,
            0.35504474,
            0.20690913,
            -1.64566718,
            0.11832942,
            0.76449811,
            -0.0981561,
            -0.74348425,
            -0.26810932,
        ],
    )
    near(
        yt_pred[1],
        [
            0.79913913,
            0.15986619,
            0.22412122,
            0.15606108,
            0.97057211,
            0.31146381,
            0.00943007,
            0.12666353,
            0.39380172,
            0.07828381,
        ],
    )
    assert len(cache) == 10


def test_lstm_forward() -> None:
    arrays, parameters = drawn("x", "a0", *GATES, *PREDICTION, x=(N_X, M, 7))
    a, y, c, (steps, _) = lstm_forward(arrays["x"], arrays["a0"], parameters)
    near(a[4][3][6], 0.1721177675329167)
    near(y[1][4][3], 0.9508734618501101)
    near(c[1][2][1], -0.8555449167181983)
    assert len(steps) == 7


def test_rnn_cell_backward() -> None:
    arrays, parameters = drawn("xt", "a_prev", "Wax", "Waa", "Wya", "ba", "by", "da_next")
    *_, cache = rnn_cell_forward(arrays["xt"], arrays["a_prev"], parameters)
    gradients = rnn_cell_backward(arrays["da_next"], cache)
    near(gradients["dxt"][1][2], -1.3872130506)
    near(gradients["da_prev"][2][3], -0.152399493774)
    near(gradients["dWax"][3][1], 0.410772824935)
    near(gradients["dWaa"][1][2], 1.15034506685)
    near(gradients["dba"][4], 0.20023491)


def test_rnn_backward() -> None:
    arrays, parameters = drawn(
        "x", "a0", "Wax", "Waa", "Wya", "ba", "by", "da", x=(N_X, M, 4), da=(N_A, M, 4)
    )
    *_, caches = rnn_forward(arrays["x"], arrays["a0"], parameters)
    gradients = rnn_backward(arrays["da"], caches)
    near(gradients["dx"][1][2], [-2.07101689, -0.59255627, 0.02466855, 0.01483317])
    near(gradients["da0"][2][3], -0.314942375127)
    near(gradients["dWax"][3][1], 11.2641044965)
    near(gradients["dWaa"][1][2], 2.30333312658)
    near(gradients["dba"][4], -0.74747722)


LSTM_CELL_GRADIENTS = {
    "dxt": (1, 2, 3.23055911511),
    "da_prev": (2, 3, -0.0639621419711),
    "dc_prev": (2, 3, 0.797522038797),
    "dWf": (3, 1, -0.147954838164),
    "dWi": (1, 2, 1.05749805523),
    "dWc": (3, 1, 2.30456216369),
    "dWo": (1, 2, 0.331311595289),
    "dbf": (4, 0, 0.18864637),
    "dbi": (4, 0, -0.40142491),
    "dbc": (4, 0, 0.25587763),
    "dbo": (4, 0, 0.13893342),
}


def test_lstm_cell_backward() -> None:
    arrays, parameters = drawn("xt", "a_prev", "c_prev", *GATES, *PREDICTION, "da_next", "dc_next")
    *_, cache = lstm_cell_forward(arrays["xt"], arrays["a_prev"], arrays["c_prev"], parameters)
    gradients = lstm_cell_backward(arrays["da_next"], arrays["dc_next"], cache)
    assert gradients.keys() == LSTM_CELL_GRADIENTS.keys()
    for name, (row, column, value) in LSTM_CELL_GRADIENTS.items():
        near(gradients[name][row, column], value)


def lstm_over_time() -> tuple[dict[str, Any], dict[str, Any]]:
    """The draw of the printed example: cotangents for the first four of seven steps.

    Only under this order of the gates do the numbers come out. A prediction plays no part.
    """
    arrays, parameters = drawn("x", "a0", *GATES, "da", x=(N_X, M, 7), da=(N_A, M, 4))
    return arrays, {**parameters, "Wy": np.zeros((N_Y, N_A)), "by": np.zeros((N_Y, 1))}


def test_lstm_backward_over_the_first_steps() -> None:
    arrays, parameters = lstm_over_time()
    *_, caches = lstm_forward(arrays["x"], arrays["a0"], parameters)
    gradients = lstm_backward(arrays["da"], caches)
    near(gradients["dx"][1][2], [0.00218254, 0.28205375, -0.48292508, -0.43281115])


def test_the_published_table_of_lstm_backward_drops_what_is_carried_back() -> None:
    arrays, parameters = lstm_over_time()
    *_, (steps, _) = lstm_forward(arrays["x"], arrays["a0"], parameters)
    dx = [
        lstm_cell_backward(arrays["da"][:, :, t], np.zeros((N_A, M)), steps[t])["dxt"][1][2]
        for t in range(4)
    ]
    near(dx, [-0.00173313, 0.08287442, -0.30545663, -0.43281115])


def test_the_activations() -> None:
    near(sigmoid(np.array([0.0, np.log(3), -np.log(3)])), [0.5, 0.75, 0.25])
    near(softmax(np.log([[1.0, 5.0], [3.0, 5.0]])), [[0.25, 0.5], [0.75, 0.5]])


def test_adam_starts_at_zero() -> None:
    v, s = initialize_adam({"W1": np.ones((2, 3)), "b1": np.ones((2, 1))})
    for moment in (v, s):
        assert {name: value.tolist() for name, value in moment.items()} == {
            "dW1": [[0, 0, 0], [0, 0, 0]],
            "db1": [[0], [0]],
        }
    assert not np.shares_memory(v["dW1"], s["dW1"])


def test_a_step_of_adam_by_hand() -> None:
    # Corrected: v = (0.5*1 + 0.5*2) / (1 - 1/4) = 2 and s = (0.75*8 + 0.25*4) / (1 - 9/16) = 16.
    updated, v, s = update_parameters_with_adam(
        {"W1": np.array([[1.0]])},
        {"dW1": np.array([[2.0]])},
        {"dW1": np.array([[1.0]])},
        {"dW1": np.array([[8.0]])},
        t=2,
        learning_rate=0.5,
        beta1=0.5,
        beta2=0.75,
        epsilon=1.0,
    )
    assert v["dW1"].item() == 1.5 and s["dW1"].item() == 7.0
    assert updated["W1"].item() == pytest.approx(1 - 0.5 * 2 / (4 + 1))


def test_the_first_step_of_adam_with_its_defaults() -> None:
    zero = {"dW1": np.zeros((1, 2))}
    gradients = {"dW1": np.array([[3.0, -0.001]])}
    updated, *_ = update_parameters_with_adam({"W1": np.ones((1, 2))}, gradients, zero, zero, t=1)
    expected = [1 - 0.01 * 3 / (3 + 1e-8), 1 + 0.01 * 0.001 / (0.001 + 1e-8)]
    np.testing.assert_allclose(updated["W1"][0], expected, rtol=1e-12)
