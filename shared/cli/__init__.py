"""The command `oversight`: one module per group of commands, loaded only when called."""
