"""One turn: what the forms must know is loaded, they decide, and what they want is carried out."""
