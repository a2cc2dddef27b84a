"""What the product promises, sentence by sentence, and the tests that show each."""
