"""Programs that the benchmark of live updates starts beside the live process: a bare server, and the open feeds."""
