-- Takes memory and touches it.
local kept = {}
while true do kept[#kept + 1] = string.rep("x", 16 << 20) .. #kept end
