"""Faults of Adam."""

from __future__ import annotations

from .fault import Fault

FAULTS = (
    Fault(
        "adam_epsilon_inside_the_root",
        "update_parameters_with_adam",
        "a",
        (("np.sqrt(s_corrected) + epsilon", "np.sqrt(s_corrected + epsilon)"),),
    ),
    Fault(
        "adam_epsilon_inside_the_root_b",
        "update_parameters_with_adam",
        "b",
        (
            (
                "np.sqrt(square[slope] / (1 - beta2 ** t)) + epsilon",
                "np.sqrt(square[slope] / (1 - beta2 ** t) + epsilon)",
            ),
        ),
    ),
    Fault(
        "adam_without_epsilon",
        "update_parameters_with_adam",
        "a",
        (("(np.sqrt(s_corrected) + epsilon)", "np.sqrt(s_corrected)"),),
    ),
    Fault(
        "adam_v_not_corrected",
        "update_parameters_with_adam",
        "a",
        (("learning_rate * v_corrected", 'learning_rate * v["d" + name]'),),
    ),
    Fault(
        "adam_v_not_corrected_b",
        "update_parameters_with_adam",
        "b",
        (("mean[slope] / (1 - beta1 ** t)", "mean[slope]"),),
    ),
    Fault(
        "adam_s_not_corrected",
        "update_parameters_with_adam",
        "b",
        (("square[slope] / (1 - beta2 ** t)", "square[slope]"),),
    ),
    Fault(
        "adam_root_of_the_raw_s",
        "update_parameters_with_adam",
        "a",
        (("np.sqrt(s_corrected)", 'np.sqrt(s["d" + name])'),),
    ),
    Fault(
        "adam_betas_exchanged",
        "update_parameters_with_adam",
        "b",
        (
            ("beta1 * v[slope] + (1 - beta1)", "beta2 * v[slope] + (1 - beta2)"),
            ("beta2 * s[slope] + (1 - beta2)", "beta1 * s[slope] + (1 - beta1)"),
        ),
    ),
    Fault(
        "adam_s_corrected_with_beta1",
        "update_parameters_with_adam",
        "a",
        (("(1 - beta2 ** t)", "(1 - beta1 ** t)"),),
    ),
    Fault(
        "adam_s_decays_with_beta1",
        "update_parameters_with_adam",
        "a",
        (('beta2 * s["d" + name]', 'beta1 * s["d" + name]'),),
    ),
    Fault(
        "adam_t_off_by_one",
        "update_parameters_with_adam",
        "a",
        (
            ("(1 - beta1 ** t)", "(1 - beta1 ** (t + 1))"),
            ("(1 - beta2 ** t)", "(1 - beta2 ** (t + 1))"),
        ),
    ),
    Fault(
        "adam_correction_ignores_t",
        "update_parameters_with_adam",
        "b",
        (("(1 - beta1 ** t)", "(1 - beta1)"), ("(1 - beta2 ** t)", "(1 - beta2)")),
    ),
    Fault(
        "adam_product_for_a_power",
        "update_parameters_with_adam",
        "a",
        (("beta1 ** t", "beta1 * t"),),
    ),
    Fault("adam_gradient_not_squared", "update_parameters_with_adam", "a", (("* g ** 2", "* g"),)),
    Fault(
        "adam_gradient_squared_in_v",
        "update_parameters_with_adam",
        "b",
        (("(1 - beta1) * grads[slope]", "(1 - beta1) * grads[slope] ** 2"),),
    ),
    Fault(
        "adam_new_gradient_not_weighted",
        "update_parameters_with_adam",
        "b",
        (("+ (1 - beta1) * grads[slope]", "+ grads[slope]"),),
    ),
    Fault(
        "adam_mean_squared_with_the_gradient",
        "update_parameters_with_adam",
        "b",
        (
            (
                "s[slope] + (1 - beta2) * np.square(grads[slope])",
                "s[slope] + (1 - beta2) * np.square(mean[slope])",
            ),
        ),
    ),
    Fault(
        "adam_root_left_out",
        "update_parameters_with_adam",
        "a",
        (("np.sqrt(s_corrected)", "s_corrected"),),
    ),
    Fault(
        "adam_climbs",
        "update_parameters_with_adam",
        "b",
        (("value - learning_rate", "value + learning_rate"),),
    ),
    Fault(
        "adam_learning_rate_left_out",
        "update_parameters_with_adam",
        "b",
        (("learning_rate * direction", "direction"),),
    ),
    Fault(
        "adam_learning_rate_hard_coded",
        "update_parameters_with_adam",
        "a",
        (("learning_rate * v_corrected", "0.01 * v_corrected"),),
    ),
    Fault(
        "adam_old_state_returned",
        "update_parameters_with_adam",
        "b",
        (("return new, mean, square", "return new, v, s"),),
    ),
    Fault(
        "adam_v_never_kept",
        "update_parameters_with_adam",
        "a",
        (
            ('v["d" + name] = beta1', "v_new = beta1"),
            ('v_corrected = v["d" + name]', "v_corrected = v_new"),
        ),
    ),
    Fault(
        "adam_correction_kept_in_the_state",
        "update_parameters_with_adam",
        "a",
        (
            (
                'v_corrected = v["d" + name] / (1 - beta1 ** t)',
                'v["d" + name] = v_corrected = v["d" + name] / (1 - beta1 ** t)',
            ),
        ),
    ),
    Fault(
        "adam_old_parameters_returned",
        "update_parameters_with_adam",
        "b",
        (("return new, mean, square", "return parameters, mean, square"),),
    ),
    Fault(
        "adam_biases_left_out",
        "update_parameters_with_adam",
        "a",
        (('("W" + str(l), "b" + str(l))', '("W" + str(l),)'),),
    ),
    Fault(
        "adam_last_layer_left_out",
        "update_parameters_with_adam",
        "a",
        (("range(1, L + 1)", "range(1, L)"),),
    ),
    Fault(
        "adam_squares_the_gradients_in_place",
        "update_parameters_with_adam",
        "b",
        (
            (
                "(1 - beta2) * np.square(grads[slope])",
                "(1 - beta2) * np.square(grads[slope], out=grads[slope])",
            ),
        ),
        count=13,
    ),
    Fault(
        "adam_scales_the_gradients_in_place",
        "update_parameters_with_adam",
        "a",
        (("(1 - beta2) * g ** 2", "(1 - beta2) * g ** 2\n            g *= learning_rate"),),
        count=13,
    ),
    Fault(
        "adam_state_starts_at_one",
        "initialize_adam",
        "b",
        (('v = {"d" + key: np.zeros_like(value)', 'v = {"d" + key: np.ones_like(value)'),),
    ),
    Fault(
        "adam_initial_keys_of_the_parameters",
        "initialize_adam",
        "b",
        (('s = {"d" + key', "s = {key"),),
    ),
    Fault(
        "adam_initial_state_without_the_last_layer",
        "initialize_adam",
        "a",
        (("range(1, L + 1)", "range(1, L)"),),
    ),
    Fault(
        "adam_initial_state_counts_from_zero",
        "initialize_adam",
        "a",
        (("range(1, L + 1)", "range(L)"),),
    ),
    Fault(
        "adam_initial_biases_of_the_weights_shape",
        "initialize_adam",
        "a",
        (
            (
                's["db" + str(l)] = np.zeros(parameters["b" + str(l)].shape)',
                's["db" + str(l)] = np.zeros(parameters["W" + str(l)].shape)',
            ),
        ),
    ),
    Fault(
        "adam_initial_biases_left_out",
        "initialize_adam",
        "a",
        (('        v["db" + str(l)] = np.zeros(parameters["b" + str(l)].shape)\n', ""),),
    ),
    Fault(
        "adam_initial_states_are_one_dictionary",
        "initialize_adam",
        "a",
        (
            ("s = {}", "s = v"),
            (
                '        s["dW" + str(l)] = np.zeros(parameters["W" + str(l)].shape)\n'
                '        s["db" + str(l)] = np.zeros(parameters["b" + str(l)].shape)\n',
                "",
            ),
        ),
    ),
    Fault(
        "adam_initial_states_share_their_arrays",
        "initialize_adam",
        "b",
        (
            (
                's = {"d" + key: np.zeros_like(value) for key, value in parameters.items()}',
                "s = dict(v)",
            ),
        ),
    ),
    Fault(
        "adam_initial_state_is_the_parameters",
        "initialize_adam",
        "a",
        (
            (
                'v["dW" + str(l)] = np.zeros(parameters["W" + str(l)].shape)',
                'v["dW" + str(l)] = parameters["W" + str(l)]',
            ),
        ),
    ),
)
