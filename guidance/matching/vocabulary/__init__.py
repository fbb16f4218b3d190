"""The words with which job ads say what they ask for, in one module for each language we understand. Only data."""
