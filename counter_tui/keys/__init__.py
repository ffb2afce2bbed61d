"""Keys: the clerk's sealed file and card, the store's key, signatures and sealing."""
