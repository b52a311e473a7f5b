"""Transport between the services: relay, subscriptions, gap repair, parking, intake over AMQP.

The log is the truth and the broker only carries it: everything here survives the loss of all messages,
because positions show what is missing and the feeds have it. Everything that works has `run(stop)`, for a
greenlet or a plain thread; nameko runs it through `shared.runner.provider`, so nothing here knows nameko.
"""
