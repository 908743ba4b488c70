"""What holders' own texts teach: those that were not understood, named by staff, for a maintainer to read."""
