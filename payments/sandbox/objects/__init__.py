"""The objects of the API: what each call does to them and which events it causes."""
