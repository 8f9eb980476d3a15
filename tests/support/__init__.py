"""What the tests share: a browser, a database server, a running dashboard, the verdict."""
