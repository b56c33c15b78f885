"""Does the installation keep its promises of speed and memory? Each benchmark measures a bare limit beside itself."""
