"""Faults of the sequence functions, backward."""

from __future__ import annotations

from .fault import Fault

FAULTS = (
    Fault(
        "lstm_backward_carries_never_updated",
        "lstm_backward",
        "a",
        (
            (
                '        da_prevt = gradients["da_prev"]\n'
                '        dc_prevt = gradients["dc_prev"]\n',
                "",
            ),
            ("da0 = da_prevt", 'da0 = gradients["da_prev"]'),
        ),
        count=25,
    ),
    Fault(
        "lstm_backward_carries_never_updated_b",
        "lstm_backward",
        "b",
        (
            ("        carry_a = grads.pop", "        last = grads.pop"),
            ("        carry_c = grads.pop", "        grads.pop"),
            ('total["da0"] = carry_a', 'total["da0"] = last'),
        ),
        count=25,
    ),
    Fault(
        "lstm_backward_carries_not_used",
        "lstm_backward",
        "a",
        (
            ("(da[:, :, t] + da_prevt, dc_prevt, caches[t])", "(da[:, :, t], dc_prevt, caches[t])"),
            (
                '        da_prevt = gradients["da_prev"]\n'
                '        dc_prevt = gradients["dc_prev"]\n',
                "",
            ),
            ("da0 = da_prevt", 'da0 = gradients["da_prev"]'),
        ),
        count=22,
    ),
    Fault(
        "lstm_backward_printed_table",
        "lstm_backward",
        "a",
        (
            ("(da[:, :, t] + da_prevt, dc_prevt, caches[t])", "(da[:, :, t], dc_prevt, caches[t])"),
            (
                '        da_prevt = gradients["da_prev"]\n'
                '        dc_prevt = gradients["dc_prev"]\n',
                "",
            ),
            ("da0 = da_prevt", 'da0 = gradients["da_prev"]'),
            ('dbi += gradients["dbi"]', 'dbi += gradients["dbf"]'),
            ('dbc += gradients["dbc"]', 'dbc += gradients["dbf"]'),
            ('dbo += gradients["dbo"]', 'dbo += gradients["dbf"]'),
        ),
        count=22,
    ),
    Fault(
        "lstm_backward_hidden_carry_not_added",
        "lstm_backward",
        "a",
        (("(da[:, :, t] + da_prevt,", "(da[:, :, t],"),),
        count=4,
    ),
    Fault(
        "rnn_backward_carry_not_added",
        "rnn_backward",
        "a",
        (("da[:, :, t] + da_prevt", "da[:, :, t]"),),
        count=2,
    ),
    Fault(
        "rnn_backward_carry_not_added_b",
        "rnn_backward",
        "b",
        (("da[..., step] + carry", "da[..., step]"),),
        count=2,
    ),
    Fault(
        "rnn_backward_carry_never_updated",
        "rnn_backward",
        "a",
        (
            ('        da_prevt = gradients["da_prev"]\n', ""),
            ("da0 = da_prevt", 'da0 = gradients["da_prev"]'),
        ),
    ),
    Fault(
        "lstm_backward_cell_carry_never_updated",
        "lstm_backward",
        "b",
        (('carry_c = grads.pop("dc_prev")', 'grads.pop("dc_prev")'),),
    ),
    Fault(
        "lstm_backward_hidden_carry_never_updated",
        "lstm_backward",
        "a",
        (
            ('        da_prevt = gradients["da_prev"]\n', ""),
            ("da0 = da_prevt", 'da0 = gradients["da_prev"]'),
        ),
    ),
    Fault(
        "lstm_backward_carries_exchanged",
        "lstm_backward",
        "a",
        (
            ('da_prevt = gradients["da_prev"]', 'da_prevt = gradients["dc_prev"]'),
            ('dc_prevt = gradients["dc_prev"]', 'dc_prevt = gradients["da_prev"]'),
        ),
    ),
    Fault(
        "rnn_backward_gradients_assigned",
        "rnn_backward",
        "a",
        (("dWaa += gradients", "dWaa = gradients"),),
        count=2,
    ),
    Fault(
        "lstm_backward_gradients_assigned",
        "lstm_backward",
        "b",
        (("total[key] = total.get(key, 0.0) + value", "total[key] = value"),),
        count=2,
    ),
    Fault(
        "lstm_backward_one_gradient_assigned",
        "lstm_backward",
        "a",
        (("dbo += gradients", "dbo = gradients"),),
        count=2,
    ),
    Fault(
        "rnn_backward_gradient_onto_itself",
        "rnn_backward",
        "a",
        (('dWax += gradients["dWax"]', "dWax += dWax"),),
        count=2,
    ),
    Fault(
        "lstm_backward_gradient_onto_itself",
        "lstm_backward",
        "a",
        (('dWi += gradients["dWi"]', "dWi += dWi"),),
        count=2,
    ),
    Fault(
        "lstm_backward_total_counted_twice",
        "lstm_backward",
        "b",
        (("total.get(key, 0.0) + value", "2 * total.get(key, 0.0) + value"),),
        count=2,
    ),
    Fault(
        "rnn_backward_carry_summed",
        "rnn_backward",
        "a",
        (("da_prevt = gradients", "da_prevt += gradients"),),
        count=1,
    ),
    Fault(
        "lstm_backward_cell_carry_summed",
        "lstm_backward",
        "b",
        (("carry_c = grads.pop(", "carry_c = carry_c + grads.pop("),),
        count=1,
    ),
    Fault(
        "rnn_backward_da0_is_the_upstream_da",
        "rnn_backward",
        "a",
        (("da0 = da_prevt", "da0 = da[:, :, 0]"),),
        count=1,
    ),
    Fault(
        "lstm_backward_da0_is_the_upstream_da",
        "lstm_backward",
        "b",
        (('total["da0"] = carry_a', 'total["da0"] = da[..., 0]'),),
        count=1,
    ),
    Fault(
        "lstm_backward_da0_is_the_cell_carry",
        "lstm_backward",
        "b",
        (('total["da0"] = carry_a', 'total["da0"] = carry_c'),),
    ),
    Fault(
        "rnn_backward_divided_by_m",
        "rnn_backward",
        "a",
        (('dWaa": dWaa,', 'dWaa": dWaa / m,'),),
        count=1,
    ),
    Fault(
        "lstm_backward_divided_by_m",
        "lstm_backward",
        "b",
        (("+ value", "+ value / da.shape[1]"),),
        count=1,
    ),
    Fault(
        "rnn_backward_all_caches_for_one",
        "rnn_backward",
        "a",
        (("caches[t])", "caches)"),),
        count=1,
    ),
    Fault(
        "lstm_backward_all_caches_for_one",
        "lstm_backward",
        "b",
        (("caches[step])", "caches)"),),
        count=1,
    ),
    Fault(
        "rnn_backward_reads_a_wrong_key",
        "rnn_backward",
        "a",
        (('gradients["dxt"]', 'gradients["dx"]'),),
        count=1,
    ),
    Fault(
        "lstm_backward_returns_a_wrong_key",
        "lstm_backward",
        "a",
        (('"da0": da0', '"da_0": da0'),),
        count=1,
    ),
    Fault(
        "rnn_backward_forward_in_time",
        "rnn_backward",
        "a",
        (("reversed(range(T_x))", "range(T_x)"),),
    ),
    Fault(
        "lstm_backward_forward_in_time",
        "lstm_backward",
        "b",
        (("reversed(range(da.shape[2]))", "range(da.shape[2])"), ("slices[::-1]", "slices")),
    ),
    Fault("lstm_backward_dx_in_reversed_time", "lstm_backward", "b", (("slices[::-1]", "slices"),)),
    Fault(
        "rnn_backward_stops_before_the_first_step",
        "rnn_backward",
        "b",
        (("da.shape[2] - 1, -1, -1", "da.shape[2] - 1, 0, -1"),),
    ),
    Fault(
        "lstm_backward_reads_a_later_cache",
        "lstm_backward",
        "a",
        (("caches[t])", "caches[min(t + 1, T_x - 1)])"),),
    ),
    Fault(
        "lstm_backward_biases_from_dbf",
        "lstm_backward",
        "a",
        (
            ('dbi += gradients["dbi"]', 'dbi += gradients["dbf"]'),
            ('dbc += gradients["dbc"]', 'dbc += gradients["dbf"]'),
            ('dbo += gradients["dbo"]', 'dbo += gradients["dbf"]'),
        ),
    ),
    Fault(
        "rnn_backward_last_upstream_gradient_only",
        "rnn_backward",
        "b",
        (("da[..., step] + carry", "da[..., -1] + carry"),),
    ),
    Fault(
        "rnn_backward_works_in_da",
        "rnn_backward",
        "a",
        (
            (
                "gradients = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])",
                "da[:, :, t] += da_prevt\n"
                "        gradients = rnn_cell_backward(da[:, :, t], caches[t])",
            ),
        ),
        count=13,
    ),
    Fault(
        "lstm_backward_works_in_da",
        "lstm_backward",
        "b",
        (
            (
                "grads = lstm_cell_backward(da[..., step] + carry_a,",
                "upstream = da[..., step]\n"
                "        upstream += carry_a\n"
                "        grads = lstm_cell_backward(upstream,",
            ),
        ),
        count=13,
    ),
    Fault(
        "lstm_backward_empties_the_caches",
        "lstm_backward",
        "b",
        (("caches[step])", "caches.pop(step))"),),
        count=13,
    ),
    Fault(
        "lstm_backward_nothing_is_added_up",
        "lstm_backward",
        "a",
        tuple(
            (f"d{kind}{gate} += gradients", f"d{kind}{gate} = gradients")
            for kind in "Wb"
            for gate in "fico"
        ),
    ),
)
