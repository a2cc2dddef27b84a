"""The proof that the room opens fast on a phone and breaks no rule of accessibility, judged by Lighthouse."""
