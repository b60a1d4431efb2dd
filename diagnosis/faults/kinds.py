"""The kinds of small change that turn right code into wrong code, each with its name.

One list for all who need the names: the search for what was meant, and the catalogue of faults.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

KINDS: Mapping[str, str] = MappingProxyType(
    {
        # one value for another
        "name_for_another": "a value stands where another was meant",
        "names_exchanged": "two values of the same shape stand in each other's place",
        "new_state_for_old": "the state after the step stands where the one before it was meant",
        "old_state_for_new": "the state before the step stands where the one after it was meant",
        "gates_exchanged": "a gate, its weight, bias or gradient stands for another gate's",
        "gradient_used_for_weight": "the gradient of a weight stands where the weight was meant",
        "gradient_used_for_value": "a gradient stands where the value itself was meant",
        "value_used_for_gradient": "a value stands where its gradient was meant",
        "upstream_gradients_exchanged": "the gradient of one state stands for that of the other",
        "wrong_key": "a dictionary is read or filled under the key of something else",
        "size_used_for_array": "an array's size stands where the array was meant",
        # terms, factors, operators
        "term_missing": "a term of a sum is left out",
        "term_too_many": "a sum has a term that does not belong there",
        "bias_missing": "the bias is left out",
        "factor_missing": "a factor of a product is left out",
        "factor_too_many": "a product has a factor that does not belong there",
        "gate_derivative_factor_missing": "the activation's own derivative is left out",
        "parentheses_missing": "a product binds tighter than was meant: parentheses are missing",
        "operator_exchanged": "one operator stands for another",
        "sign_wrong": "a term has the wrong sign",
        "product_by_element": "arrays are multiplied entry by entry instead of as matrices",
        "factor_two_for_square": "a value is doubled where its square was meant",
        "square_missing": "the square is left out",
        "square_too_many": "a value is squared that should not be",
        "divided_by_m": "a gradient is divided by the number of examples",
        "wrong_constant": "a number in the code is not the right one",
        "hard_coded_dimension": "a dimension is written as a number",
        # functions
        "sigmoid_for_tanh": "sigmoid stands where tanh was meant",
        "tanh_for_sigmoid": "tanh stands where sigmoid was meant",
        "sigmoid_for_softmax": "sigmoid stands where softmax was meant",
        "square_for_tanh": "the square stands where tanh was meant",
        "activation_missing": "an activation is left out",
        "activation_too_many": "an activation is taken of a value that has had it already",
        "function_exchanged": "one function stands for another",
        "bias_gradient_averaged": "a mean over the examples stands for their sum",
        "maximum_missing": "the exponential is taken without subtracting the maximum first",
        "one_maximum_for_the_batch": "one maximum is subtracted for all the columns",
        # shapes
        "transpose_missing": "a transpose is left out",
        "transpose_too_many": "an array is transposed that should not be",
        "wrong_axis": "a sum, maximum or stack runs over the wrong axis",
        "axis_missing": "a sum or maximum runs over the whole array instead of one axis",
        "keepdims_missing": "a sum loses the axis that it runs over",
        "order_of_concatenation": "parts are joined in the wrong order",
        "parts_not_in_a_tuple": "the arrays to join are not given as one tuple",
        "wrong_slice": "a slice takes the wrong part of an array",
        "wrong_index": "an index takes the wrong entry or step",
        "result_has_another_type": "numbers are stored in an array that cannot hold them",
        # states and loops
        "initial_state_ignored": "the sequence does not start from the state that it is given",
        "initial_state_wrong": "a state does not start from what it should",
        "initial_state_at_every_step": "every step starts from the first state",
        "empty_slot_used": "a step reads the slot that it has yet to fill",
        "carry_not_used": "what a step hands on is not used by the next",
        "carry_not_updated": "what a step hands on is never stored for the next",
        "carry_summed": "what a step hands on is added up instead of replaced",
        "carries_exchanged": "the two carries stand in each other's place",
        "loop_bounds_wrong": "the loop starts or ends at the wrong step",
        "loop_over_another_axis": "the loop runs over another axis than time",
        "loop_in_reverse": "the loop runs through time the wrong way round",
        "wrong_order_of_time": "steps are taken or put together in the wrong order of time",
        # storing
        "gradient_overwritten": "a gradient is replaced at each step instead of added up",
        "gradient_onto_itself": "a total is added to itself instead of the step's gradient",
        "result_not_stored": "a result is computed and not kept",
        "cache_not_stored": "the caches of the steps are not kept",
        "cache_overwritten": "the list of caches is replaced instead of appended to",
        "cache_flattened": "numpy's append takes the caches apart instead of adding one",
        "all_caches_for_one": "the list of all caches is passed where one step's was meant",
        "cache_entries_exchanged": "the cache holds values in the wrong places",
        "cache_read_in_another_order": "the cache is taken apart in another order than it was made",
        "array_not_filled": "an array is made and not, or not wholly, filled",
        "nothing_returned": "the results are computed and not returned",
        "result_exchanged": "another value is returned than was meant",
        "entries_left_out": "some of the entries are left out",
        # memory
        "argument_changed": "an argument is changed in place",
        "live_view": "a value that is kept shares memory with one that changes later",
        "arrays_aliased": "two names stand for one array",
        # the rest
        "statement_missing": "a statement is left out",
        "statement_too_many": "a statement does what should not be done",
        "expression_wrong": "the expression computes something else than what was meant",
    }
)
"""Every name that the search can give a mistake, and what it is, in a few words."""
