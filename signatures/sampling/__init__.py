"""Audits by sample: some of those who count are drawn, and each is asked whether they signed.

An organizer announces one, and can change nothing from then on. The site's log tells of the
announcement, a checkpoint of later draws, each of those drawn gets one e-mail, and after two weeks
the answers are counted. Who answered what is told to nobody: a “no” opens a case for the vetters.
"""
