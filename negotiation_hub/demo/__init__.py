"""The demo's deals, one at every stage of the way, and the story that leads a newcomer through them."""
