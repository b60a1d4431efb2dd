"""Faults that people really make, planted by small changes into correct code."""

from __future__ import annotations

from . import (
    adam,
    anywhere,
    backward_lstm,
    backward_rnn,
    forward,
    further_styles,
    gru,
    helpers,
    of_python,
    other_styles,
    sequence_backward,
    sequence_forward,
    stacked,
)
from .fault import STYLES, Fault, correct_source, plant

FAULTS: tuple[Fault, ...] = (
    *helpers.FAULTS,
    *forward.FAULTS,
    *sequence_forward.FAULTS,
    *backward_rnn.FAULTS,
    *backward_lstm.FAULTS,
    *sequence_backward.FAULTS,
    *gru.FAULTS,
    *stacked.FAULTS,
    *adam.FAULTS,
    *anywhere.FAULTS,
    *other_styles.FAULTS,
    *further_styles.FAULTS,
    *of_python.FAULTS,
)

__all__ = ["FAULTS", "STYLES", "Fault", "correct_source", "plant"]
