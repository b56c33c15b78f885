"""How do notices leave the house, each once?

`claims` takes waiting notices out of the queue and writes down what became of them: every sender works with it.
`mail` sends the notices of a lane by e-mail, and `push` to browsers. `courier` hands a finished mail over and says what
the transport's answer means for the queue.
"""
