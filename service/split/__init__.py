"""One long video on many workers, with the answer of one.

People are found anew in every so-manieth frame of a file (`Options.renew`), whoever works on it. There the
video is cut (`segment`): each worker begins at such a frame as if nothing had gone before, and runs on into
the next segment until its own last frame has its look-ahead. Where two segments overlap, what they remember
of the same frame is compared (`seam`). If it is the same, so is all that follows; if it is not, because a
track led to somebody whom the detector does not find, the second segment is done again from what the first
one remembers, until both agree. The joined answer (`join`) is therefore always that of a single run.
"""
