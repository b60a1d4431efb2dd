"""Functions: another than was meant, one too many, or one left out."""

from __future__ import annotations

import ast

from .fault import ANY, BACKWARD, FORWARD, Fault, named, rule

_ACTIVATIONS = "sigmoid|tanh|softmax"

_MEANS = "mean|average"

_FUNCTIONS = f"{_ACTIVATIONS}|{_MEANS}|sum|square|max|min|exp|sqrt"


FAULTS = (
    Fault(
        name="activation_missing",
        what="an activation is left out",
        shows="Values leave the interval of the activation.",
        tempting="The scores are right, and the last call is forgotten.",
        functions=ANY,
        seen=1,
        wrong="ft = Wf @ concat",
        right="ft = sigmoid(Wf @ concat)",
        part=rule("A => F(A, ...)", F=_ACTIVATIONS),
        sentence="{of} {made} with `{wrong}`, without its activation; `{meant}` was meant",
    ),
    Fault(
        name="activation_too_many",
        what="an activation is taken of a value that has had it already",
        shows="1 - tanh(a)^2 where a is a tanh already: right at 0 only.",
        tempting="The formula says tanh, and the cached value has had it.",
        functions=ANY,
        seen=3,
        wrong="d = 1 - np.tanh(a_next) ** 2",
        right="d = 1 - a_next**2",
        part=rule("F(A, ...) => A", F=_ACTIVATIONS),
        sentence=(
            "{of} {made} with `{wrong}`, an activation of what has had it already; "
            "`{meant}` was meant"
        ),
    ),
    Fault(
        name="sigmoid_for_tanh",
        what="sigmoid stands where tanh was meant",
        shows="The candidate lies in (0, 1) instead of (-1, 1).",
        tempting=(
            "Three of the four gates go through sigmoid, and the fourth was copied from them."
        ),
        functions=FORWARD,
        seen=1,
        wrong="cct = sigmoid(z)",
        right="cct = np.tanh(z)",
        part=named("sigmoid => tanh"),
        shown=(ast.Call,),
    ),
    Fault(
        name="tanh_for_sigmoid",
        what="tanh stands where sigmoid was meant",
        shows="A gate lies in (-1, 1) and can turn the state's sign.",
        tempting="The line was copied from the candidate's.",
        functions=FORWARD,
        wrong="ft = np.tanh(z)",
        right="ft = sigmoid(z)",
        part=named("tanh => sigmoid"),
        shown=(ast.Call,),
    ),
    Fault(
        name="sigmoid_for_softmax",
        what="sigmoid stands where softmax was meant",
        shows="Predictions lie in (0, 1), but their columns do not sum to 1.",
        tempting="With two classes the picture looks alike.",
        functions=FORWARD,
        seen=3,
        wrong="yt_pred = sigmoid(z)",
        right="yt_pred = softmax(z)",
        part=named("sigmoid => softmax"),
        shown=(ast.Call,),
    ),
    Fault(
        name="square_for_tanh",
        what="the square stands where tanh was meant",
        shows="A gradient is wrong everywhere but at 0.",
        tempting="1 - tanh(c)^2 has both, and the wrong one was dropped.",
        functions=BACKWARD,
        seen=1,
        wrong="d = 1 - np.square(c_next)",
        right="d = 1 - np.tanh(c_next)",
        part=named("square => tanh"),
        shown=(ast.Call,),
    ),
    Fault(
        name="bias_gradient_averaged",
        what="a mean over the examples stands for their sum",
        shows="Bias gradients are too small by the number of examples; right with one.",
        tempting="A cost that is averaged has 1/m; here it is in the upstream gradient already.",
        functions=BACKWARD,
        seen=2,
        wrong="dba = np.mean(dz, axis=1)",
        right="dba = np.sum(dz, axis=1)",
        part=named(f"({_MEANS}) => sum"),
        sentence=(
            "{of} {made} with `{wrong}`, a mean over the examples; their sum, `{meant}`, was meant"
        ),
        shown=(ast.Call,),
    ),
    Fault(
        name="function_exchanged",
        what="one function stands for another",
        shows="Results are wrong everywhere.",
        tempting="Names of functions are alike.",
        functions=ANY,
        wrong="step = v / np.exp(s)",
        right="step = v / np.sqrt(s)",
        part=rule("F => G", "A => H(A, ...)", "H(A, ...) => A", F=_FUNCTIONS, G=_FUNCTIONS),
        shown=(ast.Call,),
    ),
)
