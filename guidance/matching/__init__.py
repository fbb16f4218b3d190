"""Finds the skills that a job ad or a CV names."""
