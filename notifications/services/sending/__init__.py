"""How do notices leave the house, each once?

`claims` takes waiting notices out of the queue and writes down what became of them: every sender works with it.
"""
