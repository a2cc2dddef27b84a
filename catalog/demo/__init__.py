"""The demo's listings and their pictures, drawn when they are first needed."""
