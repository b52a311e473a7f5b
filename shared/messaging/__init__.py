"""Transport between the services: relay, subscriptions, gap repair, parking, intake over AMQP.

The log is the truth and the broker only carries it: everything here survives the loss of all messages,
because positions show what is missing and the feeds have it. nameko is met in `extensions.py` only.
"""
