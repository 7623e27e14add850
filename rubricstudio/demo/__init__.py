"""The demo project: refund requests at a made-up shop, with what every answer really does.

Everything here was written by us. `cases.jsonl` holds the requests, `truth.json` what each answer
is to do, and `writing` puts it into words, so that the raters' mistakes have a truth behind them.
"""
