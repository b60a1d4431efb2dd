"""Fault localisation: what each place computes and reaches, and how much it is suspected."""
