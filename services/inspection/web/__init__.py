"""The web pages of the oversight views: what inspection staff of the ministry read in a browser.

Server-rendered, readable without script; figures come from the queries of this service, never from here.
"""
