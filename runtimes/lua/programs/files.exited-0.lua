os.execute("mkdir notes")
for _, name in ipairs({"a", "b"}) do
  local file = assert(io.open("notes/" .. name .. ".txt", "w"))
  if name == "a" then file:write("hello from a\n") end
  file:close()
end
local list = io.popen("cd notes && echo *")
print(list:read("l"))
list:close()
io.write(io.open("notes/a.txt"):read("a"))
