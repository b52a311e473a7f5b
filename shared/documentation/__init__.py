"""What the project says about itself, made from the code: reference pages, OpenAPI, AsyncAPI.

In: the catalogue of event types, the routes of the service classes, the settings, the topology. Out: text and
documents, the same bytes for the same code. Describes and decides nothing; a test holds the committed pages to it.
"""
