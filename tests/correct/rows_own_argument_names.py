"""One example a row; arguments are called otherwise, and gradients come under their names."""
import numpy as np


def lstm_step_forward(inp, hid, mem, W_in, W_rec, bias):
    a = inp @ W_in + hid @ W_rec + bias
    gi, gf, go, gg = np.split(a, 4, axis=1)
    gi, gf, go, gg = 1 / (1 + np.exp(-gi)), 1 / (1 + np.exp(-gf)), 1 / (1 + np.exp(-go)), np.tanh(gg)
    new = gf * mem + gi * gg
    return go * np.tanh(new), new, dict(inp=inp, hid=hid, mem=mem, W=(W_in, W_rec), g=(gi, gf, go, gg), new=new)


def lstm_step_backward(d_out, d_new, memo):
    gi, gf, go, gg = memo["g"]
    bent = np.tanh(memo["new"])
    d_new = d_new + d_out * go * (1 - bent ** 2)
    d = np.concatenate([d_new * gg * gi * (1 - gi), d_new * memo["mem"] * gf * (1 - gf),
                        d_out * bent * go * (1 - go), d_new * gi * (1 - gg ** 2)], axis=1)
    W_in, W_rec = memo["W"]
    return {"d_inp": d @ W_in.T, "d_hid": d @ W_rec.T, "d_mem": d_new * gf, "d_W_in": memo["inp"].T @ d,
            "d_W_rec": memo["hid"].T @ d, "d_bias": d.sum(0)}
