"""Which incidents repeat a known cause, and was the fix done by then?"""
