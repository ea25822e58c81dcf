print(#arg .. " arguments: " .. table.concat(arg, "|"))
local lines, last = 0, nil
for line in io.lines() do lines, last = lines + 1, line end
print(lines .. " lines, the last is " .. last)
os.exit(3)
