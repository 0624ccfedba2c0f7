"""The one HTTP client: Jikan v4 as it really is, behind limits, retries and tolerant reading.

Importing this package loads nothing; `catlog.jikan.client` is what brings httpx in. From the outside to the inside:
`endpoints` (what can be asked) -> `client` (one session, one source) -> `limiter`, `sources`, `pace` (when and whom to
ask) -> `transport` (httpx) -> `body` (caps, strict JSON) -> `answer`, `faults` (what came back) -> `schema`, `details`
(typed records). `kept` has answers in files and `hurried` gives up in time; both answer as a session does (`asks`).
"""
