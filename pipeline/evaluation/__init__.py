"""Figures with intervals: what a learner gets right, how sure one may be of it, and where it fails."""
