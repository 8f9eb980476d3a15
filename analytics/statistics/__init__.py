"""Methods of statistics, each for any data: intervals, tests, groups, trends."""
