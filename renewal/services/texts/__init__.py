"""SMS in and out: one provider port, one delivery, what holds a text back."""
