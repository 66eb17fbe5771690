"""What a learner must and must not react to: CheckList's tests (Ribeiro et al. 2020) on hand-written passages."""
