"""Question 4: whether training pulled the classes apart, drawn by t-SNE and measured without it."""
