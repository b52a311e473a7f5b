"""How alerts leave the system: e-mail and webhook, each knowing only how to send once."""
