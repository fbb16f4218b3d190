"""What a learner knows and does, and what comes next."""
