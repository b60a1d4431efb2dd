import numpy as np

H_size = 64
vocab = 40
z_size = H_size + vocab

Wf = np.random.randn(H_size, z_size) * 0.1
Wi = np.random.randn(H_size, z_size) * 0.1
Wc = np.random.randn(H_size, z_size) * 0.1
Wo = np.random.randn(H_size, z_size) * 0.1
Wv = np.random.randn(vocab, H_size) * 0.1
bf = np.zeros((H_size, 1))
bi = np.zeros((H_size, 1))
bc = np.zeros((H_size, 1))
bo = np.zeros((H_size, 1))
bv = np.zeros((vocab, 1))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def forward_backward(inputs, targets, h_prev, c_prev):
    hs, cs, zs, gates, ps = {-1: h_prev}, {-1: c_prev}, {}, {}, {}
    loss = 0.0
    for t, symbol in enumerate(inputs):
        x = np.zeros((vocab, 1))
        x[symbol] = 1
        z = np.vstack((hs[t - 1], x))
        f, i, o = sigmoid(Wf @ z + bf), sigmoid(Wi @ z + bi), sigmoid(Wo @ z + bo)
        g = np.tanh(Wc @ z + bc)
        cs[t] = f * cs[t - 1] + i * g
        hs[t] = o * np.tanh(cs[t])
        v = Wv @ hs[t] + bv
        ps[t] = np.exp(v) / np.exp(v).sum()
        loss -= np.log(ps[t][targets[t], 0])
        zs[t], gates[t] = z, (f, i, o, g)
    dWf, dWi, dWc, dWo, dWv = (np.zeros_like(w) for w in (Wf, Wi, Wc, Wo, Wv))
    dbf, dbi, dbc, dbo, dbv = (np.zeros_like(b) for b in (bf, bi, bc, bo, bv))
    dh_next, dc_next = np.zeros_like(h_prev), np.zeros_like(c_prev)
    for t in reversed(range(len(inputs))):
        f, i, o, g = gates[t]
        dv = ps[t].copy()
        dv[targets[t]] -= 1
        dWv += dv @ hs[t].T
        dbv += dv
        dh = Wv.T @ dv + dh_next
        do = dh * np.tanh(cs[t]) * o * (1 - o)
        dc = dc_next + dh * o * (1 - np.tanh(cs[t]) ** 2)
        dg = dc * i * (1 - g ** 2)
        di = dc * g * i * (1 - i)
        df = dc * cs[t - 1] * f * (1 - f)
        for grad, bias, d in ((dWf, dbf, df), (dWi, dbi, di), (dWc, dbc, dg), (dWo, dbo, do)):
            grad += d @ zs[t].T
            bias += d
        dz = Wf.T @ df + Wi.T @ di + Wc.T @ dg + Wo.T @ do
        dh_next = dz[:H_size]
        dc_next = f * dc
    return loss, dWf, dWi, dWc, dWo, dWv, dbf, dbi, dbc, dbo, dbv, hs[len(inputs) - 1], cs[len(inputs) - 1]


h_prev = np.zeros((H_size, 1))
c_prev = np.zeros((H_size, 1))
