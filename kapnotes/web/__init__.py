"""The doors: one thin blueprint file per place in the product. A view guards, acts, shows."""
