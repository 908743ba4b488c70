"""What is answered to a text, from the case and the rules; pure."""
