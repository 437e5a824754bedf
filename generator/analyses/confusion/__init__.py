"""The confusion matrix of the evaluation images, and what can and cannot be read from it."""
