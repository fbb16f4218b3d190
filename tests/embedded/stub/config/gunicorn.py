"""What is enough for a handful of requests."""

worker_class = "gthread"
threads = 4
preload_app = True
control_socket_disable = True
