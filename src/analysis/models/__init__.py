"""Results with intervals: each `fit_*` returns a frozen result, or raises `TooThin` with its reason.

`results` holds what they return, `regression` the shared engine; every other module is one question.
"""
