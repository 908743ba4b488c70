"""How large a number that is typed may be."""

LARGEST = 2**31 - 1  # the database counts in four bytes
