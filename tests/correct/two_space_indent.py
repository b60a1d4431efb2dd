"""Two spaces a level."""
import numpy as np


def sigmoid(x):
  return 1 / (1 + np.exp(-x))


def softmax(x):
  e = np.exp(x - np.max(x, axis=0))
  return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
  from_state = parameters["Waa"] @ a_prev
  from_input = parameters["Wax"] @ xt
  a_next = np.tanh(from_state + from_input + parameters["ba"])
  yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
  return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
  T_x = x.shape[2]
  a = np.zeros((a0.shape[0], a0.shape[1], T_x))
  y = np.zeros((parameters["by"].shape[0], a0.shape[1], T_x))
  caches = []
  at = a0
  for t in range(T_x):
    at, yt, cache = rnn_cell_forward(x[:, :, t], at, parameters)
    a[:, :, t] = at
    y[:, :, t] = yt
    caches.append(cache)
  return a, y, (caches, x)


def rnn_cell_backward(da_next, cache):
  a_next, a_prev, xt, parameters = cache
  dz = da_next * (1 - a_next**2)
  dba = dz.sum(axis=1).reshape(-1, 1)
  return {"dxt": parameters["Wax"].T @ dz, "da_prev": parameters["Waa"].T @ dz,
      "dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": dba}


def rnn_backward(da, caches):
  caches, x = caches
  n_a, m, T_x = da.shape
  grads = {"dx": np.zeros((x.shape[0], m, T_x)), "da0": np.zeros((n_a, m)),
             "dWax": np.zeros((n_a, x.shape[0])), "dWaa": np.zeros((n_a, n_a)),
             "dba": np.zeros((n_a, 1))}
  for t in range(T_x - 1, -1, -1):
    step = rnn_cell_backward(da[:, :, t] + grads["da0"], caches[t])
    grads["dx"][:, :, t] = step["dxt"]
    grads["da0"] = step["da_prev"]
    for name in ("dWax", "dWaa", "dba"):
      grads[name] += step[name]
  return grads


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
  n_a = a_prev.shape[0]
  scores = {}
  for gate in "fico":
    W = parameters["W" + gate]
    Wh, Wx = W[:, :n_a], W[:, n_a:]
    scores[gate] = np.dot(Wh, a_prev) + np.dot(Wx, xt) + parameters["b" + gate]
  ft, it, ot = sigmoid(scores["f"]), sigmoid(scores["i"]), sigmoid(scores["o"])
  cct = np.tanh(scores["c"])
  c_next = ft * c_prev + it * cct
  a_next = ot * np.tanh(c_next)
  yt_pred = softmax(np.dot(parameters["Wy"], a_next) + parameters["by"])
  return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
  T_x = x.shape[2]
  a = np.zeros((a0.shape[0], a0.shape[1], T_x))
  c = np.zeros(a.shape)
  y = np.zeros((parameters["by"].shape[0], a0.shape[1], T_x))
  caches = []
  at, ct = a0, np.zeros(a0.shape)
  for t in range(T_x):
    at, ct, yt, cache = lstm_cell_forward(x[:, :, t], at, ct, parameters)
    a[:, :, t], c[:, :, t], y[:, :, t] = at, ct, yt
    caches.append(cache)
  return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
  a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
  n_a = a_prev.shape[0]
  th = np.tanh(c_next)
  dc = dc_next + da_next * ot * (1 - th * th)
  d = {"f": dc * c_prev * ft * (1 - ft), "i": dc * cct * it * (1 - it),
         "c": dc * it * (1 - cct * cct), "o": da_next * th * ot * (1 - ot)}
  grads = {"dxt": np.zeros(xt.shape), "da_prev": np.zeros(a_prev.shape), "dc_prev": dc * ft}
  for gate in d:
    W = parameters["W" + gate]
    grads["da_prev"] += W[:, :n_a].T @ d[gate]
    grads["dxt"] += W[:, n_a:].T @ d[gate]
    grads["dW" + gate] = np.hstack((d[gate] @ a_prev.T, d[gate] @ xt.T))
    grads["db" + gate] = d[gate].sum(axis=1).reshape(-1, 1)
  return grads


def lstm_backward(da, caches):
  caches, x = caches
  n_a, m, T_x = da.shape
  n_x = x.shape[0]
  grads = {"dx": np.zeros((n_x, m, T_x)), "da0": np.zeros((n_a, m))}
  for gate in "fico":
    grads["dW" + gate] = np.zeros((n_a, n_a + n_x))
    grads["db" + gate] = np.zeros((n_a, 1))
  dc = np.zeros((n_a, m))
  for t in range(T_x - 1, -1, -1):
    step = lstm_cell_backward(da[:, :, t] + grads["da0"], dc, caches[t])
    grads["dx"][:, :, t] = step["dxt"]
    grads["da0"], dc = step["da_prev"], step["dc_prev"]
    for gate in "fico":
      grads["dW" + gate] += step["dW" + gate]
      grads["db" + gate] += step["db" + gate]
  return grads
