"""One live table for every list of the window. `columns`, `marks` and `listing` know no Qt; the rest draws them."""
