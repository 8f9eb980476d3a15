"""For how long, and at what cost, did people outside feel the incidents?"""
