"""From alert events to messages, as in Alertmanager: routes, groups, inhibition, silences, hours, digests."""
