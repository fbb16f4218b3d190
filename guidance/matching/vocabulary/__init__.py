"""The words in which job ads say what they ask for, one module for each language that is understood. Data alone."""
