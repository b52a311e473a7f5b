"""The registry of agencies, the oversight views over all four logs, the front door and the pages.

In come registry events, and every event of the other services for the views. Out go registry events and credentials. It
judges what agencies report, and never edits it.
"""
