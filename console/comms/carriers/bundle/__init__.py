"""A bundle: what a person carries from one peer to another on a stick. `layout` has the format's specification.

`orders` says what can be asked for, `clerk` has it done, through the running peer or by itself, `office` does it inside a peer.
"""
