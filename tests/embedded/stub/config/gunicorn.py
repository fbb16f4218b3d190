"""Settings that are enough for a few requests."""

worker_class = "gthread"
threads = 4
preload_app = True
control_socket_disable = True
