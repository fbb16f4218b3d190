"""The words that job ads use to state their requirements, in one module for each language we understand. Only data."""
