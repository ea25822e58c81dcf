local count, sum = 0, 0
for n = 2, 99 do
  local prime = true
  for d = 2, n - 1 do prime = prime and n % d ~= 0 end
  if prime then count, sum = count + 1, sum + n end
end
print(count .. " primes below 100, their sum is " .. sum)
print(string.format("2 ** 62 = %d\n1/3 = %.6f", 1 << 62, 1 / 3))
