-- Bytecode is not checked when it is loaded, and may read any memory of the process: which holds no secret, and cannot reach another.
-- under runsc: not-held, its /proc shows the agent's environment, in which there is no secret
for _, file in ipairs { "/etc/shadow", "/proc/1/environ", "/proc/1/mem" } do
  local opened = io.open(file, "rb")
  if opened and opened:read(1) then print("BREACH: " .. file) end
end
local made = string.dump(function() return 1 end)
local wrong = made:sub(1, -9) .. string.rep("\255", 8)
pcall(function() return load(wrong, "wrong", "b") end)
if os.execute("kill -9 1 2> /dev/null") and io.open("/proc/1/status") == nil then print("BREACH: PID 1") end
