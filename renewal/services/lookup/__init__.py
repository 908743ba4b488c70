"""Looking holders up: a search with its reason, one holder's whole story, and who looked."""
