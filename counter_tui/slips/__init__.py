"""What goes on paper, as plain data: pure functions from records to blocks of text."""
