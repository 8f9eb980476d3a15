"""How much could have gone wrong: what rates of incidents are divided by."""
