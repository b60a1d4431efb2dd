"""The catalogue's words for the small changes of `changes.KINDS`: code that runs and is wrong.

Each name has how it shows, why it is tempting, where it is found, and how often it was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STEP, SEQUENCE = "functions of one step", "functions of a sequence"
FORWARD, BACKWARD = "forward functions", "backward functions"
ANY = "all functions"

Words = tuple[str, str, str] | tuple[str, str, str, int]

OF_VALUES: Mapping[str, Words] = MappingProxyType(
    {
        "name_for_another": (
            "One result is wrong, and all that is computed from it.",
            "Many values have the same shape and much the same name, so that nothing complains.",
            ANY,
        ),
        "names_exchanged": (
            "Two results are wrong together, or one that both go into.",
            "A line was copied for its twin, and one of the names in it not changed.",
            ANY,
        ),
        "new_state_for_old": (
            "The step is right only where the state does not change.",
            "Both states are at hand, and differ in their names by a few letters.",
            STEP,
        ),
        "old_state_for_new": (
            "The prediction, or the hidden state, lags one step behind.",
            "a_prev is an argument and a_next a local name; both have the shape (n_a, m).",
            FORWARD,
            2,
        ),
        "gates_exchanged": (
            "The gate values are right and the state is not; or one gate is another's.",
            "The four gates have the same equations, and the lines are copied from each other.",
            STEP,
        ),
        "gradient_used_for_weight": (
            "da_prev and dxt are wrong, and all weight gradients right.",
            "dWf was computed a few lines above, and has the shape of Wf.",
            BACKWARD,
            3,
        ),
        "gradient_used_for_value": (
            "One gradient is wrong by orders of magnitude where the upstream gradient is small.",
            "dot and ot, dft and ft: one letter, and the same shape.",
            BACKWARD,
            1,
        ),
        "value_used_for_gradient": (
            "A gradient that does not change with the upstream gradient: it is not linear in it.",
            "ft and dft, it and dit: one letter, and the same shape.",
            BACKWARD,
        ),
        "upstream_gradients_exchanged": (
            "Gradients are right only where da_next equals dc_next.",
            "Both come from the later step and have the same shape.",
            BACKWARD,
            1,
        ),
        "wrong_key": (
            "A KeyError, or a gradient that is another one's.",
            "The step's gradient is dxt and the sequence's dx; the keys were copied line by line.",
            ANY,
            1,
        ),
        "size_used_for_array": (
            "The lower rows of the concatenation all hold one number; gates and states are wrong.",
            "n_x and xt stand side by side in the line that was copied.",
            STEP,
            1,
        ),
        "term_missing": (
            "A gradient lacks one path: it is right where that path carries nothing.",
            "The cell state has two ways to influence the loss, and one is easily forgotten.",
            ANY,
        ),
        "term_too_many": (
            "A result is right only where the term that does not belong there is zero.",
            "A path that is counted already, inside another value, is added once more.",
            ANY,
        ),
        "bias_missing": (
            "Results are right with zero biases, which is how many start.",
            "With biases of zero, as they are initialised, nothing shows.",
            FORWARD,
        ),
        "factor_missing": (
            "A result is too large by a factor that differs from entry to entry.",
            "The chain rule has one factor for each step back, and one is skipped.",
            ANY,
        ),
        "factor_too_many": (
            "A result is off by a factor that differs from entry to entry.",
            "A factor that a named value holds already is written once more.",
            ANY,
        ),
        "gate_derivative_factor_missing": (
            "The gradients of one gate's weight and bias are too large, by 1 / (s (1 - s)).",
            "The gradient of the gate is taken for that of what goes into its activation.",
            BACKWARD,
            3,
        ),
        "parentheses_missing": (
            "Gradients are right when one of the two upstream gradients is zero.",
            "The equation is a sum times a factor; in print its outer parentheses get lost.",
            BACKWARD,
        ),
        "operator_exchanged": ("A result is wrong everywhere.", "A slip of the finger.", ANY),
        "sign_wrong": (
            "A result, or one part of it, has the opposite sign.",
            "Derivatives of 1 / (1 + exp(-x)) and of 1 - tanh^2 are full of signs.",
            ANY,
        ),
        "product_by_element": (
            "A wrong shape, or a broadcast that goes unnoticed where dimensions agree.",
            "In other languages * is the product of matrices.",
            ANY,
        ),
        "factor_two_for_square": (
            "Right only where the value is 0 or 2.",
            "** and * are one character apart.",
            BACKWARD,
            1,
        ),
        "square_missing": (
            "The derivative of tanh is 1 - a instead of 1 - a^2: right at 0 and 1 only.",
            "The derivative of the sigmoid, s (1 - s), has no square.",
            BACKWARD,
        ),
        "square_too_many": ("Right at 0 and 1 only.", "The derivative of tanh has one.", BACKWARD),
        "divided_by_m": (
            "Gradients are too small by the number of examples; right with one example.",
            "A cost that is averaged has 1/m; here it is in the upstream gradient already.",
            BACKWARD,
            1,
        ),
        "wrong_constant": ("Results are wrong everywhere.", "A number copied wrongly.", ANY),
        "hard_coded_dimension": (
            "An exception, or a wrong shape, for inputs of any other size.",
            "The assignment's example has n_a = 5, and with it everything works.",
            ANY,
            3,
        ),
        "sigmoid_for_tanh": (
            "The candidate lies in (0, 1) instead of (-1, 1).",
            "Three of the four gates go through sigmoid, and the fourth was copied from them.",
            FORWARD,
            1,
        ),
        "tanh_for_sigmoid": (
            "A gate lies in (-1, 1) and can turn the state's sign.",
            "The line was copied from the candidate's.",
            FORWARD,
        ),
        "sigmoid_for_softmax": (
            "Predictions lie in (0, 1), but their columns do not sum to 1.",
            "With two classes the picture looks alike.",
            FORWARD,
            3,
        ),
        "square_for_tanh": (
            "A gradient is wrong everywhere but at 0.",
            "1 - tanh(c)^2 has both, and the wrong one was dropped.",
            BACKWARD,
            1,
        ),
        "activation_missing": (
            "Values leave the interval of the activation.",
            "The scores are right, and the last call is forgotten.",
            ANY,
            1,
        ),
        "activation_too_many": (
            "1 - tanh(a)^2 where a is a tanh already: right at 0 only.",
            "The formula says tanh, and the cached value has had it.",
            ANY,
            3,
        ),
        "function_exchanged": (
            "Results are wrong everywhere.",
            "Names of functions are alike.",
            ANY,
        ),
        "bias_gradient_averaged": (
            "Bias gradients are too small by the number of examples; right with one.",
            "A cost that is averaged has 1/m; here it is in the upstream gradient already.",
            BACKWARD,
            2,
        ),
        "maximum_missing": (
            "Overflow and NaN at large scores.",
            "The formula of the softmax has no maximum.",
            "softmax",
        ),
        "one_maximum_for_the_batch": (
            "NaN or zeros in columns that lie far below the largest.",
            "np.max(x) is shorter, and right for one column.",
            "softmax",
        ),
        "transpose_missing": (
            "An exception, or a wrong result where the matrix is square.",
            "n_a by n_a matrices multiply either way.",
            ANY,
        ),
        "transpose_too_many": (
            "An exception, or a wrong result where the matrix is square.",
            "Backward passes are full of transposes.",
            ANY,
        ),
        "wrong_axis": (
            "Wrong shapes, or values that are right for one example only.",
            "Examples are columns here, and rows nearly everywhere else.",
            ANY,
        ),
        "axis_missing": (
            "One number where there should be one for each row or column.",
            "np.sum(x) works without a word about axes.",
            ANY,
        ),
        "keepdims_missing": (
            "A bias gradient of shape (n_a,) instead of (n_a, 1), which then broadcasts.",
            "The numbers are right; only the shape is not.",
            BACKWARD,
            2,
        ),
        "order_of_concatenation": (
            "Every gate is wrong; an exception where the weights are split by n_a.",
            "Other books write [x; h] for [h; x].",
            STEP,
            1,
        ),
        "parts_not_in_a_tuple": (
            "A TypeError about an integer: the second array is taken for the axis.",
            "Other functions of numpy take their arrays one by one.",
            STEP,
            1,
        ),
        "wrong_slice": (
            "Rows of a result are another's; an exception where sizes differ.",
            "Which half is a_prev's and which xt's has to be remembered.",
            ANY,
        ),
        "wrong_index": (
            "An IndexError, or a result at the wrong step.",
            "T_x is the number of steps, and no index of one.",
            SEQUENCE,
            1,
        ),
        "result_has_another_type": (
            "Results are whole numbers, mostly zeros.",
            "np.zeros takes a type, and int is a short one.",
            SEQUENCE,
        ),
        "initial_state_ignored": (
            "Right where a0 is zero, and nowhere else.",
            "An initial state is often zero, so zeros seem as good.",
            SEQUENCE,
            7,
        ),
        "initial_state_wrong": (
            "The first step is wrong, and all later ones.",
            "The first cell state is zero; a0 stands near, and has the same shape.",
            SEQUENCE,
            1,
        ),
        "initial_state_at_every_step": (
            "The first step is right and no other; steps do not depend on earlier ones.",
            "a0 is the argument's name, and stays in the call.",
            SEQUENCE,
            5,
        ),
        "empty_slot_used": (
            "Each step starts from zeros.",
            "a[:, :, t] looks like the state at t, but it has yet to be filled.",
            SEQUENCE,
            2,
        ),
        "carry_not_used": (
            "Gradients are right for one step; earlier steps lack what comes from later ones.",
            "An expected output that was printed for lstm_backward comes out that way.",
            "sequence functions, backward",
            22,
        ),
        "carry_not_updated": (
            "Gradients are right for one step; earlier steps lack what comes from later ones.",
            "The loop reads da_prevt, so it seems done; an expected output printed for "
            "lstm_backward comes out that way.",
            "sequence functions, backward",
            25,
        ),
        "carry_summed": (
            "Gradients of early steps are too large; right for two steps.",
            "All other gradients are added up with +=.",
            "sequence functions, backward",
            1,
        ),
        "carries_exchanged": (
            "Gradients are wrong for more than one step.",
            "da_prevt and dc_prevt have the same shape.",
            "sequence functions, backward",
        ),
        "loop_bounds_wrong": (
            "The first or last step is zero, or missing.",
            "The first state is given, so that the loop seems to start at 1.",
            SEQUENCE,
            3,
        ),
        "loop_over_another_axis": (
            "An IndexError where m > T_x; steps missing where m < T_x.",
            "m and T_x stand side by side in the shape.",
            SEQUENCE,
            1,
        ),
        "loop_in_reverse": (
            "Right for one step, and symmetrical inputs only.",
            "The backward pass does run backwards.",
            SEQUENCE,
        ),
        "wrong_order_of_time": (
            "Right for one step; otherwise the steps are mirrored.",
            "The backward pass collects its steps from the last to the first.",
            SEQUENCE,
        ),
        "gradient_overwritten": (
            "The gradient of one step only; right for one step.",
            "= and += are one character apart.",
            "sequence functions, backward",
            2,
        ),
        "gradient_onto_itself": (
            "A gradient that stays zero.",
            "dWax += dWax reads well.",
            "sequence functions, backward",
            2,
        ),
        "result_not_stored": (
            "A result stays as it was made, mostly zero.",
            "The value was computed; that it has to be kept as well is forgotten.",
            ANY,
        ),
        "cache_not_stored": (
            "The backward pass has nothing to work on; the forward values are all right.",
            "No value of the forward pass shows it.",
            "sequence functions, forward",
            4,
        ),
        "cache_overwritten": (
            "The caches hold the last step only; the forward values are all right.",
            "No value of the forward pass shows it.",
            "sequence functions, forward",
            5,
        ),
        "cache_flattened": (
            "An exception about an inhomogeneous shape, or caches in pieces.",
            "Arrays have no append, and np.append bears the right name.",
            "sequence functions, forward",
            7,
        ),
        "all_caches_for_one": (
            "An exception where the cache is unpacked, or gradients of the wrong step.",
            "caches and cache: one letter.",
            "sequence functions, backward",
            1,
        ),
        "cache_entries_exchanged": (
            "The forward values are right, and every gradient from them wrong.",
            "Ten entries in a fixed order, most of the same shape.",
            STEP,
        ),
        "cache_read_in_another_order": (
            "Gradients are wrong though the equations are right.",
            "Ten entries in a fixed order, most of the same shape.",
            BACKWARD,
        ),
        "array_not_filled": (
            "Rows of zeros, or of anything, where the inputs should be.",
            "np.zeros((n_a + n_x, m)) has the right shape, and nothing complains.",
            STEP,
            2,
        ),
        "nothing_returned": (
            "The caller gets None.",
            "In a notebook the last value of a cell is shown without being returned.",
            ANY,
        ),
        "result_exchanged": (
            "One result is another's.",
            "Several results of the same shape are returned in one line.",
            ANY,
        ),
        "entries_left_out": ("Some entries stay as they were.", "A slice too short.", ANY),
        "argument_changed": (
            "The values are right, and the caller's own array is not what it was.",
            "+= and *= are short, and work in place where the left side is an array.",
            ANY,
            13,
        ),
        "live_view": (
            "The values are right, and the cache holds what a later step wrote over them.",
            "A slice of the result has the right shape and is zero, so it serves as first state.",
            "sequence functions, forward",
            18,
        ),
        "arrays_aliased": (
            "Two results are always equal: what is stored into one is in the other.",
            "c = a copies nothing; it gives a second name to the same array.",
            SEQUENCE,
            10,
        ),
        "statement_missing": (
            "A value stays as it was before.",
            "A line was lost in copying, or seemed to say nothing new.",
            ANY,
        ),
        "statement_too_many": (
            "A value is changed once too often, or a line that nothing needs raises.",
            "A line was left over from trying things out.",
            ANY,
            1,
        ),
        "expression_wrong": ("A result is wrong everywhere.", "The formula was misread.", ANY),
    }
)
