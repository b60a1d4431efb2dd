"""From a file to definitions: blocks of text, statements, set-up, and which function is which."""
