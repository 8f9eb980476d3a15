"""How quick is it: measured by hand, on made-up records of any size; no test depends on speed."""
