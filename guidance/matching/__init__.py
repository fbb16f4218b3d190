"""Which skills a job ad or a CV names."""
