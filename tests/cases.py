"""Kinds of code of which something wrong was said once, each with what holds the right answer now.

What holds it is a planted fault, a correct file, a mistake in a whole file, or a test by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Held:
    """What holds the answer of a kind: its ``name`` among planted faults, in the folder of correct
    files, among the mistakes in whole files, or as ``module.py::test``.
    """

    by: Literal["planted", "correct", "whole", "test"]
    name: str


def planted(name: str) -> Held:
    """A planted fault: told at its function and no other, with nothing wrong said of its line."""
    return Held("planted", name)


def correct(name: str) -> Held:
    """A correct file, which passes."""
    return Held("correct", f"{name}.py")


def whole(name: str) -> Held:
    """A mistake in a whole file, told at its line with what should stand there."""
    return Held("whole", name)


def test(module: str, name: str) -> Held:
    """A test by itself."""
    return Held("test", f"test_{module}.py::test_{name}")


RIGHT_CODE = {
    "a cache of the inputs alone": correct("recompute_forward_alone"),
    "parameters of other names": correct("rnn_keys_wx_wh"),
    "a private helper that looks like a step": test(
        "whole_files", "a_private_step_that_its_sequence_uses_rightly_is_right"
    ),
    "gates stacked in another order": correct("rows_gates_f_i_o_g"),
    "arguments of other names, in rows": correct("rows_own_argument_names"),
    "a softmax over the last axis, in rows": correct("rows_softmax_last_axis"),
    "sequences with time first": correct("rows_time_first"),
    "a stub that returns None under names": test(
        "own_ways", "stubs_of_another_course_are_incomplete"
    ),
    "two results and no prediction": correct("two_results"),
    "numbers of single precision inside": test(
        "whole_files", "single_precision_inside_is_no_fault"
    ),
}
"""What is right, or not written yet, and was failed."""

PLACES = {
    "a total counted twice where a pass is run again": whole(
        "the last step is counted twice where a pass is run again"
    ),
    "gates exchanged where a step is run again": whole(
        "gates are exchanged where a step is run again"
    ),
    "a pass run again from zeros": whole("the pass is run again from zeros"),
    "two mistakes that raise": test("checking", "exceptions_of_two_kinds_are_a_finding_each"),
    "two mistakes that raise, with their lines": planted("a_dropped_name_and_second_cache"),
    "the new state unpacked for the old": planted("tables_new_cell_state_unpacked"),
    "half of a state kept under its name": test(
        "own_ways", "what_is_kept_under_a_name_is_what_the_name_says"
    ),
    "a result written into the cache": whole("a result is written into the cache"),
    "an object as the cache of rows": test(
        "conventions", "an_object_serves_as_cache_of_rows_wherever_the_code_runs"
    ),
    "names of tensors inside English words": test("messages", "only_names_are_worded"),
}
"""What was told at another function or line, or in words that contradict each other."""

MISSED = {
    "ten steps at the most": planted("a_ten_steps_at_the_most"),
    "a carry clipped far out": planted("a_carry_clipped_far_out"),
    "gradients clipped far out": planted("dataclass_gradients_clipped_far_out"),
    "a fence that names its language in braces": test(
        "files", "a_fence_that_says_more_than_its_language"
    ),
    "a result that changes after many calls": test(
        "whole_files", "what_shows_after_many_calls_is_met"
    ),
}
"""What is wrong, and passed or was not seen."""

CORRECTIONS = {
    "a carry kept and not added": test(
        "corrections", "a_name_is_used_for_what_its_author_made_it_for"
    ),
    "a condition that is too much": planted("a_gate_not_carried_at_first_steps"),
    "a derivative that is always zero": planted("tables_derivative_always_zero"),
    "an operand missing in a product by subscripts": planted("einsum_operand_missing"),
    "letters of subscripts exchanged": planted("einsum_subscripts_not_transposed"),
    "the first state fed at every step, and another started wrong": planted(
        "a_stores_and_starts_mixed_up"
    ),
    "gradients clipped when they are added up": test(
        "corrections", "what_only_has_to_be_undone_is_left_out"
    ),
    "gradients divided in a loop": planted("a_gradients_divided_in_a_loop"),
    "the last cache returned for all": planted("a_last_cache_for_all"),
    "a cell state that starts as the hidden one": planted(
        "rows_cell_state_starts_as_the_hidden_state"
    ),
    "a softmax that sums everything": planted("softmax_over_the_whole_batch"),
}
"""What was corrected as nobody would write it."""

LINES = {
    "both carries summed": planted("a_both_carries_summed"),
    "a derivative in a table of small functions": planted(
        "tables_candidate_derivative_not_squared"
    ),
    "a carry summed in a fold": planted("reduce_carry_summed"),
    "a cell state thrown away in an unpacking": planted("tables_cell_state_thrown_away"),
    "a product of matrices for one of entries": planted(
        "comprehensions_product_of_matrices_for_one_of_entries"
    ),
    "the first state at every step of a lambda": planted("reduce_first_state_at_every_step"),
    "four derivatives missing": planted("dataclass_four_derivatives_missing"),
    "gradients that are not cut": test("corrections", "whole_gradients_are_cut_where_others_are"),
    "the last step left out of sums": planted("stacked_last_step_left_out_of_sums"),
    "a library's softmax without its axis": planted("scipy_library_softmax_without_axis"),
    "caches nested in pairs": planted("a_caches_nested_in_pairs"),
    "states after the steps in a sum": planted("vectorised_states_after_the_steps_in_the_sum"),
    "the old state in a closure": planted("closures_old_state_in_the_derivative"),
    "a gate left out of a sum": planted("comprehensions_gate_left_out_of_the_sum"),
    "divided by the derivative, in rows": planted("rows_divided_by_the_derivative"),
    "a derivative missing in a list, in rows": planted("rows_forget_gate_derivative_missing"),
    "states after the steps in a sum, in rows": test(
        "corrections", "states_before_the_steps_are_meant_in_rows"
    ),
    "a gate's factor missing in a list, in rows": planted("rows_output_gate_factor_missing"),
    "a square outside of the parentheses": planted("stacked_square_outside_the_parentheses"),
    "gates exchanged in a stack": planted("stacked_gates_exchanged_in_the_stack"),
    "states rolled round the end": planted("vectorised_states_rolled_round"),
    "a cell beside one that is not Python": test(
        "corrections", "a_cell_that_is_not_python_costs_no_other_its_line"
    ),
    "two states that start wrong": test(
        "corrections", "a_state_that_starts_wrong_and_is_not_read_is_told_at_both_places"
    ),
    "the upstream gradient left out": planted("a_upstream_left_out"),
}
"""What was failed without a line."""

NUMBERS = {
    "curly quotes, and expected values beside one's own": test("match_posts", "whose_a_value_is"),
    "one mistake of several equations": test("match", "the_printed_equations_together"),
    "a gradient that is not cut": test("match_posts", "shapes_choose_between_mistakes"),
    "a state that is a view": test(
        "match_posts", "a_state_that_is_a_view_shows_in_the_gradients_alone"
    ),
    "an inverse of the wrong sign": test("gradients_hard", "badly_conditioned_inverses"),
    "an entry far below the others": test(
        "gradients_hard", "an_entry_whose_gradient_is_small_beside_the_others"
    ),
    "an entry beside a kink": test("gradients_hard", "what_lies_beside_a_kink_is_judged"),
    "right for a few calls": test("gradients_hard", "a_backward_function_that_changes_later"),
    "row numbers among the inputs": test("gradients_hard", "inputs_of_whole_numbers_are_left_out"),
    "inputs far from one": test("gradients_hard", "inputs_far_from_one"),
    "a place that only one witness finds": test(
        "gradients_hard", "the_place_is_found_by_the_witness_of_the_verdict"
    ),
    "one wrong entry of very many": test(
        "gradients_hard", "a_wrong_entry_among_many_costs_few_calls"
    ),
}
"""Printed numbers, and gradients that are checked by themselves."""

COSTS = {
    "items without an end, threads that go on, and very many terms": test(
        "whole_files", "one_strange_helper_costs_no_other_its_verdict"
    ),
    "a sum of very many terms that is wrong": planted("a_sigmoid_of_many_terms"),
    "a function that is slow": test(
        "limits", "slow_calls_are_counted_and_the_function_is_not_judged"
    ),
}
"""What took far too long."""

CASES = RIGHT_CODE | PLACES | MISSED | CORRECTIONS | LINES | NUMBERS | COSTS
