"""The client of Jikan v4: sessions over several instances, retries, a response cache and tolerant parsing.

Importing this package loads nothing; `catlog.jikan.client` imports httpx. From the outside to the inside: `endpoints`
(one function each) -> `client` (sessions) -> `exchange` (limits, retries, redirects) and `instances` (circuit breakers)
-> `catlog.net` (connections) -> `response`, `errors` -> `schema`, `details` (typed records). `request` is the record
that all of them pass; `response_cache` and `deadline` wrap a session; `service` has the numbers of Jikan.
"""
