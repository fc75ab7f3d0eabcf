"""Where each person is: detector, follower, crops."""
