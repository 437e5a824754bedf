"""Whether a map says what the model goes by: tests that a map can fail, the same for every method, LIME included."""
