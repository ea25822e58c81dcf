# Reads files of root, itself and by a shell, and signals the agent.
# under runsc: not-held, its /proc shows the agent's environment, in which there is no secret
for (file in c("/etc/shadow", "/proc/1/environ")) {
  content <- tryCatch(suppressWarnings(readLines(file)), error = function(e) character())
  if (length(content) > 0) cat("BREACH:", file, "\n")
}
if (length(suppressWarnings(system("cat /etc/shadow 2> /dev/null", intern = TRUE))) > 0) cat("BREACH: cat\n")
invisible(tools::pskill(1, 9))
