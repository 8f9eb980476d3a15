"""What each question says and shows, as cards: values that any renderer can draw."""
