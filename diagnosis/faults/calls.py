"""Functions: another than was meant, one too many, or one left out."""

from __future__ import annotations

import ast

from .fault import Fault, Group, instead, named, rule

_ACTIVATIONS = "sigmoid|tanh|softmax"

_MEANS = "mean|average"

_FUNCTIONS = f"{_ACTIVATIONS}|{_MEANS}|sum|square|max|min|exp|sqrt"


FAULTS = (
    Fault(
        name="activation_missing",
        what="an activation is left out",
        shows="Values leave the interval of the activation.",
        why="The scores are right, and the last call is forgotten.",
        seen=1,
        example="ft = Wf @ concat => ft = sigmoid(Wf @ concat)",
        part=rule("A => F(A, ...)", F=_ACTIVATIONS),
        sentence=instead("without its activation"),
    ),
    Fault(
        name="activation_too_many",
        what="an activation is taken of a value that has had it already",
        shows="1 - tanh(a)^2 where a is a tanh already: right at 0 only.",
        why="The formula says tanh, and the cached value has had it.",
        seen=3,
        example="d = 1 - np.tanh(a_next) ** 2 => d = 1 - a_next**2",
        part=rule("F(A, ...) => A", F=_ACTIVATIONS),
        sentence=instead("an activation of what has had it already"),
    ),
    Fault(
        name="activation_exchanged",
        what="an activation stands where another was meant",
        shows="Values leave the interval of the activation, or no longer sum to 1.",
        why="The line was copied from one with the other activation.",
        functions=Group.FORWARD,
        seen=4,
        example="cct = sigmoid(z) => cct = np.tanh(z)",
        part=named(f"({_ACTIVATIONS}) => ({_ACTIVATIONS})"),
        shown=(ast.Call,),
    ),
    Fault(
        name="bias_gradient_averaged",
        what="a mean over the examples stands for their sum",
        shows="Bias gradients are too small by the number of examples; right with one.",
        why="A cost that is averaged has 1/m; here it is in the upstream gradient already.",
        functions=Group.BACKWARD,
        seen=2,
        example="dba = np.mean(dz, axis=1) => dba = np.sum(dz, axis=1)",
        part=named(f"({_MEANS}) => sum"),
        sentence=instead("a mean over the examples", "their sum"),
        shown=(ast.Call,),
    ),
    Fault(
        name="function_exchanged",
        what="one function stands for another",
        shows="Results are wrong everywhere.",
        why="Names of functions are much the same, and a formula has several of them.",
        seen=1,
        example="step = v / np.exp(s) => step = v / np.sqrt(s)",
        part=rule("F => G", "A => H(A, ...)", "H(A, ...) => A", F=_FUNCTIONS, G=_FUNCTIONS),
        shown=(ast.Call,),
    ),
)
