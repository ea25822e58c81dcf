-- Writes without an end.
while true do io.write(string.rep("x", 65536)) end
