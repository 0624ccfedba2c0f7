"""HTTP for every service: connections, rate limits, backoff, time-outs and caps on bodies."""
