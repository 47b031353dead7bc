"""bin/run: everything on one machine under one supervisor; one Ctrl-C ends all of it.

`__main__` tells the story, `children` starts and restarts, `guardian` cleans up after a kill -9,
`words` is what the person at the terminal reads.
"""
