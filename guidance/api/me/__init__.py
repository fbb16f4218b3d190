"""`/me/`: what a learner may read and change of their own, by the same core as the pages."""
