"""numpy's functions are imported by name, some over Python's own."""
from numpy import concatenate, dot, exp, max, sum, tanh, zeros


def sigmoid(x):
    return 1 / (1 + exp(-x))


def softmax(x):
    e_x = exp(x - max(x, axis=0, keepdims=True))
    return e_x / sum(e_x, axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]

    a_next = tanh(dot(Waa, a_prev) + dot(Wax, xt) + ba)
    yt_pred = softmax(dot(Wya, a_next) + by)

    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape

    a = zeros((n_a, m, T_x))
    y_pred = zeros((n_y, m, T_x))
    a_next = a0
    caches = []

    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)

    return a, y_pred, (caches, x)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]

    dtanh = (1 - a_next ** 2) * da_next
    dxt = dot(Wax.T, dtanh)
    dWax = dot(dtanh, xt.T)
    da_prev = dot(Waa.T, dtanh)
    dWaa = dot(dtanh, a_prev.T)
    dba = sum(dtanh, axis=1, keepdims=True)

    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def rnn_backward(da, caches):
    caches, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]

    dx = zeros((n_x, m, T_x))
    dWax = zeros((n_a, n_x))
    dWaa = zeros((n_a, n_a))
    dba = zeros((n_a, 1))
    da_prevt = zeros((n_a, m))

    for t in reversed(range(T_x)):
        gradients = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        da_prevt = gradients["da_prev"]
        dx[:, :, t] = gradients["dxt"]
        dWax += gradients["dWax"]
        dWaa += gradients["dWaa"]
        dba += gradients["dba"]
    da0 = da_prevt

    return {"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    Wf, bf = parameters["Wf"], parameters["bf"]
    Wi, bi = parameters["Wi"], parameters["bi"]
    Wc, bc = parameters["Wc"], parameters["bc"]
    Wo, bo = parameters["Wo"], parameters["bo"]
    Wy, by = parameters["Wy"], parameters["by"]
    n_x, m = xt.shape
    n_a = a_prev.shape[0]

    concat = zeros((n_a + n_x, m))
    concat[:n_a, :] = a_prev
    concat[n_a:, :] = xt

    ft = sigmoid(dot(Wf, concat) + bf)
    it = sigmoid(dot(Wi, concat) + bi)
    cct = tanh(dot(Wc, concat) + bc)
    c_next = ft * c_prev + it * cct
    ot = sigmoid(dot(Wo, concat) + bo)
    a_next = ot * tanh(c_next)
    yt_pred = softmax(dot(Wy, a_next) + by)

    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape

    a = zeros((n_a, m, T_x))
    c = zeros((n_a, m, T_x))
    y = zeros((n_y, m, T_x))
    a_next = a0
    c_next = zeros((n_a, m))
    caches = []

    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t] = a_next
        c[:, :, t] = c_next
        y[:, :, t] = yt
        caches.append(cache)

    return a, y, c, (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    Wf, Wi, Wc, Wo = parameters["Wf"], parameters["Wi"], parameters["Wc"], parameters["Wo"]
    n_a, m = a_next.shape
    tanh_c = tanh(c_next)

    d_o = da_next * tanh_c * ot * (1 - ot)
    dcct = (dc_next * it + ot * (1 - tanh_c ** 2) * it * da_next) * (1 - cct ** 2)
    dit = (dc_next * cct + ot * (1 - tanh_c ** 2) * cct * da_next) * it * (1 - it)
    dft = (dc_next * c_prev + ot * (1 - tanh_c ** 2) * c_prev * da_next) * ft * (1 - ft)

    concat = concatenate((a_prev, xt), axis=0)
    dWf = dot(dft, concat.T)
    dWi = dot(dit, concat.T)
    dWc = dot(dcct, concat.T)
    dWo = dot(d_o, concat.T)
    dbf = sum(dft, axis=1, keepdims=True)
    dbi = sum(dit, axis=1, keepdims=True)
    dbc = sum(dcct, axis=1, keepdims=True)
    dbo = sum(d_o, axis=1, keepdims=True)

    da_prev = (dot(Wf[:, :n_a].T, dft) + dot(Wi[:, :n_a].T, dit)
               + dot(Wc[:, :n_a].T, dcct) + dot(Wo[:, :n_a].T, d_o))
    dc_prev = dc_next * ft + ot * (1 - tanh_c ** 2) * ft * da_next
    dxt = (dot(Wf[:, n_a:].T, dft) + dot(Wi[:, n_a:].T, dit)
           + dot(Wc[:, n_a:].T, dcct) + dot(Wo[:, n_a:].T, d_o))

    return {"dxt": dxt, "da_prev": da_prev, "dc_prev": dc_prev, "dWf": dWf, "dbf": dbf,
            "dWi": dWi, "dbi": dbi, "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}


def lstm_backward(da, caches):
    caches, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]

    dx = zeros((n_x, m, T_x))
    da_prevt = zeros((n_a, m))
    dc_prevt = zeros((n_a, m))
    dWf = zeros((n_a, n_a + n_x))
    dWi = zeros((n_a, n_a + n_x))
    dWc = zeros((n_a, n_a + n_x))
    dWo = zeros((n_a, n_a + n_x))
    dbf = zeros((n_a, 1))
    dbi = zeros((n_a, 1))
    dbc = zeros((n_a, 1))
    dbo = zeros((n_a, 1))

    for t in reversed(range(T_x)):
        gradients = lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt, caches[t])
        da_prevt = gradients["da_prev"]
        dc_prevt = gradients["dc_prev"]
        dx[:, :, t] = gradients["dxt"]
        dWf += gradients["dWf"]
        dWi += gradients["dWi"]
        dWc += gradients["dWc"]
        dWo += gradients["dWo"]
        dbf += gradients["dbf"]
        dbi += gradients["dbi"]
        dbc += gradients["dbc"]
        dbo += gradients["dbo"]
    da0 = da_prevt

    return {"dx": dx, "da0": da0, "dWf": dWf, "dbf": dbf, "dWi": dWi, "dbi": dbi,
            "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}
