"""Sources that keep up: what ``sources.yaml`` names is read again, and only what changed is loaded.

A command line, meant for cron. Nothing here can be reached from a page: whoever can open a page
must not be able to make this machine ask another one for anything.
"""
