"""Jobs: long videos that outlive the connection, and the process.

A job's state is a row of a database (`store`), its video and its results are files (`files`, `segments`). A
worker (`runner`, `work`) takes a job by changing its row from free to taken, which only one can do, writes a
line for each frame, and every second puts a checkpoint into the row: a few kilobytes from which another
process goes on to the same answer (`service.stream_memory`).
"""
