"""What a text tells of the things that points are given for."""
