"""First signatories: people whom the organizers ask by name, and who sign before the public can.

An invitation is bound to one address, is answered once, and can be revoked. Whoever has its link
reads that mailbox, or was given the mail, as with every link of the site; so signing by it confirms
the address. It vouches for nobody: names are screened and vetted as everybody's.
"""
