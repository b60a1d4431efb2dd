import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_forward(x, h0, c0, Wx, Wh, b):
    T, H = x.shape[1], h0.shape[1]
    h, c, out, steps = h0, c0, [], []
    for t in range(T):
        a = x[:, t] @ Wx + h @ Wh + b
        i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H : 2 * H]), sigmoid(a[:, 2 * H : 3 * H])
        g = np.tanh(a[:, 3 * H :])
        cell = f * c + i * g
        steps.append((x[:, t], h, c, i, f, o, g, cell))
        c = cell
        h = o * np.tanh(c)
        out.append(h)
    return np.stack(out, axis=1), c, (steps, Wx, Wh)


def lstm_backward(dhs, dc, cache):
    steps, Wx, Wh = cache
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wx.shape[1])
    dx = np.zeros((dhs.shape[0], dhs.shape[1], Wx.shape[0]))
    dh = 0.0
    for t in reversed(range(len(steps))):
        xt, h, c, i, f, o, g, cell = steps[t]
        dh = dh + dhs[:, t]
        tanh = np.tanh(cell)
        dc = dc + dh * o * (1 - tanh**2)
        da = np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f),
                        dh * tanh * o * (1 - o), dc * i * (1 - g**2)])  # fmt: skip
        dWx += xt.T @ da
        dWh += h.T @ da
        db += da.sum(axis=0)
        dx[:, t] = da @ Wx.T
        dh = da @ Wh.T
        dc = dc * f
    return dx, dh, dc, dWx, dWh, db


def gru_forward(x, h0, Wz, Wr, Wn):
    h, hs, steps = h0, [], []
    for t in range(len(x)):
        hx = np.concatenate([h, x[t]])
        z, r = sigmoid(Wz @ hx), sigmoid(Wr @ hx)
        rx = np.concatenate([r * h, x[t]])
        n = np.tanh(Wn @ rx)
        steps.append((h, hx, rx, z, r, n))
        h = (1 - z) * n + z * h
        hs.append(h)
    return np.array(hs), (steps, Wz, Wr, Wn)


def gru_backward(dhs, cache):
    steps, Wz, Wr, Wn = cache
    H = len(Wz)
    dWz, dWr, dWn = np.zeros_like(Wz), np.zeros_like(Wr), np.zeros_like(Wn)
    dx, carry = np.zeros((len(dhs), Wz.shape[1] - H)), np.zeros(H)
    for t in reversed(range(len(steps))):
        h, hx, rx, z, r, n = steps[t]
        dh = dhs[t] + carry
        dn = dh * (1 - z) * (1 - n**2)
        drx = Wn.T @ dn
        dz = dh * (h - n) * z * (1 - z)
        dr = drx[:H] * h * r * (1 - r)
        dWz += np.outer(dz, hx)
        dWr += np.outer(dr, hx)
        dWn += np.outer(dn, rx)
        dhx = Wz.T @ dz + Wr.T @ dr
        carry = dh * z + drx[:H] * r + dhx[:H]
        dx[t] = drx[H:] + dhx[H:]
    return dx, carry, dWz, dWr, dWn


def peephole_forward(x, c, w, p):
    g = sigmoid(x @ w + p * c)
    new = g * c
    return new, (x, c, w, p, g)


def peephole_backward(dnew, cache):
    x, c, w, p, g = cache
    dz = dnew * c * g * (1 - g)
    dc = dnew * g + dz * p
    dw = x.T @ dz
    dp = (dz * c).sum(axis=0)
    dx = dz @ w.T
    return dx, dc, dw, dp


def selective_scan_forward(u, delta, A, B, C):
    T, D = u.shape
    state = np.zeros((D, A.shape[1]))
    states, ys = [], []
    for t in range(T):
        decay = np.exp(delta[t][:, None] * A)
        states.append((state, decay))
        state = decay * state + (delta[t] * u[t])[:, None] * B[t]
        ys.append(state @ C[t])
    return np.stack(ys), (u, delta, A, B, C, states, state)


def selective_scan_backward(dy, cache):
    u, delta, A, B, C, states, last = cache
    du, ddelta, dA = np.zeros_like(u), np.zeros_like(delta), np.zeros_like(A)
    dB, dC = np.zeros_like(B), np.zeros_like(C)
    dstate, state = np.zeros_like(A), last
    for t in reversed(range(len(u))):
        before, decay = states[t]
        dC[t] = dy[t] @ state
        dstate = dstate + np.outer(dy[t], C[t])
        g = dstate * before * decay
        dA += g * delta[t][:, None]
        into = dstate @ B[t]
        ddelta[t] = (g * A).sum(axis=1) + into * u[t]
        du[t] = into * delta[t]
        dB[t] = (delta[t] * u[t]) @ dstate
        dstate = dstate * decay
        state = before
    return du, ddelta, dA, dB, dC


def highway_forward(x, W, Wt, bt):
    t = sigmoid(x @ Wt + bt)
    h = np.tanh(x @ W)
    return t * h + (1 - t) * x, (x, W, Wt, t, h)


def highway_backward(dy, cache):
    x, W, Wt, t, h = cache
    dh = dy * t * (1 - h**2)
    dt = dy * (h - x) * t * (1 - t)
    dW = x.T @ dh
    dWt = x.T @ dt
    dbt = dt.sum(axis=0)
    dx = dy * (1 - t) + dh @ W.T + dt @ Wt.T
    return dx, dW, dWt, dbt
