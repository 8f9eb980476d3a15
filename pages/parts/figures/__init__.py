"""Figures made from results; they carry no logic."""
