"""Where the search for repeats meets a store: texts come from it, what is found goes back."""
