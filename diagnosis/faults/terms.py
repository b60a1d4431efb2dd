"""Terms, factors, signs and powers."""

from __future__ import annotations

from ..code.differences import leaves
from .fault import BIAS, MORE, Difference, Fault, Group, instead, rule

COMPUTED = "{of} is computed as `{wrong}`"


def _binds_otherwise(part: Difference) -> bool:
    """Whether the same names and operators stand in another order, other than exchanged."""
    return leaves(part.wrong) == leaves(part.meant) and not part.is_in_another_order


FAULTS = (
    Fault(
        name="sign_wrong",
        what="a term has the wrong sign",
        shows="A result, or one part of it, has the opposite sign.",
        why="Derivatives of 1 / (1 + exp(-x)) and of 1 - tanh^2 are full of signs.",
        example="da = -dz => da = dz",
        part=rule("A + B => A - B", "A - B => A + B", "A => -A", "-A => A"),
        sentence=instead("which has the wrong sign"),
    ),
    Fault(
        name="product_by_element",
        what="arrays are multiplied entry by entry instead of as matrices",
        shows="A wrong shape, or a broadcast that goes unnoticed where dimensions agree.",
        why="In other languages * is the product of matrices.",
        example="z = Wax * xt => z = Wax @ xt",
        part=rule("A * B => A @ B"),
        sentence="`{wrong}` multiplies entry by entry; the matrix product `{meant}` was meant",
    ),
    Fault(
        name="factor_two_for_square",
        what="a value is doubled where its square was meant",
        shows="Right only where the value is 0 or 2.",
        why="** and * are one character apart.",
        functions=Group.BACKWARD,
        seen=1,
        example="d = 1 - a_next * 2 => d = 1 - a_next**2",
        part=rule("A * 2 => A ** 2", "2 * A => A ** 2"),
        sentence=instead("twice the value", "its square"),
    ),
    Fault(
        name="operator_exchanged",
        what="one operator stands for another",
        shows="A result is wrong everywhere.",
        why="A slip of the finger.",
        example="ft = a / b => ft = a * b",
        part=rule("A ^ B => A | B"),
        sentence=COMPUTED + "; `{meant}` was meant",
    ),
    Fault(
        name="square_missing",
        what="the square is left out",
        shows="The derivative of tanh is 1 - a instead of 1 - a^2: right at 0 and 1 only.",
        why="The derivative of the sigmoid, s (1 - s), has no square.",
        functions=Group.BACKWARD,
        example="d = 1 - a_next => d = 1 - a_next**2",
        part=rule("A => A * A", "A => A ** 2"),
        sentence=instead(meant="its square"),
    ),
    Fault(
        name="power_missing",
        what="a power is left out",
        shows="A correction for the first steps stays, however many there were.",
        why="beta is written where beta to the power of t was meant.",
        functions=Group.ANY,
        example="direction = v / (1 - beta1) => direction = v / (1 - beta1**t)",
        part=rule("A => A ** B"),
        sentence=instead(meant="its power"),
    ),
    Fault(
        name="square_too_many",
        what="a value is squared that should not be",
        shows="Right at 0 and 1 only.",
        why="The derivative of tanh has one.",
        functions=Group.BACKWARD,
        example="d = ot**2 * (1 - ot) => d = ot * (1 - ot)",
        part=rule("A * A => A", "A ** B => A"),
        sentence="{of} {made} with `{wrong}`; `{meant}`, without the square, was meant",
    ),
    Fault(
        name="bias_missing",
        what="the bias is left out",
        shows="Results are right with zero biases, which is how many start.",
        why="With biases of zero, as they are initialised, nothing shows.",
        functions=Group.FORWARD,
        example="z = Wax @ xt => z = Wax @ xt + ba",
        part=rule(*MORE, B=BIAS),
        sentence=COMPUTED + ": the bias `{rest}` is missing",
    ),
    Fault(
        name="maximum_missing",
        what="the exponential is taken without subtracting the maximum first",
        shows="Overflow and NaN at large scores.",
        why="The formula of the softmax has no maximum.",
        functions="softmax",
        example="e = np.exp(x) => e = np.exp(x - np.max(x))",
        part=rule("A => A - F(...)", F="a?max"),
        sentence=(
            COMPUTED
            + ", without subtracting the maximum `{rest}` first, so that large inputs overflow"
        ),
    ),
    Fault(
        name="term_missing",
        what="a term of a sum is left out",
        shows="A gradient lacks one path: it is right where that path carries nothing.",
        why="The cell state has two ways to influence the loss, and one is easily forgotten.",
        example="dc = dc_next => dc = dc_next + da_next * ot",
        part=rule(*MORE, "A => B - A"),
        statement=rule("A = B => C ^= D", in_loop=False),
        sentence=COMPUTED + ": the term `{rest}` is missing",
    ),
    Fault(
        name="term_too_many",
        what="a sum has a term that does not belong there",
        shows="A result is right only where the term that does not belong there is zero.",
        why="A path that is counted already, inside another value, is added once more.",
        example="dc = dc_next + da_next => dc = dc_next",
        part=rule("A + B => A", "A + B => B", "A - B => A", "A - B => B"),
        sentence=COMPUTED + ": the term `{rest}` does not belong there",
    ),
    Fault(
        name="divided_by_m",
        what="a gradient is divided by the number of examples",
        shows="Gradients are too small by the number of examples; right with one example.",
        why="A cost that is averaged has 1/m; here it is in the upstream gradient already.",
        functions=Group.BACKWARD,
        seen=1,
        example="dWax = dz @ xt.T / m => dWax = dz @ xt.T",
        part=rule("A / B => A", B="m|.*shape.*"),
        sentence=(
            COMPUTED
            + ", divided by the number of examples; the sum over them, `{meant}`, was meant"
        ),
    ),
    Fault(
        name="gate_derivative_factor_missing",
        what="the activation's own derivative is left out",
        shows="The gradients of one gate's weight and bias are too large, by 1 / (s (1 - s)).",
        why="The gradient of the gate is taken for that of what goes into its activation.",
        functions=Group.BACKWARD,
        seen=3,
        example="dft = dc * c_prev * ft => dft = dc * c_prev * ft * (1 - ft)",
        part=rule("A => A * B", "A => B * A", B=r".*1(\.0)? - .*"),
        sentence=COMPUTED + ": the activation's own derivative, `{rest}`, is missing",
    ),
    Fault(
        name="factor_missing",
        what="a factor of a product is left out",
        shows="A result is too large by a factor that differs from entry to entry.",
        why="The chain rule has one factor for each step back, and one is skipped.",
        example="dft = dc * ft => dft = dc * ft * c_prev",
        part=rule("A => A * B", "A => B * A", "A => A @ B", "A => B @ A", "A => A / B"),
        sentence=COMPUTED + ": the factor `{rest}` is missing",
    ),
    Fault(
        name="factor_too_many",
        what="a product has a factor that does not belong there",
        shows="A result is off by a factor that differs from entry to entry.",
        why="A factor that a named value holds already is written once more.",
        example="dot = da_next * ot * tanh_c * tanh_c2 => dot = da_next * ot * tanh_c",
        part=rule("A ^ B => A", "A ^ B => B"),
        sentence=COMPUTED + ": `{rest}` does not belong there",
    ),
    Fault(
        name="parentheses_missing",
        what="a product binds tighter than was meant: parentheses are missing",
        shows="Gradients are right when one of the two upstream gradients is zero.",
        why="The equation is a sum times a factor; in print its outer parentheses get lost.",
        functions=Group.BACKWARD,
        example="dft = dc * c_prev + d * c_prev * ft => dft = (dc * c_prev + d * c_prev) * ft",
        part=_binds_otherwise,
        sentence=COMPUTED + ": the parentheses are not where they should be, `{meant}` was meant",
    ),
)
