"""Events in: parse, validate, admit, decide, commit, answer; and the quarantine of what was not taken."""
