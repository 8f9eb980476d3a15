"""Lengths of time in seconds, the unit of every duration."""

MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800
