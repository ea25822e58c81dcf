# Connects by number and by name, and fetches an address.
for (host in c("192.0.2.1", "example.invalid")) {
  connection <- tryCatch(suppressWarnings(socketConnection(host, 80, blocking = TRUE, open = "r+", timeout = 1)), error = function(e) NULL)
  if (!is.null(connection)) cat("BREACH:", host, "\n")
}
