"""`/me/`: the data that learners can read and change themselves, with the same services as the pages."""
