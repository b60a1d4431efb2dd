import numpy as np


def softmax(scores):
    exps = np.exp(scores - np.max(scores, axis=0, keepdims=True))
    return exps / np.sum(exps, axis=0, keepdims=True)


def rnn_cell_forward(x, h, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    h_next = np.tanh(np.dot(Wax, x) + np.dot(Waa, h) + parameters["ba"])
    y = softmax(np.dot(Wya, h_next) + parameters["by"])
    return h_next, y, (h_next, h, x, parameters)


def rnn_cell_backward(dh_next, cache):
    h_next, h, x, parameters = cache
    dtanh = (1 - h_next * h_next) * dh_next
    gradients = {}
    gradients["dxt"] = np.dot(parameters["Wax"].T, dtanh)
    gradients["da_prev"] = np.dot(parameters["Waa"].T, dtanh)
    gradients["dWax"] = np.dot(dtanh, x.T)
    gradients["dWaa"] = np.dot(dtanh, h.T)
    gradients["dba"] = np.mean(dtanh, axis=1, keepdims=True)
    return gradients
