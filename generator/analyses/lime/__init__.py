"""LIME (Ribeiro, Singh and Guestrin 2016) with the `lime` package, on faces of 48x48 pixels."""
